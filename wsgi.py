"""Where servers and the command line find the application."""

from __future__ import annotations

import sys

import click

from app import scheduler
from app.factory import create_app
from config import SettingsError


def serves() -> bool:
    """Whether this process answers requests: a server imported us, or `flask run` did.

    Every other command must not tick, or each one would write and deliver mail.
    """
    command = click.get_current_context(silent=True)
    return command is None or command.info_name == "run"


try:
    app = create_app()
except SettingsError as error:
    print(error, file=sys.stderr)
    raise SystemExit(2) from None
if app.extensions["maillage_settings"].scheduler == "inline" and serves():
    scheduler.start(app)
