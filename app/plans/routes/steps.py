"""Steps: added, changed, moved, and how they are going. Each answers with the row alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.models import Organisation
from app.core import clock
from app.core.refusals import RefusedError, StaleError
from app.core.viewer import Viewer
from app.plans.forms.steps import BlockForm, StepForm
from app.plans.kinds import BarrierKind
from app.plans.models import Project, Step
from app.plans.queries.addressees import addressees_of
from app.plans.queries.cards import StepCard, line_of_step, step_card
from app.plans.queries.project import (
    STEP_TO_CHANGE,
    StepLine,
    organisations_of,
    people_of,
    step_lines,
)
from app.plans.routes.blueprint import (
    attempt,
    partners_first,
    plans,
    project_to_change,
    today_in,
    usual_organisation,
)
from app.plans.routes.drawn import my_step_row, step_row, step_rows
from app.plans.routes.telling import say_who_is_told
from app.plans.routes.waiting import offer_to_follow
from app.plans.rules import may_edit_project, may_edit_step, may_report, may_report_on
from app.plans.services.for_you import tell_entrusted
from app.plans.services.steps import (
    abandon_step,
    add_step,
    block_step,
    complete_step,
    describe_step,
    move_step,
    reopen_step,
    start_step,
)
from app.web.database import db
from app.web.gate import admit, viewer
from app.web.htmx import leave_to, part, wants_fragment
from app.web.navigation import show_territory


def _step(public_id: str, may: Callable[[Viewer, Step], bool]) -> Step:
    found = admit(STEP_TO_CHANGE.find(db.session(), viewer(), public_id), may)
    show_territory(found.project.territory)
    return found


def _offer(form: StepForm, project: Project) -> StepForm:
    form.offer(
        partners_first(project, organisations_of(db.session(), project.territory_id)),
        people_of(db.session(), viewer(), project.territory_id, [project.id]),
    )
    return form


def _row(card: StepCard, line: StepLine) -> ResponseReturnValue:
    """The step's row as the list that asked shows it, or the whole page without htmx."""
    if not wants_fragment():
        if not g.get("refused"):
            flash(_("L’étape est à jour."), "success")
        anchor = f"step-{card.step.public_id}"
        if _on_its_own_page():
            return redirect(url_for("plans.step", public_id=card.step.public_id), code=303)
        if _listed_as_mine():
            return redirect(url_for("plans.mine", _anchor=anchor), code=303)
        return redirect(
            url_for("plans.project", public_id=card.project_public_id, _anchor=anchor), code=303
        )
    if _listed_as_mine():
        return part(my_step_row(line, card.project, card.project_public_id))
    may_report = _may_report_on(viewer(), card)
    return part(step_row(line, may_report=may_report, may_edit=card.may_edit))


def _listed_as_mine() -> bool:
    return request.args.get("liste") == "miennes"


def _on_its_own_page() -> bool:
    return request.args.get("page") == "etape"


@plans.route("/projets/<public_id>/etapes", methods=["POST"])
def new_step(public_id: str) -> ResponseReturnValue:
    project = project_to_change(public_id, may_edit_project)
    form = _offer(StepForm(), project)
    if not form.validate_on_submit():
        return render_template("plans/new_step.html", project=project, form=form), 422
    partners, session, now = len(project.partners), db.session(), clock.now()
    step = add_step(
        session,
        project,
        title=form.title.data or "",
        description=form.description.data or "",
        lead_organisation_id=form.lead_organisation_id.data,
        lead_person_id=form.person,
        due_on=form.due_on.data,
        due_text=form.due_text.data or None,
        is_milestone=form.is_milestone.data,
        now=now,
    )
    told = tell_entrusted(session, [step], by_id=viewer().person_id, now=now)
    session.commit()
    _tell_what_follows(step, joined=len(project.partners) > partners, now=now)
    say_who_is_told(told)
    url = url_for("plans.project", public_id=public_id, _anchor=f"step-{step.public_id}")
    return leave_to(url)


def _tell_what_follows(step: Step, *, joined: bool, now: datetime) -> None:
    """What else a new step did, or will not do, that its author may not expect."""
    flash(_("L’étape est ajoutée."), "success")
    if joined:
        name = db.session.get_one(Organisation, step.lead_organisation_id).name
        said = _("Nouveau partenaire : %(name)s, « pressenti » jusqu’à son accord.", name=name)
        flash(said, "info")
    if step.due_on and step.due_on < clock.local_day(now, step.project.territory.time_zone):
        flash(_("Sa date est déjà passée : personne ne sera relancé pour elle."), "warning")


@plans.get("/projets/<public_id>/etapes/nouvelle")
def new_step_form(public_id: str) -> ResponseReturnValue:
    project = project_to_change(public_id, may_edit_project)
    blank = StepForm(data={"lead_organisation_id": usual_organisation(project)})
    form = _offer(blank, project)
    return render_template("plans/new_step.html", project=project, form=form)


@plans.route("/etapes/<public_id>/modifier", methods=["GET", "POST"])
def edit_step(public_id: str) -> ResponseReturnValue:
    step = _step(public_id, may_edit_step)
    form = _offer(
        StepForm(
            data={
                "title": step.title,
                "description": step.description,
                "lead_organisation_id": step.lead_organisation_id,
                "lead_person_id": step.lead_person_id or 0,
                "due_on": step.due_on,
                "due_text": step.due_text,
                "is_milestone": step.is_milestone,
                "version": step.version,
            }
        ),
        step.project,
    )
    if request.method == "POST" and form.validate_on_submit():
        planned = step.due_on
        try:
            told = _describe(step, form)
        except StaleError:
            return _show_both(step, form)
        db.session.commit()
        flash(_("L’étape est enregistrée."), "success")
        say_who_is_told(told)
        offer_to_follow(step, planned)
        url = url_for(
            "plans.project", public_id=step.project.public_id, _anchor=f"step-{public_id}"
        )
        return leave_to(url)
    status = 422 if request.method == "POST" else 200
    return _edit_page(step, form, theirs=None), status


def _edit_page(step: Step, form: StepForm, *, theirs: Step | None) -> str:
    return render_template(
        "plans/edit_step.html", step=step, project=step.project, form=form, theirs=theirs
    )


def _show_both(step: Step, form: StepForm) -> ResponseReturnValue:
    """Somebody was quicker: their text beside what was typed, and nothing is lost."""
    form.catch_up(step.version)
    return _edit_page(step, form, theirs=step), 409


def _describe(step: Step, form: StepForm) -> list[str]:
    """Who is told that it is theirs from now on."""
    session, now = db.session(), clock.now()
    before = addressees_of(session, [step.id])
    describe_step(
        session,
        step,
        seen_version=form.version.data,
        title=form.title.data or "",
        description=form.description.data or "",
        lead_organisation_id=form.lead_organisation_id.data,
        lead_person_id=form.person,
        due_on=form.due_on.data,
        due_text=form.due_text.data or None,
        is_milestone=form.is_milestone.data,
        now=now,
    )
    return tell_entrusted(session, [step], by_id=viewer().person_id, now=now, before=before)


@plans.post("/etapes/<public_id>/statut")
def change_status(public_id: str) -> ResponseReturnValue:
    session = db.session()
    card = admit(step_card(session, viewer(), public_id), _may_report_on)
    show_territory(card.territory)
    step, today = card.step, today_in(card.territory)
    verbs = {
        "todo": lambda: reopen_step(session, step),
        "in_progress": lambda: start_step(session, step, news_on=_promised_on(today)),
        "done": lambda: complete_step(session, step, today=today),
        "abandoned": lambda: abandon_step(session, step),
    }
    asked = request.form.get("status", "")
    if asked == "abandoned" and not card.may_edit:
        abort(403)
    if asked not in verbs:
        abort(400)
    if attempt(verbs[asked]):
        session.commit()
    return _row(card, line_of_step(card, today))


def _promised_on(today: date) -> date | None:
    """The day of the next news, where the page asks for one; one tap promises none."""
    typed = request.form.get("nouvelles")
    if typed is None:
        return None
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        day = today
    if day <= today:
        raise RefusedError("Choisissez le jour, à venir, où vous donnerez des nouvelles.")
    return day


def _may_report_on(who: Viewer, card: StepCard) -> bool:
    """As `may_report` on the step, whose project is read by its card."""
    step = card.step
    return may_report_on(
        who,
        step.lead_organisation_id,
        step.lead_person_id,
        may_edit=card.may_edit,
        ended=card.project_ended,
    )


@plans.route("/etapes/<public_id>/bloquer", methods=["GET", "POST"])
def block(public_id: str) -> ResponseReturnValue:
    step = _step(public_id, may_report)
    form = BlockForm(data={"barrier": step.barrier, "note": step.barrier_note, "lever": step.lever})
    if form.validate_on_submit():
        block_step(
            db.session(),
            step,
            barrier=BarrierKind(form.barrier.data),
            note=form.note.data,
            lever=form.lever.data or "",
            today=today_in(step.project.territory),
        )
        db.session.commit()
        flash(_("C’est noté : plus aucun courriel sur cette étape tant que ça coince."), "success")
        return leave_to(_list_with(step))
    status = 422 if request.method == "POST" else 200
    return render_template(
        "plans/block_step.html", step=step, project=step.project, form=form, back=_list_with(step)
    ), status


def _list_with(step: Step) -> str:
    """Back to the list that asked, at the step."""
    anchor = f"step-{step.public_id}"
    if _on_its_own_page():
        return url_for("plans.step", public_id=step.public_id)
    if _listed_as_mine():
        return url_for("plans.mine", _anchor=anchor)
    return url_for("plans.project", public_id=step.project.public_id, _anchor=anchor)


@plans.post("/etapes/<public_id>/deplacer")
def move(public_id: str) -> ResponseReturnValue:
    step = _step(public_id, may_edit_step)
    direction = request.form.get("direction", "")
    if direction not in ("up", "down"):
        abort(400)
    # without script the page says what came of it; with it, the list shows it
    done = None if wants_fragment() else _("L’ordre est changé.")
    if attempt(lambda: move_step(db.session(), step, up=direction == "up"), done):
        db.session.commit()
    project = step.project
    if not wants_fragment():
        url = url_for("plans.project", public_id=project.public_id, _anchor=f"step-{public_id}")
        return redirect(url, code=303)
    lines = step_lines(db.session(), project.id, today_in(project.territory))
    return part(step_rows(viewer(), project, lines))
