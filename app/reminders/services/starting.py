"""« Démarrer », « Suspendre tout », « Reprendre »: a territory's relances as a whole."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.reminders.models import RelanceSetting

FOREVER = date(9999, 12, 31)


def setting_of(session: Session, territory_id: int) -> RelanceSetting:
    """The territory's setting, made when it has none; it starts unstarted."""
    setting = session.scalar(
        select(RelanceSetting).where(RelanceSetting.territory_id == territory_id)
    )
    if setting is None:
        setting = RelanceSetting(territory_id=territory_id)
        session.add(setting)
    return setting


def start(session: Session, territory_id: int, *, person_id: int | None, now: datetime) -> None:
    """« Démarrer les relances », after a look at who gets what. Said again, nothing changes.

    What was due before this day is never told (domain.md §6).
    """
    setting = setting_of(session, territory_id)
    if setting.started_at is None:
        setting.started_at = now
        setting.started_by_id = person_id
    session.flush()


def pause(session: Session, territory_id: int, *, until: date | None) -> None:
    """« Suspendre tout »: no mail leaves before `until`, or before `resume` without it."""
    setting_of(session, territory_id).paused_until = until or FOREVER
    session.flush()


def resume(session: Session, territory_id: int) -> None:
    """« Reprendre »: what is still worth telling leaves from the next run on."""
    setting_of(session, territory_id).paused_until = None
    session.flush()
