"""What the clock does: every room's ticks, hung on the scheduler."""

from __future__ import annotations

import threading

from flask import Flask
from sqlalchemy.orm import Session

from app import scheduler
from app.core import clock
from app.outbox.jobs import new_holder
from app.privacy.jobs import Work
from app.reminders.jobs import run_due
from app.web.database import db


def register(app: Flask) -> None:
    """Add the ticks; none runs before `scheduler.start` or `scheduler.work`."""

    def decide(_stopping: threading.Event) -> None:
        run_due(lambda: Session(db.engine), clock.now())

    def look_after_people(stopping: threading.Event) -> None:
        data_dir = app.extensions["maillage_settings"].data_dir
        work = Work(lambda: Session(db.engine), data_dir, clock.now(), stopping)
        work.daily(new_holder())

    scheduler.register(app, scheduler.Tick("reminders", 60, decide))
    # the invented people of the demonstration are kept however silent they are
    if not app.extensions["maillage_settings"].demo:
        scheduler.register(app, scheduler.Tick("privacy", 3600, look_after_people))
    scheduler.register(app, scheduler.delivery(app, every_seconds=10))
