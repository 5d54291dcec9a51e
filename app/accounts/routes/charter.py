"""The charter of a démarche: read by all, published by pilots, version by version."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.charter import beginning, differences
from app.accounts.forms.charter import CharterForm
from app.accounts.models import Territory
from app.accounts.queries.texts import charter_of_version, charter_versions, current_charter
from app.accounts.routes.blueprint import accounts, open_territory
from app.accounts.rules import may_set_territory
from app.accounts.services.texts import publish_charter
from app.core import clock
from app.core.refusals import StaleError
from app.web.database import db
from app.web.gate import viewer
from app.web.htmx import leave_to
from app.web.panels import for_page


@accounts.get("/territoires/<public_id>/charte")
def charter(public_id: str) -> ResponseReturnValue:
    """The version in force."""
    found = open_territory(public_id)
    return _shown(found, current_charter(db.session(), found.id))


@accounts.get("/territoires/<public_id>/charte/<version>")
def charter_version(public_id: str, version: str) -> ResponseReturnValue:
    """One version, and what it changed."""
    found = open_territory(public_id)
    # nine digits: no version is beyond what the column holds
    is_number = version.isascii() and version.isdecimal() and len(version) <= 9
    text = charter_of_version(db.session(), found.id, int(version)) if is_number else None
    return _shown(found, text or abort(404))


@accounts.route("/territoires/<public_id>/charte/nouvelle", methods=["GET", "POST"])
def new_charter(public_id: str) -> ResponseReturnValue:
    """A new version; without the button « Publier » it is shown and nothing is published."""
    found = open_territory(public_id, may_set_territory)
    current = current_charter(db.session(), found.id)
    begun = {"body": current.body, "version": current.version} if current else {}
    form = CharterForm(data=begun or {"body": beginning(), "version": 0})
    if not form.validate_on_submit():
        return _form_page(found, form, 422 if request.method == "POST" else 200)
    if request.form.get("action") != "publish":
        return _form_page(found, form, 200, preview=form.body.data)
    return _publish(found, form)


def _publish(found: Territory, form: CharterForm) -> ResponseReturnValue:
    session, body = db.session(), str(form.body.data)
    try:
        is_new = publish_charter(
            session,
            found,
            body=body,
            follows=form.version.data or 0,
            by_id=viewer().person_id,
            now=clock.now(),
        )
    except StaleError:
        theirs = current_charter(session, found.id)
        assert theirs is not None  # that is what made ours stale
        form.catch_up(theirs.version)
        return _form_page(found, form, 409, theirs=theirs)
    session.commit()
    if is_new:
        flash(_("La charte est publiée. Les versions précédentes restent lisibles."), "success")
    else:
        flash(_("Ce texte est déjà celui qui est en vigueur."), "info")
    return leave_to(url_for("accounts.charter", public_id=found.public_id))


def _shown(found: Territory, text: Any) -> ResponseReturnValue:
    session = db.session()
    versions = charter_versions(session, found.id)
    before = (
        charter_of_version(session, found.id, text.version - 1)
        if text and text.version > 1
        else None
    )
    return render_template(
        "accounts/charter.html",
        place=found,
        text=text,
        versions=versions,
        in_force=text is not None and text.version == versions[0].version,
        changes=differences(before.body, text.body) if before else [],
        may_publish=may_set_territory(viewer(), found),
        panels=for_page("charter", viewer(), found),
    )


def _form_page(
    found: Territory, form: CharterForm, status: int, **more: Any
) -> ResponseReturnValue:
    page = render_template("accounts/new_charter.html", place=found, form=form, **more)
    return page, status
