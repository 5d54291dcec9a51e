"""« Saisie rapide »: lines become steps, unknown names are asked once, all of it is undone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from app.accounts.kinds import OrganisationKind
from app.accounts.labels import ORGANISATION_KINDS
from app.accounts.rules import may_create_organisation
from app.core import clock
from app.core.database import new_public_id
from app.core.refusals import RefusedError
from app.plans.kinds import PartnerState
from app.plans.models import Partner, Project
from app.plans.queries.project import organisations_of, people_of
from app.plans.quick_entry import (
    NewStep,
    claim,
    make_steps,
    paste_of,
    projects_of,
    take_back,
)
from app.plans.quick_lines import LONGEST_TITLE, Book, Known, Reading, ReadLine, read_lines
from app.plans.quick_names import Asked, Rights, asked, fault, is_answered, ref, settle
from app.plans.routes.blueprint import (
    plans,
    project_to_change,
    today_in,
    usual_organisation,
)
from app.plans.rules import may_edit_project
from app.web.database import db
from app.web.gate import viewer
from app.web.htmx import fragment, leave_to, wants_fragment

LONGEST_TEXT = 20_000


@dataclass
class Entry:
    """One sending of the form: what was typed, read against the territory's names."""

    project: Project
    text: str

    @cached_property
    def today(self) -> date:
        return today_in(self.project.territory)

    @cached_property
    def known(self) -> list[Known]:
        """Organisations first; those that carry the project are marked."""
        live = {
            p.organisation_id for p in self.project.partners if p.state is not PartnerState.RETIRED
        }
        territory_id, session = self.project.territory_id, db.session()
        firms = [
            Known(id_, name, is_here=id_ in live)
            for id_, name in organisations_of(session, territory_id)
        ]
        people = [
            Known(place, name, person, where, place in live)
            for place, person, name, where in people_of(session, territory_id)
        ]
        return firms + people

    @cached_property
    def book(self) -> Book:
        return Book(self.known)

    @cached_property
    def reading(self) -> Reading:
        if len(self.text) > LONGEST_TEXT:
            return Reading((), "Ce texte est trop long pour une saisie : collez-le en deux fois.")
        return read_lines(self.text, self.book, self.today)

    @cached_property
    def rights(self) -> Rights:
        who, territory = viewer(), self.project.territory
        animates = territory.id in who.animates
        return Rights(
            may_create_organisation(who, territory), lambda id_: animates or id_ in who.manages
        )

    @cached_property
    def asked(self) -> list[Asked]:
        """Each name that is not certain, with the answers that the form brought."""
        found = []
        for who in self.reading.unknown:
            lines = tuple(
                line.number for line in self.reading.lines if line.who and line.who.key == who.key
            )
            found.append(asked(who, lines, self.book, request.form, self.rights))
        return found

    @cached_property
    def paste(self) -> str:
        """This sending: a second tap on the same button sends the same."""
        form = {name: value for name, value in request.form.items() if name != "csrf_token"}
        form.setdefault("cle", new_public_id())
        said = (part for pair in sorted(form.items()) for part in pair)
        return paste_of(viewer().person_id, self.project.public_id, *said)

    @property
    def usual(self) -> str:
        """Who leads what names nobody."""
        usual = usual_organisation(self.project)
        return next((one.name for one in self.known if one.organisation_id == usual), "")


def _entry(public_id: str) -> Entry:
    project = project_to_change(public_id, may_edit_project)
    return Entry(project, request.form.get("lignes", ""))


@plans.get("/projets/<public_id>/saisie-rapide")
def quick_entry_form(public_id: str) -> ResponseReturnValue:
    return _page(_entry(public_id), 200)


@plans.post("/projets/<public_id>/saisie-rapide/apercu")
def preview_steps(public_id: str) -> ResponseReturnValue:
    """What each line would become; writes nothing."""
    entry = _entry(public_id)
    if wants_fragment():
        return fragment("plans/_quick_preview.html", entry=entry, reading=entry.reading)
    return _page(entry, 200)


@plans.post("/projets/<public_id>/saisie-rapide")
def enter_steps(public_id: str) -> ResponseReturnValue:
    entry = _entry(public_id)
    if entry.reading.faults or not entry.reading.lines:
        return _page(entry, 422)
    try:
        is_new = claim(db.session(), [entry.project], entry.paste)
    except RefusedError as refusal:
        flash(_(str(refusal)), "warning")
        return _page(entry, 409)
    if is_new:
        if _questions(entry):
            return _names_page(entry)
        _make(entry)
        db.session.commit()
    _offer_undo(entry)
    return leave_to(url_for("plans.project", public_id=public_id, _anchor="etapes"))


def _questions(entry: Entry) -> bool:
    """Whether a name is still to be answered; faults are noted beside it."""
    by_ref = {ref(one): one for one in entry.known}
    is_open = False
    for at, one in enumerate(entry.asked):
        answered = is_answered(one, request.form)
        wrong = fault(one, by_ref, entry.rights) if answered else None
        if wrong:
            entry.asked[at] = Asked(**{**vars(one), "fault": wrong})
        is_open = is_open or not answered or wrong is not None
    return is_open


def _make(entry: Entry) -> None:
    session, now = db.session(), clock.now()
    by_ref = {ref(one): one for one in entry.known}
    before = len(entry.project.partners)
    answers = {
        one.who.key: settle(
            session,
            one,
            by_ref,
            territory=entry.project.territory,
            today=entry.today,
            now=now,
            asked_by_id=viewer().person_id,
        )
        for one in entry.asked
    }
    usual = usual_organisation(entry.project) or 0
    steps = [_new_step(entry.project, line, answers, usual) for line in entry.reading.lines]
    make_steps(session, steps, now=now)
    _tell(entry, steps, entry.project.partners[before:])


def _offer_undo(entry: Entry) -> None:
    html = render_template("plans/_quick_done.html", entry=entry)
    flash(Markup(html), "success")  # noqa: S704  # nosec B704  our own template, escaped there


def _new_step(
    project: Project, line: ReadLine, answers: dict[str, Known | None], usual: int
) -> NewStep:
    known, title, description = None, line.title, line.description
    if line.who is not None:
        known = line.who.known or answers[line.who.key]
        if known is None:
            longer = f"{title} – {line.who.typed}"
            fits = len(longer) <= LONGEST_TITLE
            title = longer if fits else title
            description = description if fits else f"{description}\n{line.who.typed}".strip()
    return NewStep(
        project,
        title,
        known.organisation_id if known else usual,
        known.person_id if known else None,
        line.due_on,
        line.due_text,
        description,
        line.is_milestone,
    )


def _tell(entry: Entry, steps: list[NewStep], joined: list[Partner]) -> None:
    """What else it did, or will not do, that its author may not expect."""
    names = [partner.organisation.name for partner in joined]
    if names:
        said = _("Nouveaux partenaires, « pressentis » jusqu’à leur accord : %(names)s.")
        flash(said % {"names": ", ".join(names)}, "info")
    past = sum(1 for step in steps if step.due_on and step.due_on < entry.today)
    if past:
        flash(
            _("%(n)s date(s) déjà passée(s) : personne ne sera relancé pour elles.", n=past),
            "warning",
        )


@plans.post("/projets/<public_id>/saisie-rapide/annuler")
def undo_entry(public_id: str) -> ResponseReturnValue:
    project = project_to_change(public_id, may_edit_project)
    session, paste = db.session(), request.form.get("saisie", "")[:16]
    url = url_for("plans.project", public_id=public_id, _anchor="etapes")
    try:
        if projects_of(session, paste) != {project.id}:
            raise RefusedError("Cette saisie n’est pas de ce projet.")
        back = take_back(session, paste, person_id=viewer().person_id, now=clock.now())
    except RefusedError as refusal:
        session.rollback()
        flash(_(str(refusal)), "warning")
        return redirect(url, code=303)
    session.commit()
    flash(_("C’est annulé."), "success")
    if back.kept:
        flash(_("Une partie reste : quelqu’un y a déjà travaillé."), "warning")
    return redirect(url, code=303)


def _page(entry: Entry, status: int) -> ResponseReturnValue:
    return render_template(
        "plans/quick_entry.html",
        project=entry.project,
        entry=entry,
        reading=entry.reading if entry.text.strip() else None,
        is_empty=request.method == "POST" and not entry.text.strip(),
        once=new_public_id(),
    ), status


def _names_page(entry: Entry) -> ResponseReturnValue:
    """« Qui est-ce ? »: all names at once, and nothing typed is lost."""
    places = [one for one in entry.known if one.person_id is None]
    return render_template(
        "plans/quick_names.html",
        project=entry.project,
        entry=entry,
        once=request.form.get("cle", ""),
        ref=ref,
        people=[one for one in entry.known if one.person_id is not None],
        places=places,
        admitting=[one for one in places if entry.rights.admits(one.organisation_id)],
        kinds=[(kind.value, ORGANISATION_KINDS[kind]) for kind in OrganisationKind],
    ), 422
