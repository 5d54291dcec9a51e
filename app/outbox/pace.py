"""A ceiling of mails a minute over all workers of an installation, by the database's clock."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.outbox.models import MailPace

# Nobody waits longer for a turn: what has none by then is due at the next tick.
PATIENCE_SECONDS = 10.0
_SLACK_SECONDS = 1.0
NAME = "relay"


def turn(session: Session, per_minute: int) -> float | None:
    """Take the next turn: the seconds to wait for it, None when it is further off than patience.

    Turns lie 60 / `per_minute` seconds apart, so that no minute holds more of them, whoever takes
    them. One atomic statement; the caller commits at once, so that others need not wait.
    """
    apart = 60.0 / per_minute
    clock = _clock(session)
    # further off than anybody can have taken it: the clock was set back meanwhile
    is_credible = MailPace.next_at <= clock + PATIENCE_SECONDS + apart + _SLACK_SECONDS
    begins = case((and_(MailPace.next_at > clock, is_credible), MailPace.next_at), else_=clock)
    insert = sqlite.insert if _is_sqlite(session) else postgresql.insert
    taken = (
        insert(MailPace)
        .values(name=NAME, next_at=clock + apart)
        .on_conflict_do_update(
            index_elements=[MailPace.name],
            set_={"next_at": begins + apart},
            where=begins <= clock + PATIENCE_SECONDS,
        )
        .returning(MailPace.next_at - apart - clock)
    )
    wait = session.scalar(taken)
    return None if wait is None else max(0.0, float(wait))


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _clock(session: Session) -> ColumnElement[Any]:
    """The database's time in seconds since 1970, at this very moment."""
    if _is_sqlite(session):
        return (func.julianday("now") - literal(2440587.5)) * literal(86400.0)
    return func.extract("epoch", func.clock_timestamp())
