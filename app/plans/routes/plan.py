"""The plan page: where every project stands, filtered."""

from __future__ import annotations

import enum
from dataclasses import replace
from typing import Any, TypeVar

from flask import abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.routes.blueprint import open_territory
from app.accounts.rules import may_animate
from app.core import clock
from app.plans.forms.projects import PlanForm
from app.plans.kinds import OPEN_STATUSES, ProjectState, Stage, StepStatus
from app.plans.labels import choices
from app.plans.models import ActionPlan
from app.plans.outline import objectives
from app.plans.queries.plan import (
    PAGE,
    PlanFilter,
    ProjectLine,
    may_propose,
    project_lines,
    territory_plan,
)
from app.plans.queries.project import organisations_of
from app.plans.routes.blueprint import plans, today_in
from app.plans.rules import may_roll_out
from app.plans.services.projects import add_outline, open_plan
from app.web.database import db
from app.web.gate import viewer
from app.web.htmx import fragment, leave_to, wants_fragment
from app.web.navigation import show_territory
from app.web.panels import for_page

Kind = TypeVar("Kind", bound=enum.StrEnum)
# the table begins with what is still to be done, and says so
OPEN_STEPS = "&".join(f"statut={status.value}" for status in OPEN_STATUSES)


@plans.get("/territoires/<public_id>/plan")
def plan_page(public_id: str) -> ResponseReturnValue:
    plan = db.session.scalar(territory_plan(viewer(), public_id))
    if plan is None:
        territory = open_territory(public_id)
        return render_template(
            "plans/no_plan.html", may_open=may_animate(viewer(), territory), form=PlanForm()
        )
    show_territory(plan.territory)
    watches = plan.territory_id not in viewer().animates and bool(viewer().observes)
    asked = _asked()
    if watches:
        # onlookers are not told who is behind, also not by asking for it
        asked = replace(asked, late=False, status=None, organisation_id=None)
    lines = project_lines(
        db.session(), viewer(), plan.id, asked, today_in(plan.territory), _after()
    )
    context = {
        "plan": plan,
        "territory": plan.territory,
        "may_propose": may_propose(db.session(), viewer(), plan.id),
        "may_roll_out": may_roll_out(viewer(), plan),
        "may_import": plan.territory_id in viewer().animates,
        "asked": asked,
        "lines": lines[:PAGE],
        "next_url": _next_url(public_id, lines),
        "watches": watches,
    }
    if wants_fragment():
        return fragment("plans/_projects.html", **context)
    return render_template(
        "plans/plan.html",
        **context,
        organisations=organisations_of(db.session(), plan.territory_id),
        stages=choices(Stage),
        states=choices(ProjectState),
        statuses=choices(StepStatus),
        above=for_page("plan_head", viewer(), plan),
        panels=for_page("plan", viewer(), plan),
        ways=_ways(plan, steps=not watches),
    )


def _ways(plan: ActionPlan, *, steps: bool) -> list[dict[str, Any]]:
    """The other ways to look at it; who looks on is shown no steps one by one."""
    here = {"label": _("Liste"), "href": request.full_path.rstrip("?"), "current": True}
    table = {"label": _("Tableau"), "href": f"/plans/{plan.public_id}/tableau?{OPEN_STEPS}"}
    month = {"label": _("Calendrier"), "href": f"/plans/{plan.public_id}/calendrier"}
    return [here, table, month] if steps else [here, month]


@plans.post("/territoires/<public_id>/plan")
def new_plan(public_id: str) -> ResponseReturnValue:
    territory = open_territory(public_id, may_animate)
    form = PlanForm()
    if not form.validate_on_submit():
        return render_template("plans/no_plan.html", may_open=True, form=form), 422
    plan = open_plan(
        db.session(), territory_id=territory.id, title=form.title.data or "", now=clock.now()
    )
    if form.with_objectives.data:
        add_outline(db.session(), plan, objectives())
    db.session.commit()
    flash(_("Le plan est ouvert. Il attend son premier projet."), "success")
    return leave_to(url_for("plans.plan_page", public_id=public_id))


def _asked() -> PlanFilter:
    return PlanFilter(
        text=request.args.get("q", "").strip()[:100],
        organisation_id=_row_id("organisation"),
        stage=_kind(Stage, "stade"),
        state=_kind(ProjectState, "etat"),
        status=_kind(StepStatus, "statut"),
        late=request.args.get("retard") == "1",
    )


def _row_id(name: str) -> int | None:
    value = request.args.get(name, "")
    return int(value) if value.isdecimal() and value.isascii() and len(value) <= 18 else None


def _kind(kind: type[Kind], name: str) -> Kind | None:
    value = request.args.get(name, "")
    return kind(value) if value in list(kind) else None


def _after() -> tuple[str, int] | None:
    """The keyset of the last project shown: « rank.id »."""
    rank, _dot, project_id = request.args.get("apres", "").partition(".")
    if not rank:
        return None
    if not project_id.isdecimal() or len(project_id) > 18:
        abort(404)
    return rank, int(project_id)


def _next_url(public_id: str, lines: list[ProjectLine]) -> str | None:
    if len(lines) <= PAGE:
        return None
    last = lines[PAGE - 1]
    kept: dict[str, Any] = {name: value for name, value in request.args.items() if name != "apres"}
    return url_for("plans.plan_page", public_id=public_id, **kept, apres=f"{last.rank}.{last.id}")
