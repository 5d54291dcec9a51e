"""« Mes données » on one's own account: a copy at once, the erasure behind a mailed link."""

from __future__ import annotations

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.models import Person
from app.core import clock
from app.privacy.routes.blueprint import archive_of, privacy
from app.privacy.services.requests import send_link
from app.web.database import db
from app.web.gate import viewer
from app.web.htmx import fragment, leave_to, wants_fragment


@privacy.get("/compte/donnees")
def own_data() -> ResponseReturnValue:
    context = {"person": _me()}
    if wants_fragment():
        return fragment("privacy/_own_data.html", **context)
    return render_template("privacy/own_data.html", **context)


@privacy.post("/compte/donnees")
def export_own() -> ResponseReturnValue:
    return archive_of(_me(), clock.now())


@privacy.post("/compte/effacement")
def ask_erasure() -> ResponseReturnValue:
    """A tap of the thumb, or of somebody at an open screen, erases nothing: the mailbox answers."""
    person = _me()
    if person.email is None:
        flash(_("Sans adresse e-mail, demandez-le à qui anime la démarche."), "warning")
        return leave_to(url_for("privacy.own_data"))
    send_link(db.session(), email=person.email, now=clock.now())
    db.session.commit()
    flash(
        _(
            "Ouvrez le message envoyé à %(email)s : son lien mène à l’effacement. "
            "Rien n’est effacé avant.",
            email=person.email,
        ),
        "info",
    )
    return leave_to(url_for("accounts.own_account"))


def _me() -> Person:
    return db.session.get_one(Person, viewer().person_id)
