"""Looks at an installation as an operator would, and says what would hurt."""

from __future__ import annotations

import enum
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import Connection, Engine, and_, func, or_, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.core import clock, french
from app.inbox.mailbox import look
from app.outbox.kinds import MailState
from app.outbox.models import Lease, Mail
from app.privacy.queries.health import overdue, without_pilot
from app.upkeep.archive import UpkeepError
from app.upkeep.relay import greet
from app.upkeep.state import require_migrated, snapshot
from config import DEMO_SENDER, LOCAL_HOSTS, Settings

CLOCKS_APART = timedelta(seconds=30)
SILENT = timedelta(minutes=10)
WAITS_TOO_LONG = timedelta(minutes=15)
# put back so often, a mail has waited for about an hour and a half
STRUGGLING = 6
RECENTLY = timedelta(days=1)
LEAST_FREE = 500 * 1024 * 1024


class Verdict(enum.StrEnum):
    """`note` is worth knowing and hurts nobody."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True)
class Finding:
    """`what` is for the terminal; `code` with its `values` is what `labels` says in French."""

    name: str
    verdict: Verdict
    what: str
    code: str = ""
    values: Mapping[str, object] = field(default_factory=dict)


def examine(settings: Settings, engine: Engine, now: datetime) -> list[Finding]:
    """Everything that was looked at, in the order of a table. Changes nothing, sends nothing."""
    return [
        *_settings(settings),
        *_database(engine, now),
        _relay(settings),
        _inbox(settings),
        _data_folder(settings.data_dir),
        *(_free(folder) for folder in sorted(_folders(settings, engine))),
    ]


def _settings(settings: Settings) -> Iterator[Finding]:
    host = urlsplit(settings.base_url).hostname
    if settings.demo:
        what = "this is the demonstration: anybody may enter it"
        yield Finding("settings", Verdict.NOTE, what, "demonstration")
    elif not settings.is_https and host not in LOCAL_HOSTS:
        yield Finding(
            "settings",
            Verdict.PROBLEM,
            f"MAILLAGE_BASE_URL is {settings.base_url}: passwords travel in clear without https",
            "in_clear",
            {"address": settings.base_url},
        )
    elif settings.is_https and not settings.proxies:
        yield Finding(
            "settings",
            Verdict.PROBLEM,
            "MAILLAGE_BASE_URL is https and MAILLAGE_PROXIES is 0: every visitor seems to come "
            "from the proxy, and their sign-ins are limited together",
            "no_proxy",
        )
    else:
        what, address = f"people open {settings.base_url}", {"address": settings.base_url}
        yield Finding("settings", Verdict.OK, what, "settings_fine", address)
    sender = {"address": settings.mail_from}
    if settings.mail_from == DEMO_SENDER and not settings.demo:
        yield Finding(
            "sender",
            Verdict.PROBLEM,
            f"MAILLAGE_MAIL_FROM is still the default {DEMO_SENDER}: answers go nowhere",
            "default_sender",
            sender,
        )
    else:
        what = f"mail comes from {settings.mail_from}"
        yield Finding("sender", Verdict.OK, what, "sender_fine", sender)


def _database(engine: Engine, now: datetime) -> list[Finding]:
    try:
        with closing(snapshot(engine)) as connection:
            stands = require_migrated(connection)
            what = f"{engine.dialect.name}, migration {stands}"
            known = {"engine": engine.dialect.name, "migration": stands}
            found = Finding("database", Verdict.OK, what, "database_fine", known)
            return [
                found,
                _clock(connection),
                _mails(connection, now),
                _ticks(connection, now),
                _people(connection, now),
            ]
    except UpkeepError as fault:
        return [Finding("database", Verdict.PROBLEM, str(fault), "database_broken")]
    except DBAPIError as fault:
        what = (str(fault.orig).splitlines() or [""])[0]
        told = f"it cannot be used ({what})"
        return [Finding("database", Verdict.PROBLEM, told, "database_broken")]


def _clock(connection: Connection) -> Finding:
    if connection.dialect.name == "sqlite":
        return Finding("clock", Verdict.OK, "SQLite has this machine's", "one_clock")
    theirs: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
    apart = abs(theirs - clock.now())
    verdict = Verdict.PROBLEM if apart > CLOCKS_APART else Verdict.OK
    seconds = f"{apart.total_seconds():.1f}"
    what = f"{seconds} s between this machine and the database"
    return Finding("clock", verdict, what, "clocks", {"seconds": seconds.replace(".", ",")})


def _mails(connection: Connection, now: datetime) -> Finding:
    long_ago = now - WAITS_TOO_LONG
    overdue = or_(
        and_(Mail.state == MailState.WAITING, Mail.not_before < long_ago),
        and_(Mail.state == MailState.SENDING, Mail.leased_until < long_ago),
    )
    struggling = and_(Mail.state == MailState.WAITING, Mail.attempts >= STRUGGLING)
    failed = and_(Mail.state == MailState.FAILED, Mail.ended_at > now - RECENTLY)
    late, hard, lost = (
        connection.execute(select(func.count()).select_from(Mail).where(condition)).scalar_one()
        for condition in (overdue, struggling, failed)
    )
    told = f"{late} due for too long, {hard} put back again and again, {lost} failed since a day"
    verdict = Verdict.PROBLEM if late or hard else Verdict.NOTE if lost else Verdict.OK
    values = {"late": late, "hard": hard, "lost": lost}
    return Finding("mails", verdict, told, "mails", values)


def _ticks(connection: Connection, now: datetime) -> Finding:
    """A process that ticks holds a lease until its next tick is due."""
    last: datetime | None = connection.scalar(select(func.max(Lease.until)))
    if last is None:
        return Finding("scheduler", Verdict.NOTE, "nothing has ticked here yet", "never_ticked")
    if last < now - SILENT:
        return Finding(
            "scheduler",
            Verdict.PROBLEM,
            f"nothing has ticked since {last:%Y-%m-%d %H:%M} UTC: is the server, or "
            "`flask --app wsgi work`, running?",
            "stands_still",
            {"instant": french.moment(last)},
        )
    return Finding("scheduler", Verdict.OK, "it ticks", "ticks")


def _relay(settings: Settings) -> Finding:
    if settings.smtp is None:
        verdict = Verdict.OK if settings.demo else Verdict.PROBLEM
        what = "MAILLAGE_SMTP_URL is not set: mail stays in the mailbox"
        return Finding("relay", verdict, what, "no_relay")
    where = f"{settings.smtp.host}:{settings.smtp.port}"
    fault = greet(settings.smtp, settings.mail_from.rpartition("@")[2])
    if fault is not None:
        told = f"{where} {fault}"
        return Finding("relay", Verdict.PROBLEM, told, "relay_broken", {"where": where})
    return Finding("relay", Verdict.OK, f"{where} answers", "relay_fine", {"where": where})


def _inbox(settings: Settings) -> Finding:
    """A mailbox that is read is optional; without one, who gets what comes back is worth a word."""
    known = {"address": settings.inbox_address or settings.mail_from}
    if settings.inbox_address is None:
        what = (
            f"no mailbox is read: replies reach the pilots, and mails that come back reach "
            f"{settings.mail_from}, which somebody should read"
        )
        return Finding("inbox", Verdict.OK, what, "no_inbox", known)
    if settings.inbox is None:
        what = f"what comes to {settings.inbox_address} is taken by `inbox receive`"
        return Finding("inbox", Verdict.OK, what, "inbox_pipe", known)
    if fault := look(settings.inbox):
        return Finding("inbox", Verdict.PROBLEM, fault, "inbox_broken", known)
    what = f"the mailbox of {settings.inbox_address} can be read"
    return Finding("inbox", Verdict.OK, what, "inbox_fine", known)


def _people(connection: Connection, now: datetime) -> Finding:
    """A démarche that nobody drives, and erasures that wait too long."""
    with Session(connection) as session:
        alone, late = without_pilot(session), overdue(session, now)
    if late:
        what = f"{late} erasures should have been done by now: does anything tick?"
        return Finding("people", Verdict.PROBLEM, what, "erasures_late", {"late": late})
    if alone:
        places = {"places": ", ".join(alone)}
        what = f"nobody pilots {places['places']}"
        return Finding("people", Verdict.PROBLEM, what, "unpiloted", places)
    what = "every territory has a pilot, no erasure waits too long"
    return Finding("people", Verdict.OK, what, "people_fine")


def _data_folder(folder: Path) -> Finding:
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"doctor")
    except OSError as fault:
        told = f"{folder} cannot be written ({fault.strerror})"
        return Finding("data", Verdict.PROBLEM, told, "folder_closed", {"folder": folder})
    return Finding(
        "data", Verdict.OK, f"{folder} can be written", "folder_fine", {"folder": folder}
    )


def _folders(settings: Settings, engine: Engine) -> set[Path]:
    """Where files grow: the data folder, and the SQLite file's where that is another disk."""
    folders = {settings.data_dir}
    if engine.dialect.name == "sqlite" and engine.url.database:
        beside = Path(engine.url.database).resolve().parent
        if beside.exists() and beside.stat().st_dev != settings.data_dir.stat().st_dev:
            folders.add(beside)
    return folders


def _free(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    verdict = Verdict.PROBLEM if free < LEAST_FREE else Verdict.OK
    what = f"{free // 1024**2} MB free in {folder}"
    values = {"free": french.number(free // 1024**2), "folder": folder}
    return Finding("disk", verdict, what, "disk", values)
