"""The command line: every room's commands hung on `flask --app wsgi` (docs/commands.md)."""

from __future__ import annotations

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from app import scheduler
from app.accounts import commands as accounts
from app.demo import commands as demo
from app.frameworks import commands as frameworks
from app.maturity import commands as maturity
from app.outbox import commands as outbox
from app.reminders import commands as reminders
from app.upkeep import commands as upkeep


def register(app: Flask) -> None:
    """Hang the commands of every room on the application."""
    for room in (accounts, demo, frameworks, maturity, outbox, reminders, upkeep):
        room.register(app)
    app.cli.add_command(work)


@click.command("work")
@with_appcontext
def work() -> None:
    """Tick alone: decide relances and deliver mail until SIGTERM or SIGINT."""
    scheduler.work(current_app._get_current_object())  # type: ignore[attr-defined]
