"""The one Blueprint of the operator's pages: for everybody else they do not exist."""

from __future__ import annotations

from flask import Blueprint, abort

from app.web.gate import viewer_or_none

operating = Blueprint("operating", __name__)


@operating.before_request
def _only_operators() -> None:
    """Runs behind the gate: whoever has not signed in was sent to do so."""
    who = viewer_or_none()
    if who is None or not who.is_operator:
        abort(404)
