"""« Un mot, un chiffre, un fichier » beside the answers: the same link, no sign-in."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import clock
from app.core.refusals import RefusedError
from app.files.routes.blueprint import store
from app.files.routes.shelf import uploaded
from app.reminders.forms import AddingForm
from app.reminders.kinds import Addition
from app.reminders.routes.answer import answerer_of, show
from app.reminders.routes.blueprint import reminders
from app.reminders.routes.opening import Opened, dead_link, open_link
from app.reminders.services.adding import add_figure, add_file, add_word, place_of
from app.web.database import db
from app.web.gate import act_as, public
from app.web.limits import takes_files


@reminders.route("/r/<token>/ajout", methods=["GET", "POST"])
@public
@takes_files
def add(token: str) -> ResponseReturnValue:
    """The token is looked at before a byte of the file is."""
    opened = open_link(token, clock.now())
    if opened is None or opened.is_over:
        return dead_link(opened)
    if request.method != "POST":
        # a phone that opens its pages again
        return redirect(url_for("reminders.answer", token=token), 303)
    form, today = AddingForm(), opened.today
    if trouble := _trouble(form) or _refused(form, opened):
        return show(token, opened.mail, opened.grant, today, trouble=trouble, adding=form)
    db.session.commit()
    said = {"merci": form.etape.data, "ajoute": form.ajout.data, "qui": form.qui.data or None}
    return redirect(url_for("reminders.answer", token=token, **said, _anchor="content"), 303)


def _trouble(form: AddingForm) -> str | None:
    """What is missing, in one sentence."""
    if not form.validate():
        if form.valeur.errors:
            return str(form.valeur.errors[0])
        return str(_("L’envoi n’a pas pu être lu. Rien n’a été changé ; réessayez."))
    if form.ajout.data == Addition.FIGURE.value and None in (form.valeur.data, form.annee.data):
        return str(_("Écrivez le chiffre et son année."))
    if form.ajout.data == Addition.FILE.value and not form.fichier.data:
        return str(_("Choisissez d’abord un fichier."))
    return None


def _refused(form: AddingForm, opened: Opened) -> str | None:
    """Why it was not taken; None once it is."""
    grant, now, today = opened.grant, opened.now, opened.today
    answerer = answerer_of(grant, form.qui.data)
    act_as(answerer.person_id if answerer else grant.person_id, by_link=True)
    session = db.session()
    try:
        place = place_of(session, opened.mail, str(form.etape.data), grant.person_id)
        match Addition(form.ajout.data):
            case Addition.WORD:
                body = form.message.data or ""
                add_word(session, place, body=body, answerer=answerer, now=now)
            case Addition.FIGURE:
                add_figure(
                    session,
                    place,
                    indicator_public_id=form.indicateur.data or "",
                    year=form.annee.data or today.year,
                    value=form.valeur.data,
                    now=now,
                    today=today,
                )
            case Addition.FILE:
                add_file(session, store(), place, upload=uploaded(form.fichier.data), now=now)
    except RefusedError as refusal:
        session.rollback()
        return str(_(str(refusal)))
    return None
