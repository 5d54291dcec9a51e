"""Where servers and the command line find the application."""

from __future__ import annotations

import logging
import sys

import click

from app import scheduler
from app.factory import create_app
from config import SettingsError

COMMAND = click.get_current_context(silent=True)


def answers_requests() -> bool:
    """Whether a server imported us, or `flask run` did.

    Every other command must not tick, or each one would write and deliver mail.
    """
    return COMMAND is None or COMMAND.info_name == "run"


def stays() -> bool:
    """Whether this process goes on: its log is somebody's window, a command's only noise."""
    return answers_requests() or (COMMAND is not None and COMMAND.info_name == "work")


if stays():
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    # it would say each tick that it ticks
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
try:
    app = create_app()
except SettingsError as error:
    print(error, file=sys.stderr)
    raise SystemExit(2) from None
if app.extensions["maillage_settings"].scheduler == "inline" and answers_requests():
    scheduler.start(app)
