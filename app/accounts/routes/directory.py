"""Looking an organisation up in the open directory of companies, before typing it in."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.labels import NAF_EDITIONS, SIZE_BANDS
from app.accounts.routes.blueprint import accounts, directory
from app.accounts.rules import may_create_organisation, visible_territories
from app.accounts.services.directory import LONGEST, look_up
from app.core import clock
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.htmx import fragment, wants_fragment
from app.web.navigation import show_territory


@accounts.get("/territoires/<public_id>/annuaire")
def company_directory(public_id: str) -> ResponseReturnValue:
    """Proposals; a click on one fills the form, and saves nothing."""
    asked = directory()
    territory = fetch(visible_territories(viewer()), public_id, may_create_organisation)
    if asked is None:
        abort(404)
    show_territory(territory)
    typed = request.args.get("q", "")[:LONGEST]
    # no transaction stays open while another machine answers, or does not
    db.session.commit()
    found = look_up(asked, typed, clock.now())
    form_url = url_for("accounts.new_organisation", public_id=public_id)
    context = {
        "territory": territory,
        "typed": typed,
        "proposals": [(one, f"{form_url}?{urlencode(one.fields)}") for one in found.proposals],
        "said": _(found.said) if found.said else None,
        "form_url": form_url,
        "sizes": SIZE_BANDS,
        "editions": NAF_EDITIONS,
    }
    if wants_fragment():
        return fragment("accounts/_proposals.html", **context)
    return render_template("accounts/directory.html", **context)
