"""The command line: every room's commands hung on `flask --app wsgi` (docs/commands.md)."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import DBAPIError

from app import scheduler
from app.accounts import commands as accounts
from app.demo import commands as demo
from app.frameworks import commands as frameworks
from app.imports import commands as imports
from app.inbox import commands as inbox
from app.maturity import commands as maturity
from app.outbox import commands as outbox
from app.privacy import commands as privacy
from app.reminders import commands as reminders
from app.upkeep import commands as upkeep

Callback = Callable[..., Any]
ROOMS = (
    accounts,
    demo,
    frameworks,
    imports,
    inbox,
    maturity,
    outbox,
    privacy,
    reminders,
    upkeep,
)


def register(app: Flask) -> None:
    """Hang the commands of every room on the application."""
    others = set(app.cli.commands)
    for room in ROOMS:
        room.register(app)
    app.cli.add_command(work)
    for name in set(app.cli.commands) - others:
        _say_database_faults(app.cli.commands[name])


def _say_database_faults(command: click.Command) -> None:
    """A database that cannot be used is one sentence and exit code 2, whatever the command."""
    for part in command.commands.values() if isinstance(command, click.Group) else ():
        _say_database_faults(part)
    # commands are made once a process, applications more often in tests
    if command.callback and not hasattr(command.callback, "says_database_faults"):
        command.callback = _saying(command.callback)


def _saying(callback: Callback) -> Callback:
    @functools.wraps(callback)
    def run(*arguments: Any, **options: Any) -> Any:
        try:
            return callback(*arguments, **options)
        except DBAPIError as fault:
            what = (str(fault.orig).splitlines() or [""])[0]
            click.echo(
                f"The database cannot be used ({what}); `flask --app wsgi db upgrade` prepares it.",
                err=True,
            )
            raise SystemExit(2) from None

    run.says_database_faults = True  # type: ignore[attr-defined]  # a mark on a function
    return run


@click.command("work")
@with_appcontext
def work() -> None:
    """Tick alone: decide relances and deliver mail until SIGTERM or SIGINT."""
    scheduler.work(current_app._get_current_object())  # type: ignore[attr-defined]  # a proxy
