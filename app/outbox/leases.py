"""Leases on periodic work: of many processes one does it, and the database's clock decides."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func, or_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.outbox.models import Lease


def hold(session: Session, name: str, holder: str, seconds: int) -> bool:
    """Take or prolong the lease `name` for so many seconds; False when another holds it.

    One atomic statement; the caller commits at once, so that others need not wait.
    """
    insert = sqlite.insert if _is_sqlite(session) else postgresql.insert
    statement = insert(Lease).values(name=name, holder=holder, until=_clock(session, seconds))
    taken = statement.excluded
    upsert = statement.on_conflict_do_update(
        index_elements=[Lease.name],
        set_={"holder": taken.holder, "until": taken.until},
        where=or_(Lease.holder == taken.holder, Lease.until <= _clock(session)),
    ).returning(Lease.holder)
    return session.scalar(upsert) is not None


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _clock(session: Session, seconds: int = 0) -> ColumnElement[Any]:
    """The database's time and so many seconds, as the column `until` stores it."""
    if _is_sqlite(session):
        # the text that SQLAlchemy writes for an instant, so that texts compare as instants
        return func.strftime("%Y-%m-%d %H:%M:%f000", "now", f"{seconds:+d} seconds")
    return func.now() + func.make_interval(0, 0, 0, 0, 0, 0, seconds)
