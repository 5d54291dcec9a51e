"""`flask outbox …`: deliver what is due, see what became of every mail, try again what failed."""

from __future__ import annotations

import json
from collections.abc import Iterable

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from app.outbox import queries, services
from app.outbox.jobs import deliver
from app.outbox.models import Mail
from app.outbox.stopping import stopping_on_signals
from app.web.database import db
from app.web.settings import settings

COLUMNS = ("id", "to", "subject", "state", "key", "attempts", "last_error")
WIDEST = {"to": 34, "subject": 44, "key": 34, "last_error": 60}

outbox = AppGroup("outbox", help="Mail waiting and sent.")
as_json_option = click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")


def register(app: Flask) -> None:
    """Give the application its `outbox` commands."""
    app.cli.add_command(outbox)


@outbox.command("deliver")
@as_json_option
def deliver_command(as_json: bool) -> None:
    """Deliver every mail that is due now. A mail put back for later is not tried again."""
    with stopping_on_signals() as stopping:
        report = deliver(settings(), db.engine, stopping)
    if report.trouble:
        click.echo(f"Delivery stopped early: {report.trouble}.", err=True)
    if report.is_paced:
        click.echo("The ceiling of mails a minute is reached: the rest is due still.", err=True)
    counts = {name: getattr(report, name) for name in ("sent", "retry", "failed", "skipped")}
    if as_json:
        click.echo(json.dumps(counts))
    else:
        click.echo(", ".join(f"{name} {count}" for name, count in counts.items()))


@outbox.command("retry")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--failed", "every", is_flag=True, help="Every mail that was given up.")
@as_json_option
def retry_command(ids: tuple[str, ...], every: bool, as_json: bool) -> None:
    """Put mails that failed back to waiting; each is written anew, if it is still true."""
    if bool(ids) == every:
        raise click.UsageError("Name mails by their ids, or say --failed for all that failed.")
    with Session(db.engine) as session, session.begin():
        retried = services.retry(session, None if every else ids)
        if strange := sorted(set(ids) - retried):
            raise click.UsageError(f"No failed mail is called {', '.join(strange)}.")
    counted = {"retried": len(retried)}
    click.echo(json.dumps(counted) if as_json else f"retried {len(retried)}")


@outbox.command("list")
@as_json_option
def list_command(as_json: bool) -> None:
    """Show every mail, oldest first, with its state and its last error or reason."""
    with Session(db.engine) as session:
        rows = (_row(mail) for mail in queries.mails(session))
        if as_json:
            click.echo(json.dumps(list(rows), ensure_ascii=False))
        else:
            _print_table(rows)


def _row(mail: Mail) -> dict[str, str | int | None]:
    return {
        "id": mail.public_id,
        "to": mail.to,
        "subject": mail.subject,
        "state": mail.state.value,
        "key": mail.key,
        "attempts": mail.attempts,
        "last_error": mail.last_error,
    }


def _print_table(rows: Iterable[dict[str, str | int | None]]) -> None:
    cells = [[_cell(name, row[name]) for name in COLUMNS] for row in rows]
    widths = [max(map(len, column)) for column in zip(COLUMNS, *cells, strict=True)]
    for line in ([*COLUMNS], *cells):
        shown = "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        click.echo(shown.rstrip())


def _cell(name: str, value: str | int | None) -> str:
    text = "" if value is None else str(value)
    widest = WIDEST.get(name, len(text))
    return text if len(text) <= widest else f"{text[: widest - 1]}…"
