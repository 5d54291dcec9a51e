"""Référentiels as everybody reads them: which there are, and what they say."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from app.frameworks import queries
from app.web.database import db
from app.web.gate import fetch

frameworks = Blueprint("frameworks", __name__)


@frameworks.get("/referentiels")
def listing() -> ResponseReturnValue:
    return render_template("frameworks/list.html", lines=queries.frameworks(db.session()))


@frameworks.get("/referentiels/<public_id>")
def framework(public_id: str) -> ResponseReturnValue:
    """The latest version, or with `?version=1` an older one."""
    found = fetch(queries.visible_frameworks(), public_id)
    version = queries.version_of(db.session(), found.key, _number())
    if version is None:
        abort(404)
    return render_template(
        "frameworks/framework.html",
        framework=found,
        version=version,
        numbers=queries.numbers_of(db.session(), found.id),
        roots=queries.tree_of(db.session(), version.id),
    )


def _number() -> int | None:
    asked = request.args.get("version", "")
    if not asked:
        return None
    if not asked.isdecimal() or len(asked) > 9:
        abort(404)
    return int(asked)
