"""Writing a territory's text: each change is a new version, the former ones stay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Territory
from app.core.refusals import require_version
from app.privacy.models import PrivacyText
from app.privacy.queries.statements import statement_of


@dataclass(frozen=True)
class Wording:
    """What a pilot writes."""

    controller: str
    address: str
    contact: str
    dpo: str
    purposes: str
    legal_basis: str
    complement: str
    idle_years: int
    contact_years: int


def write_text(
    session: Session,
    territory: Territory,
    wording: Wording,
    *,
    seen: int,
    by_id: int,
    now: datetime,
) -> PrivacyText | None:
    """The territory's text from now on; None when nothing changes.

    `seen` is the number of the version that was edited, 0 for the default one. Raises StaleError
    when somebody else has written one since.
    """
    session.scalars(select(Territory.id).where(Territory.id == territory.id).with_for_update())
    newest = session.scalar(
        select(func.max(PrivacyText.number)).where(PrivacyText.territory_id == territory.id)
    )
    require_version(newest or 0, seen)
    present = statement_of(session, territory)
    if all(getattr(present, name) == value for name, value in vars(wording).items()):
        return None
    text = PrivacyText(
        territory_id=territory.id,
        number=(newest or 0) + 1,
        written_at=now,
        written_by_id=by_id,
        **vars(wording),
    )
    session.add(text)
    session.flush()
    return text
