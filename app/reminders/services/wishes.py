"""How often somebody wants the relances, said from a mail without signing in.

The one preference a person has, whichever page says it. Said twice, it stands once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import case, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.accounts.kinds import MailRhythm
from app.accounts.models import MailPreference

_INSERTS: Mapping[str, Callable[..., sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


def set_rhythm(
    session: Session,
    person_id: int,
    rhythm: MailRhythm,
    now: datetime,
    *,
    paused_until: date | None = None,
) -> None:
    """From now on; « aucun courriel » remembers what held before."""
    chosen: dict[str, Any] = {"rhythm": rhythm, "paused_until": paused_until, "updated_at": now}
    changes = dict(chosen)
    if rhythm is MailRhythm.OFF:
        held = MailPreference.rhythm
        changes["former"] = case((held != MailRhythm.OFF, held), else_=MailPreference.former)
    insert = _INSERTS[session.get_bind().dialect.name]
    session.execute(
        insert(MailPreference)
        .values(person_id=person_id, **chosen)
        .on_conflict_do_update(index_elements=[MailPreference.person_id], set_=changes)
    )


def come_back(session: Session, person_id: int, now: datetime) -> None:
    """As it was before « aucun courriel »; a pause ends, too."""
    set_rhythm(session, person_id, _held(session, person_id), now)


def pause_until(session: Session, person_id: int, until: date, now: datetime) -> None:
    """Nothing before a day, then as it was."""
    set_rhythm(session, person_id, _held(session, person_id), now, paused_until=until)


def _held(session: Session, person_id: int) -> MailRhythm:
    row = session.execute(
        select(MailPreference.rhythm, MailPreference.former).where(
            MailPreference.person_id == person_id
        )
    ).one_or_none()
    if row is None:
        return MailRhythm.AT_ONCE
    if row.rhythm is not MailRhythm.OFF:
        return MailRhythm(row.rhythm)
    return MailRhythm(row.former) if row.former else MailRhythm.AT_ONCE
