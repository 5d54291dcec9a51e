"""What a territory tells about data: open to everybody, written by its pilots."""

from __future__ import annotations

from flask import abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.models import Territory
from app.accounts.routes.blueprint import open_territory
from app.accounts.rules import may_set_territory
from app.core import clock
from app.core.refusals import StaleError
from app.privacy.forms import TextForm
from app.privacy.queries.statements import statement_of
from app.privacy.routes.blueprint import privacy
from app.privacy.services.statements import write_text
from app.privacy.texts import Statement
from app.web.database import db
from app.web.gate import public, viewer, viewer_or_none
from app.web.htmx import leave_to
from app.web.settings import settings


@privacy.get("/confidentialite")
@public
def statement() -> ResponseReturnValue:
    """The only territory's text where there is one; else the house's, with links to one's own."""
    alone = _only_territory()
    if alone is not None:
        return _page(statement_of(db.session(), alone), alone)
    found = viewer_or_none()
    return _page(Statement("", "", controller=""), None, found.places if found else ())


@privacy.get("/territoires/<public_id>/confidentialite")
@public
def territory_statement(public_id: str) -> ResponseReturnValue:
    """For whoever has the link, from a mail perhaps: the law wants it easy to find."""
    if not public_id.isalnum():
        abort(404)
    query = select(Territory).where(Territory.public_id == public_id)
    territory = db.session.scalars(query).one_or_none() or abort(404)
    return _page(statement_of(db.session(), territory), territory)


@privacy.route("/territoires/<public_id>/confidentialite/modifier", methods=["GET", "POST"])
def edit_statement(public_id: str) -> ResponseReturnValue:
    territory = open_territory(public_id, may_set_territory)
    present = statement_of(db.session(), territory)
    form = TextForm(data={**vars(present), "number": present.number or 0})
    if not form.validate_on_submit():
        return _form(form, territory, 422 if request.method == "POST" else 200)
    try:
        written = write_text(
            db.session(),
            territory,
            form.wording(),
            seen=int(form.number.data or 0),
            by_id=viewer().person_id,
            now=clock.now(),
        )
    except StaleError:
        form.number.raw_data, form.number.data = None, present.number or 0
        return _form(form, territory, 409, present)
    db.session.commit()
    if written is not None:
        flash(_("Le texte est enregistré : c’est la version %(n)s.", n=written.number), "success")
    return leave_to(url_for("privacy.territory_statement", public_id=public_id))


def _form(
    form: TextForm, territory: Territory, status: int, present: Statement | None = None
) -> ResponseReturnValue:
    page = render_template(
        "privacy/edit_statement.html", form=form, territory=territory, present=present
    )
    return page, status


def _page(text: Statement, territory: Territory | None, places: object = ()) -> ResponseReturnValue:
    found = viewer_or_none()
    return render_template(
        "privacy/statement.html",
        text=text,
        place=territory,
        places=places,
        address=settings().mail_from,
        may_write=bool(found and territory and may_set_territory(found, territory)),
    )


def _only_territory() -> Territory | None:
    some = db.session.scalars(select(Territory).order_by(Territory.id).limit(2)).all()
    return some[0] if len(some) == 1 else None
