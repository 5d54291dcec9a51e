"""A state is published, withdrawn, brought back. Rights were checked, the caller commits."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Territory
from app.core.refusals import RefusedError
from app.reports.freezing import Frozen, freeze
from app.reports.models import Snapshot


def publish(
    session: Session, territory: Territory, frozen: Frozen, *, by_id: int, now: datetime
) -> Snapshot:
    """Freeze a sheet under its day. The same again is a second tap and changes nothing; another
    of the same day takes the former's place."""
    if not frozen.sheet.tells_something:
        raise RefusedError(
            "Aucun projet n’était lancé à cette date : il n’y a pas encore d’état à publier."
        )
    _wait_for_others(session, territory.id)
    as_of, content = frozen.sheet.period.last, freeze(frozen)
    former = _of_the_day(session, territory.id, as_of)
    if former is not None:
        if former.content == content:
            return former
        withdraw(former, by_id=by_id, now=now)
        session.flush()
    published = Snapshot(
        territory_id=territory.id,
        as_of=as_of,
        content=content,
        published_at=now,
        published_by_id=by_id,
    )
    session.add(published)
    session.flush()
    return published


def withdraw(snapshot: Snapshot, *, by_id: int, now: datetime) -> None:
    """Said twice, it stays withdrawn since the first time."""
    if snapshot.withdrawn_at is None:
        snapshot.withdrawn_at, snapshot.withdrawn_by_id = now, by_id


def bring_back(session: Session, snapshot: Snapshot) -> None:
    _wait_for_others(session, snapshot.territory_id)
    other = _of_the_day(session, snapshot.territory_id, snapshot.as_of)
    if other is not None and other is not snapshot:
        raise RefusedError("Un autre état du même jour a été publié depuis.")
    snapshot.withdrawn_at = snapshot.withdrawn_by_id = None
    session.flush()


def _wait_for_others(session: Session, territory_id: int) -> None:
    """Two taps at once come one after the other here."""
    session.execute(select(Territory.id).where(Territory.id == territory_id).with_for_update())


def _of_the_day(session: Session, territory_id: int, as_of: date) -> Snapshot | None:
    return session.scalar(
        select(Snapshot).where(
            Snapshot.territory_id == territory_id,
            Snapshot.as_of == as_of,
            Snapshot.withdrawn_at.is_(None),
        )
    )
