"""Where servers and the command line find the application."""

from __future__ import annotations

import sys

from app.factory import create_app
from config import SettingsError

try:
    app = create_app()
except SettingsError as error:
    print(error, file=sys.stderr)
    raise SystemExit(2) from None
