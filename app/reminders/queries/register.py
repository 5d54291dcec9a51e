"""The whole ledger of a territory, newest decision first, a page at a time; what it may be
narrowed to. Each page costs one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, not_, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Organisation, Person
from app.outbox.kinds import LOST, MailState
from app.outbox.models import Mail
from app.plans.kinds import StepStatus
from app.plans.models import Project, Step
from app.reminders.kinds import Answer, Fate, OccasionCode, Reason, RelanceState
from app.reminders.models import Relance
from app.reminders.queries.former import came_back
from app.reminders.schedule.facts import STEP

PAGE = 50
MOST = 20_000
_TOLD = Relance.state == RelanceState.TOLD


@dataclass(frozen=True)
class Asked:
    """What of the ledger is asked for; people and projects by their public ids."""

    person: str = ""
    project: str = ""
    code: OccasionCode | None = None
    fate: Fate | None = None

    @property
    def is_set(self) -> bool:
        return any((self.person, self.project, self.code, self.fate))


class Place(NamedTuple):
    """Where a page of the ledger ends."""

    decided_at: datetime
    id: int


@dataclass(frozen=True)
class RegisterLine:
    """One occasion of one step: to whom, when, and what became of it.

    `at` is when its mail left, or is to leave; `by` who answered in the recipient's place.
    """

    id: int
    decided_at: datetime
    title: str
    project: str
    project_public_id: str
    organisation: str
    person: str | None
    basis: date
    code: OccasionCode
    reason: Reason | None
    at: datetime | None
    error: str | None
    answer: Answer | None
    answered_at: datetime | None
    by: str | None
    is_done: bool
    fate: Fate

    @property
    def place(self) -> Place:
        return Place(self.decided_at, self.id)


def _fate() -> ColumnElement[Any]:
    """The word of `Fate` for a row of the ledger and its mail.

    What was answered reached somebody, and a mail that came back has left: both free the occasion
    for another mail, which does not unsay them.
    """
    return case(
        (Relance.answer.is_not(None), Fate.ANSWERED.value),
        (or_(and_(_TOLD, Mail.state.in_(LOST)), came_back()), Fate.LOST.value),
        (or_(not_(_TOLD), Mail.state == MailState.SKIPPED), Fate.SKIPPED.value),
        (Mail.state == MailState.SENT, Fate.UNANSWERED.value),
        else_=Fate.LEAVING.value,
    )


def _of_code(code: OccasionCode) -> ColumnElement[bool]:
    """The line of each week has a key of its own, and is none of the others."""
    if code is not OccasionCode.EACH_WEEK:
        return Relance.code == code.value
    return Relance.code.not_in([one.value for one in OccasionCode if one is not code])


def _matches(territory_id: int, asked: Asked) -> list[ColumnElement[bool]]:
    found = [Relance.territory_id == territory_id, Relance.subject_kind == STEP]
    if asked.person:
        found.append(Person.public_id == asked.person)
    if asked.project:
        found.append(Project.public_id == asked.project)
    if asked.code:
        found.append(_of_code(asked.code))
    if asked.fate:
        found.append(_fate() == asked.fate.value)
    return found


def _lines(territory_id: int, asked: Asked) -> Select[*tuple[Any, ...]]:
    answerer = aliased(Person)
    return (
        select(
            Relance.id,
            Relance.decided_at,
            Step.title,
            Project.title,
            Project.public_id,
            Organisation.name,
            Person.name,
            Relance.basis,
            Relance.code,
            Relance.reason,
            func.coalesce(Mail.ended_at, Mail.not_before),
            Mail.last_error,
            Relance.answer,
            Relance.answered_at,
            func.coalesce(Relance.answered_as, answerer.name),
            Step.status == StepStatus.DONE,
            _fate(),
        )
        .join(Step, Step.id == Relance.subject_id)
        .join(Project, Project.id == Step.project_id)
        .join(Organisation, Organisation.id == Step.lead_organisation_id)
        .outerjoin(Person, Person.id == Relance.recipient_id)
        .outerjoin(answerer, answerer.id == Relance.answered_by_id)
        .outerjoin(Mail, Mail.id == Relance.mail_id)
        .where(*_matches(territory_id, asked))
        .order_by(Relance.decided_at.desc(), Relance.id.desc())
    )


def register_lines(
    session: Session,
    territory_id: int,
    asked: Asked,
    *,
    after: Place | None = None,
    limit: int = PAGE + 1,
) -> list[RegisterLine]:
    """The lines behind `after`; one more than a page holds says that there are others."""
    query = _lines(territory_id, asked).limit(limit)
    if after is not None:
        query = query.where(tuple_(Relance.decided_at, Relance.id) < tuple_(*after))
    return [_line(row) for row in session.execute(query)]


def _line(row: Row[*tuple[Any, ...]]) -> RegisterLine:
    values = dict(zip((one.name for one in fields(RegisterLine)), row, strict=True))
    return RegisterLine(
        **{**values, "code": OccasionCode(values["code"]), "fate": Fate(values["fate"])}
    )


class Named(NamedTuple):
    public_id: str
    name: str


def people_named(session: Session, territory_id: int) -> Sequence[Named]:
    """Everybody whom the territory's ledger names, by name."""
    theirs = select(Relance.recipient_id).where(Relance.territory_id == territory_id)
    query = (
        select(Person.public_id, Person.name)
        .where(Person.id.in_(theirs), Person.anonymised_at.is_(None))
        .order_by(Person.name, Person.id)
    )
    return [Named(*row) for row in session.execute(query)]


def projects_named(session: Session, territory_id: int) -> Sequence[Named]:
    """Every project of which the ledger speaks, by title."""
    spoken_of = and_(Relance.subject_kind == STEP, Relance.territory_id == territory_id)
    its = select(Step.project_id).join(Relance, Relance.subject_id == Step.id).where(spoken_of)
    query = (
        select(Project.public_id, Project.title)
        .where(Project.id.in_(its))
        .order_by(Project.title, Project.id)
    )
    return [Named(*row) for row in session.execute(query)]
