"""« Saisie rapide »: lines become steps, unknown names are asked once, all of it is undone."""

from __future__ import annotations

from dataclasses import replace

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from app.accounts.kinds import OrganisationKind
from app.accounts.labels import ORGANISATION_KINDS
from app.core import clock
from app.core.database import new_public_id
from app.core.french import count
from app.core.refusals import RefusedError
from app.plans.models import Partner, Project
from app.plans.queries.plan import may_propose, projects_to_fill
from app.plans.quick_entry import NewStep, claim, make_steps, projects_of, take_back
from app.plans.quick_lines import Known
from app.plans.quick_names import fault, is_answered, ref, settle
from app.plans.routes.blueprint import plans, project_to_change
from app.plans.routes.telling import say_who_is_told
from app.plans.routes.typed import Typed
from app.plans.rules import may_edit_project, visible_plans
from app.plans.services.for_you import tell_entrusted
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.htmx import fragment, leave_to, wants_fragment
from app.web.navigation import show_territory


def _in_project(public_id: str) -> Typed:
    project = project_to_change(public_id, may_edit_project)
    url = url_for("plans.quick_entry", public_id=public_id)
    text = request.form.get("lignes", "")
    return Typed(url, project.territory, {project.id: project}, project, chooses=False, text=text)


def _in_plan(public_id: str) -> Typed:
    """A plan's lines choose among the projects that this viewer edits."""
    plan = fetch(visible_plans(viewer()), public_id)
    show_territory(plan.territory)
    projects = {one.id: one for one in projects_to_fill(db.session(), viewer(), plan.id)}
    if not projects and not may_propose(db.session(), viewer(), plan.id):
        abort(403)
    asked = request.form.get("projet", "")
    home = next((one for one in projects.values() if one.public_id == asked), None)
    url = url_for("plans.quick_plan_entry", public_id=public_id)
    text = request.form.get("lignes", "")
    return Typed(url, plan.territory, projects, home, chooses=True, text=text)


@plans.route("/projets/<public_id>/saisie-rapide", methods=["GET", "POST"])
def quick_entry(public_id: str) -> ResponseReturnValue:
    typed = _in_project(public_id)
    return _enter(typed) if request.method == "POST" else _page(typed, 200)


@plans.post("/projets/<public_id>/saisie-rapide/apercu")
def preview_steps(public_id: str) -> ResponseReturnValue:
    return _preview(_in_project(public_id))


@plans.post("/projets/<public_id>/saisie-rapide/annuler")
def undo_entry(public_id: str) -> ResponseReturnValue:
    return _undo(_in_project(public_id))


@plans.route("/plans/<public_id>/saisie-rapide", methods=["GET", "POST"])
def quick_plan_entry(public_id: str) -> ResponseReturnValue:
    typed = _in_plan(public_id)
    return _enter(typed) if request.method == "POST" else _page(typed, 200)


@plans.post("/plans/<public_id>/saisie-rapide/apercu")
def preview_plan_steps(public_id: str) -> ResponseReturnValue:
    return _preview(_in_plan(public_id))


@plans.post("/plans/<public_id>/saisie-rapide/annuler")
def undo_plan_entry(public_id: str) -> ResponseReturnValue:
    return _undo(_in_plan(public_id))


def _preview(typed: Typed) -> ResponseReturnValue:
    """What each line would become; writes nothing."""
    if wants_fragment():
        return fragment("plans/_quick_preview.html", typed=typed)
    return _page(typed, 200)


def _enter(typed: Typed) -> ResponseReturnValue:
    if typed.faults or not typed.reading.lines:
        return _page(typed, 422)
    try:
        is_new = claim(db.session(), typed.used, typed.paste)
    except RefusedError as refusal:
        flash(_(str(refusal)), "warning")
        return _page(typed, 409)
    if is_new:
        if _questions(typed):
            return _names_page(typed)
        _make(typed)
        db.session.commit()
    html = render_template("plans/_quick_done.html", typed=typed)
    flash(Markup(html), "success")  # noqa: S704  # nosec B704  our own template, escaped there
    return leave_to(_list_of(typed, typed.used))


def _list_of(typed: Typed, projects: list[Project]) -> str:
    """Where the steps stand: their project, or the plan where there are several."""
    if len(projects) == 1:
        return url_for("plans.project", public_id=projects[0].public_id, _anchor="etapes")
    return url_for("plans.plan_page", public_id=typed.territory.public_id)


def _questions(typed: Typed) -> bool:
    """Whether a name is still to be answered; faults are noted beside it."""
    is_open = False
    for at, one in enumerate(typed.asked):
        answered = is_answered(one, request.form)
        wrong = fault(one, typed.by_ref, typed.rights) if answered else None
        typed.asked[at] = replace(one, fault=wrong)
        is_open = is_open or not answered or wrong is not None
    return is_open


def _make(typed: Typed) -> None:
    session, now = db.session(), clock.now()
    before = {partner.id for project in typed.used for partner in project.partners}
    answers: dict[str, Known | None] = {
        one.who.key: settle(
            session,
            one,
            typed.by_ref,
            territory=typed.territory,
            today=typed.today,
            now=now,
            asked_by_id=viewer().person_id,
        )
        for one in typed.asked
    }
    steps = typed.steps(answers.__getitem__)
    made = make_steps(session, steps, now=now)
    say_who_is_told(tell_entrusted(session, made, by_id=viewer().person_id, now=now))
    joined = [p for project in typed.used for p in project.partners if p.id not in before]
    _tell(typed, steps, joined)


def _tell(typed: Typed, steps: list[NewStep], joined: list[Partner]) -> None:
    """What else it did, or will not do, that its author may not expect."""
    names = dict.fromkeys(partner.organisation.name for partner in joined)
    if names:
        said = _("Nouveaux partenaires, « pressentis » jusqu’à leur accord : %(names)s.")
        flash(said % {"names": ", ".join(names)}, "info")
    past = sum(1 for step in steps if step.due_on and step.due_on < typed.today)
    if past:
        dates = count(past, _("date déjà passée"), _("dates déjà passées"))
        flash(_("%(dates)s : personne ne sera relancé pour cela.", dates=dates), "warning")


def _undo(typed: Typed) -> ResponseReturnValue:
    session, paste = db.session(), request.form.get("saisie", "")[:16]
    made_in = projects_of(session, paste)
    back_to = _list_of(typed, [one for id_, one in typed.projects.items() if id_ in made_in])
    try:
        if not made_in or not made_in <= typed.projects.keys():
            raise RefusedError("Cette saisie ne se retrouve pas ici : rien n’a été annulé.")
        back = take_back(session, paste, person_id=viewer().person_id, now=clock.now())
    except RefusedError as refusal:
        session.rollback()
        flash(_(str(refusal)), "warning")
        return redirect(back_to, code=303)
    session.commit()
    flash(_("C’est annulé."), "success")
    if back.kept:
        flash(_("Une partie reste : quelqu’un y a déjà travaillé."), "warning")
    return redirect(back_to, code=303)


def _page(typed: Typed, status: int) -> ResponseReturnValue:
    return render_template(
        "plans/quick_entry.html",
        typed=typed,
        is_empty=request.method == "POST" and not typed.text.strip(),
        once=new_public_id(),
    ), status


def _names_page(typed: Typed) -> ResponseReturnValue:
    """« Qui est-ce ? »: all names at once, and nothing typed is lost."""
    places = [one for one in typed.known if one.person_id is None]
    return render_template(
        "plans/quick_names.html",
        typed=typed,
        once=request.form.get("cle", ""),
        ref=ref,
        people=[one for one in typed.known if one.person_id is not None],
        places=places,
        admitting=[one for one in places if typed.rights.admits(one.organisation_id)],
        kinds=[(kind.value, ORGANISATION_KINDS[kind]) for kind in OrganisationKind],
    ), 422
