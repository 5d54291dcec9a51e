"""The one Blueprint of this room."""

from __future__ import annotations

from flask import Blueprint

initiatives = Blueprint("initiatives", __name__)
