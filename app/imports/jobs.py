"""Empties what imports have read once nobody looks at it any more: rows that name people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from app.imports.models import Import
from app.journal.kinds import Via
from app.journal.recorder import acting

# long enough to finish a preview, or to look up what a file said
KEPT = timedelta(days=90)
AT_ONCE = 50


def forget_rows(open_session: Callable[[], Session], now: datetime) -> int:
    """Empty the rows of old imports; how many. Run it as often, in as many processes as you like.

    The ledger stays, so that an applied import can still be taken back.
    """
    done = 0
    while count := _forget_some(open_session, now):
        done += count
    return done


def _forget_some(open_session: Callable[[], Session], now: datetime) -> int:
    query = (
        select(Import)
        .where(Import.brought_at <= now - KEPT, Import.forgotten_at.is_(None))
        .options(load_only(Import.version))
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    with open_session() as session:
        acting(session, None, Via.JOB, now)
        old = session.scalars(query).all()
        for one in old:
            one.tables, one.corrections, one.names = [], {}, {}
            one.forgotten_at = now
        session.commit()
    return len(old)
