"""What the clock does: every room's ticks, hung on the scheduler."""

from __future__ import annotations

import threading

from flask import Flask
from sqlalchemy.orm import Session

from app import scheduler
from app.accounts.services.merging import forget_over
from app.agreements.jobs import release_former_pilots, settle_due
from app.core import clock
from app.files.jobs import sweep
from app.imports.jobs import forget_rows
from app.inbox.jobs import forget as forget_messages
from app.inbox.jobs import tick as read_mailbox
from app.outbox.jobs import new_holder
from app.privacy.jobs import Work
from app.reminders.jobs import run_due
from app.web.database import db
from config import Settings


def _mail(app: Flask, settings: Settings) -> None:
    """What leaves, and what comes in where there is a mailbox."""

    def read(stopping: threading.Event) -> None:
        read_mailbox(lambda: Session(db.engine), settings, stopping)

    def forget(_stopping: threading.Event) -> None:
        forget_messages(lambda: Session(db.engine), clock.now())

    scheduler.register(app, scheduler.delivery(app, every_seconds=10))
    scheduler.register(app, scheduler.Tick("incoming", 3600, forget))
    if settings.inbox is not None:
        scheduler.register(app, scheduler.Tick("inbox", 60, read))


def register(app: Flask) -> None:
    """Add the ticks; none runs before `scheduler.start` or `scheduler.work`."""
    settings = app.extensions["maillage_settings"]

    def decide(_stopping: threading.Event) -> None:
        run_due(lambda: Session(db.engine), clock.now())

    def settle(_stopping: threading.Event) -> None:
        settle_due(lambda: Session(db.engine), clock.now())
        release_former_pilots(lambda: Session(db.engine), clock.now())

    def tidy(_stopping: threading.Event) -> None:
        sweep(lambda: Session(db.engine), app.extensions["maillage_store"], clock.now())

    def forget(_stopping: threading.Event) -> None:
        with Session(db.engine) as session:
            forget_over(session, clock.now())
            session.commit()

    def empty_tables(_stopping: threading.Event) -> None:
        forget_rows(lambda: Session(db.engine), clock.now())

    def look_after_people(stopping: threading.Event) -> None:
        work = Work(lambda: Session(db.engine), settings.data_dir, clock.now(), stopping)
        work.daily(new_holder())

    scheduler.register(app, scheduler.Tick("reminders", 60, decide))
    scheduler.register(app, scheduler.Tick("agreements", 600, settle))
    scheduler.register(app, scheduler.Tick("files", 3600, tidy))
    scheduler.register(app, scheduler.Tick("merges", 3600, forget))
    scheduler.register(app, scheduler.Tick("imports", 3600, empty_tables))
    # the invented people of the demonstration are kept however silent they are
    if not settings.demo:
        scheduler.register(app, scheduler.Tick("privacy", 3600, look_after_people))
    _mail(app, settings)
