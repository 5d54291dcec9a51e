"""`flask backup`, `flask restore`, `flask doctor`: looking after an installation."""

from __future__ import annotations

import json
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click
from flask import Flask
from flask.cli import with_appcontext
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.core import clock
from app.privacy.services.mailbox import MAILBOX
from app.privacy.services.register import FILE, Entry, RegisterError, Replayed, keep, read, replay
from app.upkeep.archive import Summary, UpkeepError
from app.upkeep.backup import back_up
from app.upkeep.doctor import Verdict, examine
from app.upkeep.restore import restore
from app.web.database import db
from app.web.settings import settings

file_argument = click.argument("file", type=click.Path(path_type=Path))
json_option = click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")


def register(app: Flask) -> None:
    """Give the application its commands for upkeep."""
    for command in (backup_command, restore_command, doctor_command):
        app.cli.add_command(command)


@click.command("backup")
@file_argument
@json_option
@with_appcontext
def backup_command(file: Path, as_json: bool) -> None:
    """Write the database and the files into FILE (.tar.gz), while people go on working."""
    with _errors_as_sentences(file):
        summary = back_up(db.engine, settings().data_dir, file, clock.now())
    _tell("Saved", summary, file, as_json)


@click.command("restore")
@file_argument
@click.option(
    "--erasures",
    type=click.Path(path_type=Path),
    help=f"The register of erasures of the installation that was; {FILE} of the data folder.",
)
@json_option
@with_appcontext
def restore_command(file: Path, erasures: Path | None, as_json: bool) -> None:
    """Bring FILE back into an empty, migrated database and an empty data folder.

    Whoever was erased since the backup was taken is erased again, before anybody can look.
    """
    data_dir = settings().data_dir
    with _errors_as_sentences(file):
        entries = _erased_since(erasures, data_dir)
        again: list[Replayed] = []

        def erase_again(connection: Connection, unpacked: Path) -> None:
            with Session(connection) as session:
                again.append(replay(session, entries, clock.now(), unpacked / MAILBOX))
                session.commit()

        summary = restore(db.engine, data_dir, file, erase_again)
        keep(db.session(), data_dir, entries)
    _tell("Restored", summary, file, as_json, erased=again[0].erased)


def _erased_since(named: Path | None, data_dir: Path) -> list[Entry]:
    """What the register says: the one that was named, and the one that lies in its place."""
    beside = data_dir / FILE
    places = {place for place in (named, beside if beside.exists() else None) if place}
    try:
        return sorted({entry for place in places for entry in read(place)})
    except RegisterError as fault:
        raise UpkeepError(f"{fault} Nothing was restored.") from None


@click.command("doctor")
@json_option
@with_appcontext
def doctor_command(as_json: bool) -> None:
    """Check settings, database, mail, clock and disk; exit 1 when something would hurt."""
    findings = examine(settings(), db.engine, clock.now())
    hurts = any(finding.verdict is Verdict.PROBLEM for finding in findings)
    if as_json:
        checks = [
            {"name": finding.name, "verdict": finding.verdict, "what": finding.what}
            for finding in findings
        ]
        click.echo(json.dumps({"ok": not hurts, "checks": checks}, ensure_ascii=False))
    else:
        for finding in findings:
            click.echo(f"{finding.verdict:<8} {finding.name:<10} {finding.what}")
    if hurts:
        raise SystemExit(1)


def _tell(verb: str, summary: Summary, file: Path, as_json: bool, **more: int) -> None:
    size = file.stat().st_size
    if as_json:
        click.echo(json.dumps({**asdict(summary), "bytes": size, **more}))
        return
    click.echo(
        f"{verb} {summary.rows} rows of {summary.tables} tables and {summary.files} files "
        f"({file}, {size} bytes)."
    )
    if more.get("erased"):
        click.echo(f"Erased again whom the register names: {more['erased']}.")


@contextmanager
def _errors_as_sentences(file: Path) -> Iterator[None]:
    try:
        yield
    except UpkeepError as refusal:
        sentence = str(refusal)
    except DBAPIError as fault:
        what = (str(fault.orig).splitlines() or [""])[0]
        sentence = f"The database refuses ({what}): nothing was changed."
    except (tarfile.TarError, EOFError, zlib.error, KeyError, TypeError, ValueError):
        sentence = f"{file} is no backup of Maillage, or it is damaged: nothing was changed."
    except OSError as fault:
        sentence = f"{fault.filename or file}: {fault.strerror or fault}."
    else:
        return
    click.echo(sentence, err=True)
    raise SystemExit(2)
