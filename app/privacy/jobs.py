"""The daily and hourly work: due erasures, information, warnings, what is kept no longer.

Everything is done in short transactions, one person or one batch each: a job that stops, or that
another process does at the same time, loses and repeats nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import TypeVar

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.journal.kinds import Via
from app.journal.recorder import acting
from app.outbox import leases
from app.privacy.models import IDLE_YEARS
from app.privacy.queries.silent import idle_accounts
from app.privacy.services import register, retention
from app.privacy.services.mailbox import MAILBOX

log = logging.getLogger(__name__)

OpenSession = Callable[[], Session]
Answer = TypeVar("Answer")
DAILY = "privacy daily"
# a little less than a day, so that the hour does not wander
DAILY_SECONDS = 23 * 3600
_AT_WORK_SECONDS = 900


@dataclass(frozen=True)
class Report:
    """What a run did: people erased, told by mail, warned; rows that were trimmed."""

    erased: int = 0
    informed: int = 0
    warned: int = 0
    trimmed: int = 0


@dataclass(frozen=True)
class Work:
    """Where and as of when it is done; it ends early once `stopping` is set."""

    open_session: OpenSession
    data_dir: Path
    now: datetime
    stopping: Event

    def hourly(self) -> int:
        """Erase whose day has come; how many."""
        with self.open_session() as session:
            due = retention.due_erasures(session, self.now)
        erased = sum(self._erase(one) for one in due if not self.stopping.is_set())
        with self.open_session() as session:
            register.keep(session, self.data_dir)
        return erased

    def everything(self) -> Report:
        """The hour's and the day's work."""
        erased = self.hourly()
        informed = self._by_batch(lambda session: retention.inform(session, self.now))
        warned = self._warn()
        trimmed = self._by_batch(lambda session: retention.trim(session, self.now))
        self._committed(retention.sweep)
        return Report(erased, informed, warned, trimmed)

    def daily(self, holder: str) -> Report | None:
        """The same, once a day in the whole installation; only the hour's work otherwise."""
        if not self._hold(holder, _AT_WORK_SECONDS):
            self.hourly()
            return None
        report = self.everything()
        if not self.stopping.is_set():
            self._hold(holder, DAILY_SECONDS)
        return report

    def _hold(self, holder: str, seconds: int) -> bool:
        with self.open_session() as session, session.begin():
            return leases.hold(session, DAILY, holder, seconds)

    def _erase(self, erasure_id: int) -> bool:
        try:
            return self._committed(
                lambda session: (
                    retention.finish(
                        session, erasure_id, now=self.now, mailbox=self.data_dir / MAILBOX
                    )
                    is not None
                )
            )
        except Exception:
            # whatever one person's rows do wrong, the others are erased
            log.exception("erasure %d failed", erasure_id)
            self._committed(lambda session: retention.put_off(session, erasure_id, self.now))
            return False

    def _warn(self) -> int:
        """Each idle account; a batch is read, each of its people has a transaction."""
        since, after, warned = self.now - retention.YEAR * IDLE_YEARS[0], 0, 0
        while not self.stopping.is_set():
            with self.open_session() as session:
                ids = [one.id for one in idle_accounts(session, since, after, retention.BATCH)]
            if not ids:
                break
            warned += sum(self._warn_one(one) for one in ids if not self.stopping.is_set())
            after = ids[-1]
        return warned

    def _warn_one(self, person_id: int) -> bool:
        try:
            return self._committed(lambda session: retention.warn(session, person_id, self.now))
        except IntegrityError:
            return False  # another process has just warned them

    def _by_batch(self, batch: Callable[[Session], int]) -> int:
        done = 0
        while not self.stopping.is_set():
            count = self._committed(batch)
            if not count:
                break
            done += count
        return done

    def _committed(self, verb: Callable[[Session], Answer]) -> Answer:
        with self.open_session() as session:
            acting(session, None, Via.JOB, self.now)
            answer = verb(session)
            session.commit()
        return answer
