"""One lead: read, said better, made a project, kept, refused, passed on; and taken back."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.models import Organisation
from app.accounts.queries.organisations import zones_of
from app.core import clock
from app.core.french import to
from app.core.refusals import RefusedError, StaleError
from app.initiatives.forms.leads import NOWHERE, UNSAID, DescribeForm, PassOnForm, RefuseForm
from app.initiatives.models import Opportunity
from app.initiatives.queries.leads import side_by_side
from app.initiatives.queries.organisations import own_organisations
from app.initiatives.routes.blueprint import initiatives
from app.initiatives.routes.leads.catalogue import WORDS
from app.initiatives.rules.leads import may_decide, may_describe, visible_leads
from app.initiatives.rules.notes import notable_organisations
from app.initiatives.services import leads as verbs
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.htmx import leave_to
from app.web.navigation import show_territory
from app.web.undo import flash_with_undo


@initiatives.get("/pistes/<public_id>")
def lead(public_id: str) -> ResponseReturnValue:
    return _page(_lead(public_id), RefuseForm(formdata=None), PassOnForm(formdata=None), 200)


@initiatives.post("/pistes/<public_id>/projet")
def lead_to_project(public_id: str) -> ResponseReturnValue:
    found = _lead(public_id, may_decide)
    own = own_organisations(db.session(), viewer(), found.territory_id)
    try:
        project = verbs.make_project(
            db.session(),
            found,
            own_organisation_id=own[0][0] if own else None,
            now=clock.now(),
        )
    except RefusedError as refusal:
        return _refused(found, refusal)
    db.session.commit()
    flash_with_undo(
        _("La piste est un projet, en brouillon : personne n’est prévenu."), _undo(public_id)
    )
    return leave_to(f"/projets/{project.public_id}")


@initiatives.post("/pistes/<public_id>/garder")
def keep_lead(public_id: str) -> ResponseReturnValue:
    found = _lead(public_id, may_decide)
    return _decided(found, lambda: verbs.keep(db.session(), found), _("Gardée pour plus tard."))


@initiatives.post("/pistes/<public_id>/refuser")
def refuse_lead(public_id: str) -> ResponseReturnValue:
    found, form = _lead(public_id, may_decide), RefuseForm()
    if not form.validate_on_submit():
        return _page(found, form, PassOnForm(formdata=None), 422)
    reason = form.reason.data or ""
    return _decided(
        found,
        lambda: verbs.refuse(db.session(), found, reason=reason),
        _("Refusée, avec son motif."),
    )


@initiatives.post("/pistes/<public_id>/transmettre")
def pass_lead_on(public_id: str) -> ResponseReturnValue:
    found, form = _lead(public_id, may_decide), PassOnForm()
    if not form.validate_on_submit():
        return _page(found, RefuseForm(formdata=None), form, 422)
    whom, reason = form.to.data or "", form.reason.data or ""
    return _decided(
        found,
        lambda: verbs.pass_on(db.session(), found, to=whom, reason=reason),
        _("Transmise %(to_name)s, hors démarche.", to_name=to(whom)),
    )


@initiatives.post("/pistes/<public_id>/rouvrir")
def reopen(public_id: str) -> ResponseReturnValue:
    found = _lead(public_id, may_decide)
    try:
        verbs.reopen_lead(db.session(), found)
    except RefusedError as refusal:
        return _refused(found, refusal)
    db.session.commit()
    flash(_("La piste est de nouveau à étudier."), "success")
    return _there(found)


@initiatives.post("/pistes/<public_id>/oublier")
def forget_lead(public_id: str) -> ResponseReturnValue:
    """Undo of a capture: by who brought it, within the day."""
    found = _lead(public_id, may_describe)
    list_url = url_for("initiatives.leads", public_id=found.territory.public_id)
    try:
        verbs.forget(db.session(), found, now=clock.now())
    except RefusedError as refusal:
        return _refused(found, refusal)
    db.session.commit()
    flash(_("C’est annulé : la piste n’est pas notée."), "info")
    return leave_to(list_url)


@initiatives.route("/pistes/<public_id>/modifier", methods=["GET", "POST"])
def describe(public_id: str) -> ResponseReturnValue:
    found = _lead(public_id, may_describe)
    form = DescribeForm(
        data={
            "title": found.title,
            "direction": found.direction or UNSAID,
            "resource": found.resource or UNSAID,
            "zone_id": found.zone_id or NOWHERE,
            "organisation_ids": [one.id for one in found.organisations],
            "version": found.version,
        }
    )
    form.offer_zones(zones_of(db.session(), {found.territory_id}))
    form.offer_organisations(_choices(found))
    status = 422 if request.method == "POST" else 200
    if form.validate_on_submit():
        status = _described(found, form)
        if status == 303:
            db.session.commit()
            flash(_("La piste est enregistrée."), "success")
            return _there(found)
    theirs = found if status == 409 else None
    page = render_template("initiatives/leads/edit.html", form=form, lead=found, theirs=theirs)
    return page, status


def _described(found: Opportunity, form: DescribeForm) -> int:
    ids = form.organisation_ids.data or []
    organisations = db.session.scalars(select(Organisation).where(Organisation.id.in_(ids)))
    try:
        verbs.describe_lead(
            db.session(),
            found,
            seen_version=form.version.data,
            lead=form.lead(organisations),
        )
    except StaleError:
        db.session.rollback()
        form.catch_up(found.version)
        return 409
    return 303


def _choices(found: Opportunity) -> list[tuple[int, str]]:
    """The organisations that the viewer sees there, and those that are named already."""
    seen = db.session.execute(
        notable_organisations(viewer())
        .where(Organisation.territories.any(id=found.territory_id))
        .with_only_columns(Organisation.id, Organisation.name)
        .order_by(Organisation.search_key)
    )
    known = {one.id: one.name for one in found.organisations}
    return list({**{row[0]: row[1] for row in seen}, **known}.items())


def _lead(public_id: str, may: Callable[..., bool] | None = None) -> Opportunity:
    found = fetch(visible_leads(viewer()), public_id, may)
    show_territory(found.territory)
    return found


def _decided(found: Opportunity, verb: Callable[[], None], done: str) -> ResponseReturnValue:
    try:
        verb()
    except RefusedError as refusal:
        return _refused(found, refusal)
    db.session.commit()
    flash_with_undo(done, _undo(found.public_id))
    return _there(found)


def _refused(found: Opportunity, refusal: RefusedError) -> ResponseReturnValue:
    db.session.rollback()
    flash(_(str(refusal)), "warning")
    return _there(found)


def _undo(public_id: str) -> str:
    return url_for("initiatives.reopen", public_id=public_id)


def _there(found: Opportunity) -> ResponseReturnValue:
    return leave_to(url_for("initiatives.lead", public_id=found.public_id))


def _page(
    found: Opportunity, refusing: RefuseForm, passing: PassOnForm, status: int
) -> ResponseReturnValue:
    url = f"/pistes/{found.public_id}"
    pairs = side_by_side(db.session(), viewer(), found.territory_id)
    page = render_template(
        "initiatives/leads/lead.html",
        lead=found,
        refusing=refusing,
        passing=passing,
        pairs=[pair for pair in pairs if url in (pair.offer.url, pair.need.url)],
        may_decide=may_decide(viewer(), found),
        may_describe=may_describe(viewer(), found),
        **WORDS,
    )
    return page, status
