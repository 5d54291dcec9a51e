"""The one Blueprint of this room; each page's file hangs its routes on it."""

from __future__ import annotations

from flask import Blueprint

inbox = Blueprint("inbox", __name__)
