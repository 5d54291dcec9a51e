"""`flask privacy …`: what the clock does about people, and requests that come by letter."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, time
from pathlib import Path
from threading import Event

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.core import clock
from app.core.refusals import RefusedError
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.privacy.archive import stream
from app.privacy.jobs import Work
from app.privacy.kinds import Cause
from app.privacy.services import register as erasures
from app.privacy.services.erasing import erase
from app.privacy.services.exporting import members_of
from app.privacy.services.mailbox import MAILBOX
from app.web.database import db
from app.web.settings import settings

# readable by its owner alone from its first byte, and never over another file
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL

privacy = AppGroup("privacy", help="People's data: retention, copies, erasure.")
json_option = click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
day_option = click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), help="As if it were noon of that day, in UTC."
)
who_argument = click.argument("who", metavar="EMAIL")


def register(app: Flask) -> None:
    """Give the application its `privacy` commands."""
    app.cli.add_command(privacy)


@privacy.command("run")
@day_option
@json_option
def run_command(on: datetime | None, as_json: bool) -> None:
    """Erase whose day has come, inform, warn, and trim what is kept no longer."""
    now = datetime.combine(on.date(), time(12), tzinfo=UTC) if on else clock.now()
    work = Work(lambda: Session(db.engine), settings().data_dir, now, Event())
    with _errors_as_sentences():
        report = asdict(work.everything())
    _tell(report, as_json)


@privacy.command("erase")
@who_argument
@json_option
def erase_command(who: str, as_json: bool) -> None:
    """Erase a person at once. EMAIL may be the public id of a contact without an address."""
    now, session = clock.now(), db.session()
    with _errors_as_sentences():
        person = _person(session, who)
        answer = {"person": person.public_id, "erased": True}
        acting(session, None, Via.COMMAND, now)
        erase(
            session,
            person.id,
            cause=Cause.OPERATOR,
            asked_by_id=None,
            now=now,
            mailbox=settings().data_dir / MAILBOX,
        )
        session.commit()
        erasures.keep(session, settings().data_dir)
    _tell(answer, as_json)


@privacy.command("export")
@who_argument
@click.argument("file", type=click.Path(path_type=Path))
@json_option
def export_command(who: str, file: Path, as_json: bool) -> None:
    """Write all that is held about a person into FILE (.zip), which must not exist yet."""
    now, session = clock.now(), db.session()
    with _errors_as_sentences():
        person = _person(session, who)
        members = members_of(session, person, now, settings().data_dir)
        with os.fdopen(os.open(file, _NEW, 0o600), "wb") as archive:
            for part in stream(members, now):
                archive.write(part)
    answer = {"person": person.public_id, "files": len(members), "bytes": file.stat().st_size}
    _tell(answer, as_json)


@privacy.command("replay")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@json_option
def replay_command(file: Path | None, as_json: bool) -> None:
    """Erase again whom the register names, after a database came back by other ways than restore.

    FILE is a register; without it, the one of the data folder.
    """
    session = db.session()
    with _errors_as_sentences():
        entries = erasures.read(file or settings().data_dir / erasures.FILE)
        done = erasures.replay(session, entries, clock.now(), settings().data_dir / MAILBOX)
        session.commit()
        erasures.keep(session, settings().data_dir, entries)
    _tell(asdict(done), as_json)


def _person(session: Session, who: str) -> Person:
    query = select(Person).where(
        or_(Person.email == who.strip().lower(), Person.public_id == who.strip()),
        Person.anonymised_at.is_(None),
    )
    person = session.scalar(query)
    if person is None:
        raise RefusedError(f"Nobody here has the address or the id {who!r}.")
    return person


def _tell(answer: dict[str, object], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(answer))
    else:
        click.echo(", ".join(f"{name} {value}" for name, value in answer.items()))


@contextmanager
def _errors_as_sentences() -> Iterator[None]:
    """One sentence on stderr, exit code 2, nothing changed."""
    try:
        yield
    except (RefusedError, erasures.RegisterError) as refusal:
        sentence = str(refusal)
    except FileExistsError as fault:
        sentence = f"{fault.filename} exists already: a copy overwrites nothing."
    except OSError as fault:
        sentence = f"{fault.filename}: {fault.strerror}."
    else:
        return
    db.session.rollback()
    click.echo(sentence, err=True)
    raise SystemExit(2)
