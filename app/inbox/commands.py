"""`flask inbox …`: take one message from a pipe, read the mailbox, see what came in."""

from __future__ import annotations

import json
import sys

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, load_only

from app.core import clock
from app.inbox.jobs import read_mailbox
from app.inbox.mailbox import MailboxError
from app.inbox.models import Incoming
from app.inbox.parsing import LARGEST
from app.inbox.services.receiving import receive
from app.outbox.stopping import stopping_on_signals
from app.web.database import db
from app.web.settings import settings

# what a mail server understands: keep the message and come back
COME_BACK = 75

inbox = AppGroup("inbox", help="Mail that comes back and comes in.")
as_json_option = click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
COLUMNS = (
    Incoming.public_id,
    Incoming.received_at,
    Incoming.sender,
    Incoming.subject,
    Incoming.fate,
    Incoming.trouble,
    Incoming.settled_at,
)


def register(app: Flask) -> None:
    """Give the application its `inbox` commands."""
    app.cli.add_command(inbox)


@inbox.command("receive")
def receive_command() -> None:
    """Take one message from standard input, as a mail server's pipe gives it."""
    raw = sys.stdin.buffer.read(LARGEST + 1)
    while sys.stdin.buffer.read(1024 * 1024):
        pass  # a pipe that is closed early would look like a failure to the server
    own = (settings().mail_from, settings().inbox_address)
    try:
        receive(lambda: Session(db.engine), raw, own=own, now=clock.now())
    except DBAPIError as fault:
        what = (str(fault.orig).splitlines() or [""])[0]
        click.echo(
            f"The database cannot be used ({what}); the message has to come again.", err=True
        )
        raise SystemExit(COME_BACK) from None


@inbox.command("fetch")
@as_json_option
def fetch_command(as_json: bool) -> None:
    """Read every unread message of the mailbox of the settings."""
    if settings().inbox is None:
        raise click.ClickException("MAILLAGE_INBOX_URL is not set: there is no mailbox to read.")
    try:
        with stopping_on_signals() as stopping:
            taken = read_mailbox(lambda: Session(db.engine), settings(), stopping)
    except MailboxError as fault:
        click.echo(f"The mailbox {fault}.", err=True)
        raise SystemExit(2) from None
    click.echo(json.dumps({"read": taken}) if as_json else f"read {taken}")


@inbox.command("list")
@as_json_option
def list_command(as_json: bool) -> None:
    """Show what came in, oldest first, with what became of it. Never what was written."""
    with Session(db.engine) as session:
        query = select(Incoming).options(load_only(*COLUMNS, raiseload=True)).order_by(Incoming.id)
        rows = [_row(one) for one in session.scalars(query)]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo("  ".join(str(value or "–") for value in row.values()))


@inbox.command("show")
@click.argument("message_id", metavar="ID")
def show_command(message_id: str) -> None:
    """Write a message that was kept aside to standard output, as it came."""
    with Session(db.engine) as session:
        query = select(Incoming.content).where(Incoming.public_id == message_id)
        content = session.scalar(query)
    if content is None:
        click.echo(f"No message {message_id} is kept as it came.", err=True)
        raise SystemExit(2)
    sys.stdout.buffer.write(content)


def _row(message: Incoming) -> dict[str, str | bool | None]:
    return {
        "id": message.public_id,
        "received_at": message.received_at.isoformat(),
        "from": message.sender,
        "subject": message.subject,
        "fate": message.fate.value,
        "trouble": message.trouble.value if message.trouble else None,
        "settled": message.settled_at is not None,
    }
