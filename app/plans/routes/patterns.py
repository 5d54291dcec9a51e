"""« Partir d’un modèle »: the patterns to choose from, and a project started from one."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import clock
from app.core.calendar import next_working_day
from app.plans.forms.starting import StartForm, casting_form, role_field
from app.plans.models import ActionPlan, SavedPattern
from app.plans.patterns import Family, Pattern, shipped
from app.plans.queries.patterns import own_patterns, pattern_by_key
from app.plans.queries.project import organisations_of
from app.plans.routes.blueprint import plans, project_to_change, today_in
from app.plans.routes.offering import places, possible_leads
from app.plans.rules import (
    may_retire_pattern,
    may_save_pattern,
    proposable_plans,
    visible_patterns,
)
from app.plans.services.starting import Start, save_pattern, start_project, suiting
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.htmx import fragment, leave_to, wants_fragment
from app.web.navigation import show_territory


@plans.get("/plans/<public_id>/modeles")
def patterns(public_id: str) -> ResponseReturnValue:
    plan = _plan(public_id)
    known = [*own_patterns(db.session(), viewer(), plan), *shipped().values()]
    families = {family: [one for one in known if one.family is family] for family in Family}
    return render_template("plans/patterns.html", plan=plan, families=families)


@plans.route("/plans/<public_id>/modeles/<key>", methods=["GET", "POST"])
def start_from_pattern(public_id: str, key: str) -> ResponseReturnValue:
    plan = _plan(public_id)
    found = pattern_by_key(db.session(), viewer(), plan, key)
    if found is None:
        abort(404)
    pattern, row = found
    form = _form(plan, pattern)
    if form.validate_on_submit():
        made = start_project(db.session(), plan, pattern, _start(pattern, form), now=clock.now())
        db.session.commit()
        flash(
            _("Le brouillon est prêt, avec ses étapes : relisez-les, puis lancez le projet."),
            "success",
        )
        return leave_to(url_for("plans.project", public_id=made.public_id))
    context = {
        "plan": plan,
        "pattern": pattern,
        "days": _days(plan, pattern, form.starts_on.data),
    }
    if wants_fragment() and request.method == "GET":
        return fragment("plans/_pattern_steps.html", **context)
    return render_template(
        "plans/pattern.html",
        **context,
        form=form,
        role_field=role_field,
        row=row,
        may_retire=row is not None and may_retire_pattern(viewer(), row),
    ), 422 if request.method == "POST" else 200


@plans.post("/projets/<public_id>/modele")
def keep_as_pattern(public_id: str) -> ResponseReturnValue:
    found = project_to_change(public_id, may_save_pattern)
    saved = save_pattern(
        db.session(),
        found,
        summary=request.form.get("summary", "")[:400],
        person_id=viewer().person_id,
        now=clock.now(),
    )
    db.session.commit()
    flash(
        _("Le modèle est gardé, avec des rôles au lieu des noms. Relisez les titres des étapes."),
        "success",
    )
    url = url_for("plans.start_from_pattern", public_id=found.plan.public_id, key=saved.public_id)
    return redirect(url, code=303)


@plans.post("/plans/<public_id>/modeles/<key>/retirer")
def retire_pattern(public_id: str, key: str) -> ResponseReturnValue:
    """Off the list: nothing that was started from it changes, and it can come back."""
    return _offer(public_id, key, retired_at=clock.now())


@plans.post("/plans/<public_id>/modeles/<key>/remettre")
def restore_pattern(public_id: str, key: str) -> ResponseReturnValue:
    return _offer(public_id, key, retired_at=None)


def _offer(public_id: str, key: str, *, retired_at: datetime | None) -> ResponseReturnValue:
    plan = _plan(public_id)
    saved = fetch(
        visible_patterns(viewer()).where(SavedPattern.territory_id == plan.territory_id),
        key,
        may_retire_pattern,
    )
    saved.retired_at = retired_at
    db.session.commit()
    flash(
        _("Le modèle n’est plus proposé. Sa page permet de le remettre.")
        if retired_at
        else _("Le modèle est de nouveau proposé."),
        "success",
    )
    url = url_for("plans.start_from_pattern", public_id=public_id, key=key)
    return redirect(url, code=303)


def _plan(public_id: str) -> ActionPlan:
    plan = fetch(proposable_plans(viewer()), public_id)
    show_territory(plan.territory)
    return plan


def _form(plan: ActionPlan, pattern: Pattern) -> StartForm:
    organisations = organisations_of(db.session(), plan.territory_id)
    kind = casting_form(pattern, possible_leads(plan, organisations), organisations)
    usual = {
        "title": pattern.title,
        "starts_on": _asked_day() or _soon(plan),
        "theme_id": suiting(pattern, plan.themes) or 0,
    }
    form = kind(data=usual)
    form.offer(*places(plan))
    return form


def _soon(plan: ActionPlan) -> date:
    """A project is started today and begins on the next working day."""
    return next_working_day(
        today_in(plan.territory) + timedelta(days=1), plan.territory.holiday_zone
    )


def _asked_day() -> date | None:
    """The first day that the page asks dates for while it is chosen."""
    try:
        day = date.fromisoformat(request.args.get("starts_on", ""))
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2100 else None


def _days(plan: ActionPlan, pattern: Pattern, start: date | None) -> list[date | None]:
    zone = plan.territory.holiday_zone
    return [step.due_on(start, zone) if start else None for step in pattern.steps]


def _start(pattern: Pattern, form: StartForm) -> Start:
    chosen = {role.key: form[role_field(role)].data for role in pattern.roles}
    assert form.starts_on.data is not None
    return Start(
        title=form.title.data or "",
        starts_on=form.starts_on.data,
        cast={key: one for key, one in chosen.items() if one},
        theme_id=form.theme_id.data or None,
        zone_id=form.zone_id.data or None,
        description=pattern.summary,
    )
