"""Decisions typed as lines: « Peser les invendus @Fournil 17/04 »."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import NamedTuple

from app.initiatives.forms.meetings import DecisionForm
from app.initiatives.models import Meeting
from app.plans.queries.project import organisations_of, people_of
from app.plans.quick_lines import LONGEST_TITLE, Book, Known, Reading, ReadLine, read_lines
from app.plans.routes.blueprint import today_in
from app.web.database import db
from app.web.gate import viewer


class Decided(NamedTuple):
    """What one line says, with what the form says for all of them."""

    text: str
    organisation_id: int | None
    person_id: int | None
    due_on: date | None
    due_text: str | None
    is_milestone: bool


class TypedDecisions:
    """The lines of one sending of the form, read against the names of the territory."""

    def __init__(self, meeting: Meeting, form: DecisionForm) -> None:
        self._meeting, self._form = meeting, form

    @cached_property
    def _reading(self) -> Reading:
        session, territory = db.session(), self._meeting.territory
        firms = [Known(id_, name) for id_, name in organisations_of(session, territory.id)]
        people = [
            Known(place, name, person, where)
            for place, person, name, where in people_of(session, viewer(), territory.id, ())
        ]
        return read_lines(self._form.text.data or "", Book(firms + people), today_in(territory))

    @property
    def faults(self) -> list[str]:
        """What keeps these lines from being decisions, each as a sentence."""
        return self._reading.faults + [
            fault for line in self._reading.lines if (fault := self._fault(line))
        ]

    def _fault(self, line: ReadLine) -> str | None:
        if line.who and line.who.known is None and not self._form.organisation_id.data:
            said = "répondent à" if line.who.found else "ne répond à"
            many = "plusieurs" if line.who.found else "personne"
            return (
                f"Ligne {line.number} : {many} {said} « {line.who.typed} ». Choisissez qui s’en "
                "charge ci-dessous, ou effacez ce nom."
            )
        if len(_text(line)) > LONGEST_TITLE:
            return f"Ligne {line.number} : {LONGEST_TITLE} caractères au plus pour une décision."
        return None

    @property
    def read(self) -> list[Decided]:
        return [self._decided(line) for line in self._reading.lines]

    def _decided(self, line: ReadLine) -> Decided:
        known, form = line.who.known if line.who else None, self._form
        is_dated = line.due_on is not None or line.due_text is not None
        return Decided(
            _text(line),
            known.organisation_id if known else form.organisation_id.data or None,
            known.person_id if known else None,
            line.due_on if is_dated else form.due_on.data,
            line.due_text if is_dated else (form.due_text.data or "").strip() or None,
            line.is_milestone,
        )


def _text(line: ReadLine) -> str:
    """The decision in words: a name that nobody here answers to stays in them."""
    unknown = f" ({line.who.typed})" if line.who and line.who.known is None else ""
    return f"{line.title}{unknown}" + (f" – {line.description}" if line.description else "")
