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
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import DBAPIError

from app.core import clock
from app.upkeep.archive import Summary, UpkeepError
from app.upkeep.backup import back_up
from app.upkeep.doctor import Verdict, examine
from app.upkeep.restore import restore
from app.web.database import db
from config import Settings

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
        summary = back_up(db.engine, _settings().data_dir, file, clock.now())
    _tell("Saved", summary, file, as_json)


@click.command("restore")
@file_argument
@json_option
@with_appcontext
def restore_command(file: Path, as_json: bool) -> None:
    """Bring FILE back into an empty, migrated database and an empty data folder."""
    with _errors_as_sentences(file):
        summary = restore(db.engine, _settings().data_dir, file)
    _tell("Restored", summary, file, as_json)


@click.command("doctor")
@json_option
@with_appcontext
def doctor_command(as_json: bool) -> None:
    """Check settings, database, mail, clock and disk; exit 1 when something would hurt."""
    findings = examine(_settings(), db.engine, clock.now())
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


def _settings() -> Settings:
    found: Settings = current_app.extensions["maillage_settings"]
    return found


def _tell(verb: str, summary: Summary, file: Path, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({**asdict(summary), "bytes": file.stat().st_size}))
    else:
        click.echo(
            f"{verb} {summary.rows} rows of {summary.tables} tables and {summary.files} files "
            f"({file}, {file.stat().st_size} bytes)."
        )


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
