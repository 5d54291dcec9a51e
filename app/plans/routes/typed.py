"""What was typed into a « Saisie rapide »: read against the names and projects of its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from flask import request
from sqlalchemy.orm import selectinload

from app.accounts.models import Organisation, Territory
from app.accounts.rules import may_admit, may_create_organisation, visible_organisations
from app.core.database import new_public_id
from app.plans.kinds import PartnerState
from app.plans.models import Project
from app.plans.queries.project import organisations_of, people_of
from app.plans.quick_entry import NewStep, paste_of
from app.plans.quick_lines import LONGEST_TITLE, Book, Known, Reading, ReadLine, read_lines
from app.plans.quick_names import Asked, Rights, asked, ref
from app.plans.routes.blueprint import today_in, usual_organisation
from app.web.database import db
from app.web.gate import viewer

LONGEST_TEXT = 20_000


@dataclass
class Typed:
    """One sending of the form, in a project or in a plan whose lines choose theirs.

    `url` is the form's own; `home` the project of the lines that name none, if any.
    """

    url: str
    territory: Territory
    projects: dict[int, Project]
    home: Project | None
    chooses: bool
    text: str

    @cached_property
    def today(self) -> date:
        return today_in(self.territory)

    @cached_property
    def known(self) -> list[Known]:
        """Organisations first; those that carry the project are marked."""
        partners = self.home.partners if self.home else []
        live = {p.organisation_id for p in partners if p.state is not PartnerState.RETIRED}
        territory_id, session = self.territory.id, db.session()
        firms = [
            Known(id_, name, is_here=id_ in live)
            for id_, name in organisations_of(session, territory_id)
        ]
        people = [
            Known(place, name, person, where, place in live)
            for place, person, name, where in people_of(
                session, viewer(), territory_id, self.projects
            )
        ]
        return firms + people

    @cached_property
    def by_ref(self) -> dict[str, Known]:
        return {ref(one): one for one in self.known}

    @cached_property
    def book(self) -> Book:
        titles = [(one.id, one.title) for one in self.projects.values()]
        return Book(self.known, titles if self.chooses else None)

    @cached_property
    def reading(self) -> Reading:
        if len(self.text) > LONGEST_TEXT:
            return Reading((), "Ce texte est trop long pour une saisie : collez-le en deux fois.")
        return read_lines(self.text, self.book, self.today)

    @cached_property
    def faults(self) -> list[str]:
        """What keeps these lines from being steps, each as a sentence."""
        homeless = [
            f"Ligne {line.number} : choisissez son projet dans la liste, ou par « #… »."
            for line in self.reading.lines
            if line.project is None and self.home is None
        ]
        return self.reading.faults + homeless

    @cached_property
    def rights(self) -> Rights:
        who, territory = viewer(), self.territory
        return Rights(may_create_organisation(who, territory), lambda id_: id_ in self._admitting)

    @cached_property
    def _admitting(self) -> set[int]:
        """The organisations that this viewer may let people into."""
        query = visible_organisations(viewer()).options(selectinload(Organisation.territories))
        known = {one.organisation_id for one in self.known}
        organisations = db.session.scalars(query.where(Organisation.id.in_(known)))
        return {one.id for one in organisations if may_admit(viewer(), one)}

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
        return paste_of(viewer().person_id, self.url, *said)

    def project_of(self, line: ReadLine) -> Project | None:
        if line.project is not None:
            found = line.project[1]
            return self.projects[found[0]] if len(found) == 1 else None
        return self.home

    @property
    def used(self) -> list[Project]:
        """The projects that these lines go to, each once."""
        found = (self.project_of(line) for line in self.reading.lines)
        return list({one.id: one for one in found if one is not None}.values())

    def leader_of(self, line: ReadLine) -> str:
        """Who leads a line that names nobody."""
        project = self.project_of(line)
        usual = usual_organisation(project) if project else None
        return next((one.name for one in self.known if one.organisation_id == usual), "")

    def steps(self, answer: Callable[[str], Known | None]) -> list[NewStep]:
        """The steps to make, by what each unknown name (its key) was answered."""
        return [
            _step(project, line, answer)
            for line in self.reading.lines
            if (project := self.project_of(line)) is not None
        ]


def _step(project: Project, line: ReadLine, answer: Callable[[str], Known | None]) -> NewStep:
    known, title, description = None, line.title, line.description
    if line.who is not None:
        known = line.who.known or answer(line.who.key)
        if known is None:
            longer = f"{title} – {line.who.typed}"
            fits = len(longer) <= LONGEST_TITLE
            title = longer if fits else title
            description = description if fits else f"{description}\n{line.who.typed}".strip()
    return NewStep(
        project,
        title,
        known.organisation_id if known else usual_organisation(project) or 0,
        known.person_id if known else None,
        line.due_on,
        line.due_text,
        description,
        line.is_milestone,
    )
