"""Telling people what is done with their data, and keeping by which text they were told."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.outbox.services import enqueue
from app.privacy.kinds import INFORMATION, Means
from app.privacy.models import PrivacyNotice
from app.privacy.queries.statements import statements_of


def note_told(
    session: Session,
    *,
    person_id: int,
    territory_ids: Collection[int],
    means: Means,
    now: datetime,
    mail_id: int | None = None,
    noted_by_id: int | None = None,
) -> None:
    """Keep that a person was told each territory's present text; said twice, it stands once."""
    texts = statements_of(session, territory_ids)
    rows = [
        {
            "person_id": person_id,
            "territory_id": territory_id,
            "means": means,
            "text_version": texts[territory_id].version,
            "told_at": now,
            "mail_id": mail_id,
            "noted_by_id": noted_by_id,
        }
        for territory_id in sorted(texts)
    ]
    if rows:
        insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
        session.execute(insert(PrivacyNotice).values(rows).on_conflict_do_nothing())


def write_information(
    session: Session, *, person_id: int, email: str, territory_ids: Collection[int], now: datetime
) -> bool:
    """The mail that tells somebody whom no other mail has told; False when it stands already."""
    written = enqueue(
        session,
        key=f"{INFORMATION}:{person_id}:{'-'.join(map(str, sorted(territory_ids)))}"[:120],
        kind=INFORMATION,
        recipient_id=person_id,
        territory_id=min(territory_ids),
        to=email,
        refs={},
        subject="Vos coordonnées dans Maillage",
        not_before=now,
        now=now,
    )
    return written is not None
