"""Views: saved under a name, opened by a link, renamed, shared, removed and brought back."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import clock
from app.core.refusals import RefusedError
from app.overview.models import SavedView
from app.overview.queries.views import views_of
from app.overview.routes.blueprint import overview, plan_here, table_url
from app.overview.rules import may_keep_view, visible_views
from app.overview.services.views import remove_view, rename_view, restore_view, save_view
from app.plans.models import ActionPlan
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.htmx import leave_to
from app.web.undo import flash_with_undo


@overview.get("/plans/<public_id>/vues")
def views(public_id: str) -> ResponseReturnValue:
    return _page(plan_here(public_id))


@overview.post("/plans/<public_id>/vues")
def new_view(public_id: str) -> ResponseReturnValue:
    plan, session = plan_here(public_id), db.session()
    query = request.form.get("filtre", "")
    try:
        view = save_view(
            session,
            viewer(),
            plan,
            name=request.form.get("name", ""),
            query=query,
            is_shared=request.form.get("partagee") == "1",
            now=clock.now(),
        )
    except RefusedError as refusal:
        session.rollback()
        flash(_(str(refusal)), "warning")
        return leave_to(table_url(plan_here(public_id), query))
    said = _("La vue « %(name)s » est enregistrée.", name=view.name)
    url = table_url(plan, view.query)
    session.commit()
    flash(said, "success")
    return leave_to(url)


@overview.get("/plans/<public_id>/vues/<view_id>")
def open_view(public_id: str, view_id: str) -> ResponseReturnValue:
    """To the same filters, with the reader's own rights: the link opens nothing else."""
    plan = plan_here(public_id)
    view = _view(plan, view_id)
    if view.removed_at is not None:
        flash(_("Cette vue a été retirée : voici le tableau entier."), "info")
        return redirect(table_url(plan), code=303)
    return redirect(table_url(plan, view.query), code=303)


@overview.post("/plans/<public_id>/vues/<view_id>")
def change_view(public_id: str, view_id: str) -> ResponseReturnValue:
    plan, session = plan_here(public_id), db.session()
    view = _view(plan, view_id, to_keep=True)
    try:
        rename_view(
            session,
            view,
            name=request.form.get("name", ""),
            is_shared=request.form.get("partagee") == "1",
        )
    except RefusedError as refusal:
        session.rollback()
        return _page(plan_here(public_id), trouble=(view_id, _(str(refusal))))
    session.commit()
    flash(_("La vue est à jour."), "success")
    return leave_to(url_for("overview.views", public_id=public_id))


@overview.post("/plans/<public_id>/vues/<view_id>/retirer")
def take_view_away(public_id: str, view_id: str) -> ResponseReturnValue:
    view = _view(plan_here(public_id), view_id, to_keep=True)
    remove_view(view, now=clock.now())
    name = view.name
    db.session.commit()
    back = url_for("overview.bring_view_back", public_id=public_id, view_id=view_id)
    flash_with_undo(_("La vue « %(name)s » est retirée.", name=name), back)
    return leave_to(url_for("overview.views", public_id=public_id))


@overview.post("/plans/<public_id>/vues/<view_id>/remettre")
def bring_view_back(public_id: str, view_id: str) -> ResponseReturnValue:
    view = _view(plan_here(public_id), view_id, to_keep=True)
    try:
        restore_view(db.session(), view)
    except RefusedError as refusal:
        db.session.rollback()
        flash(_(str(refusal)), "warning")
    else:
        db.session.commit()
        flash(_("La vue est de retour."), "success")
    return leave_to(url_for("overview.views", public_id=public_id))


def _view(plan: ActionPlan, view_id: str, *, to_keep: bool = False) -> SavedView:
    query = visible_views(viewer()).where(SavedView.plan_id == plan.id)
    return fetch(query, view_id, may_keep_view if to_keep else None)


def _page(plan: ActionPlan, trouble: tuple[str, str] | None = None) -> ResponseReturnValue:
    page = render_template(
        "overview/views.html",
        plan=plan,
        views=views_of(db.session(), viewer(), plan.id),
        base=url_for("overview.views", public_id=plan.public_id, _external=True),
        table_url=table_url(plan),
        trouble=trouble,
    )
    return page, 422 if trouble else 200
