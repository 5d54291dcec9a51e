"""The clockwork: APScheduler only ticks, in any number of processes.

What runs is registered by the composition root as `Tick`s; for work that one process at a time
should do, a lease in the database decides which. Ticks run in threads of their own that are told
to stop, and waited for, when the process ends: the mail in hand is finished.
"""

from __future__ import annotations

import atexit
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from apscheduler.executors.base import BaseExecutor, run_job
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask
from sqlalchemy.orm import Session

from app.core import clock
from app.outbox import leases
from app.outbox.jobs import deliver, new_holder
from app.outbox.stopping import stopping_on_signals
from app.web.database import db

log = logging.getLogger(__name__)

TICKS = "maillage_ticks"
CLOCKWORK = "maillage_clockwork"
# A worker that dies holding a lease delays the others by at most this.
LEASE_SECONDS = 300
# How long the end of the process waits for what is in hand: a mail's deadline and its mark.
PATIENCE_SECONDS = 160


@dataclass(frozen=True)
class Tick:
    """`job(stopping)` every so many seconds, in an application context; it ends when told to.

    `alone` when one process of the whole installation is enough at a time. A job opens its own
    sessions, and its errors are logged: the next tick comes all the same.
    """

    name: str
    every_seconds: int
    job: Callable[[threading.Event], object]
    alone: bool = True


def register(app: Flask, tick: Tick) -> None:
    """Add a tick to the application; it runs once the clockwork is started."""
    app.extensions.setdefault(TICKS, []).append(tick)


def delivery(app: Flask, every_seconds: int = 30) -> Tick:
    """The outbox's tick: it may run in any number of processes."""

    said: list[str | None] = [None]

    def job(stopping: threading.Event) -> None:
        report = deliver(app.extensions["maillage_settings"], db.engine, stopping)
        # a relay that is down for an hour is one line, not one every ten seconds
        if report.trouble != said[0]:
            if report.trouble:
                log.warning("mail waits: %s", report.trouble)
            else:
                log.info("mail leaves again")
            said[0] = report.trouble

    return Tick("outbox", every_seconds, job, alone=False)


def start(app: Flask) -> Clockwork:
    """Tick in the background of this process until it ends; the same clockwork if called again."""
    clockwork: Clockwork | None = app.extensions.get(CLOCKWORK)
    if clockwork is None:
        clockwork = app.extensions[CLOCKWORK] = Clockwork(app)
        clockwork.start()
        atexit.register(clockwork.stop)
    return clockwork


def work(app: Flask) -> None:
    """Tick in the foreground until SIGTERM or SIGINT; what is in hand is finished first."""
    with stopping_on_signals() as asked:
        clockwork = Clockwork(app)
        clockwork.start()
        asked.wait()
        clockwork.stop()


class Clockwork:
    """The ticks of one application in one process."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._holder = new_holder()
        self._stopping = threading.Event()
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": _Threads()},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def start(self) -> None:
        """Tick at once, then at each tick's own pace."""
        for tick in self._app.extensions.get(TICKS, []):
            self._scheduler.add_job(
                self.run,
                "interval",
                args=[tick],
                id=tick.name,
                seconds=tick.every_seconds,
                next_run_time=clock.now(),
            )
        self._scheduler.start()

    def stop(self) -> None:
        """Begin nothing more, and wait for what is in hand."""
        self._stopping.set()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)

    def run(self, tick: Tick) -> None:
        """One tick, unless another process has its lease. Raises nothing."""
        with self._app.app_context():
            try:
                if not tick.alone:
                    tick.job(self._stopping)
                elif self._hold(tick, LEASE_SECONDS):
                    try:
                        tick.job(self._stopping)
                    finally:
                        # held until the next tick is due, so that it is not run twice as often
                        self._hold(tick, tick.every_seconds)
            except Exception:
                log.exception("tick %s failed", tick.name)

    def _hold(self, tick: Tick, seconds: int) -> bool:
        with Session(db.engine) as session, session.begin():
            return leases.hold(session, tick.name, self._holder, seconds)


class _Threads(BaseExecutor):
    """A thread for each run, which the interpreter's end does not wait for by itself.

    It joins pool threads before it runs what `atexit` knows, so a pool could not be told to stop:
    a long delivery would hold the process until somebody kills it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._running: set[threading.Thread] = set()

    def _do_submit_job(self, job: Any, run_times: Any) -> None:
        def run() -> None:
            try:
                events = run_job(job, job._jobstore_alias, run_times, self._logger.name)
                self._run_job_success(job.id, events)
            finally:
                self._running.discard(threading.current_thread())

        thread = threading.Thread(target=run, name=f"tick {job.id}", daemon=True)
        self._running.add(thread)
        thread.start()

    def shutdown(self, wait: bool = True) -> None:
        """Wait for what runs, as long as finishing the item in hand can take."""
        for thread in list(self._running) if wait else []:
            thread.join(PATIENCE_SECONDS)
