"""Whom to call, and who was called: where the automat has ended, people speak."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Row,
    String,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Organisation, Person
from app.initiatives.kinds.notes import SPOKEN, NoteKind
from app.initiatives.models import ContactNote, contact_note_step
from app.journal.models import Change
from app.outbox.bounces import refuses
from app.outbox.kinds import LOST
from app.outbox.models import Mail
from app.plans.kinds import ProjectState, StepStatus
from app.plans.models import Project, Step
from app.reminders.kinds import (
    CURABLE,
    Answer,
    NotReached,
    OccasionCode,
    Reason,
    RelanceState,
    last_words,
)
from app.reminders.models import Relance
from app.reminders.queries.policies import is_never_chased
from app.reminders.queries.silence import rests, said_by_its_people
from app.reminders.schedule.facts import STEP

# a firm has had the last relance for this long before it is to be called
PATIENCE = timedelta(days=2)
# and where they have passed it on, and nobody has taken it over
LONG_PATIENCE = timedelta(days=7)
LATEST_CALLS = 15
WAITING = (StepStatus.TODO, StepStatus.IN_PROGRESS)


@dataclass(frozen=True)
class ToCall:
    """A step that no mail moves any more, and the telephone.

    `why` is None when the last relance, mailed on `mailed_on`, stayed without an answer; an
    answer where they agreed to the date, and nobody writes after it.
    """

    title: str
    project: str
    project_public_id: str
    due_on: date
    step_id: int
    step_public_id: str
    organisation: str
    organisation_public_id: str
    person_public_id: str | None
    person: str | None
    phone: str | None
    why: Reason | NotReached | Answer | None
    mailed_on: date | None

    @property
    def callee(self) -> Callee:
        return Callee(self.organisation, self.person, self.phone, self.organisation_public_id)


class Callee(NamedTuple):
    """Whom to call: one call speaks of everything that waits there."""

    organisation: str
    person: str | None
    phone: str | None
    organisation_public_id: str


def _has_ended(today: date) -> ColumnElement[bool]:
    """No answer to the last one, a mail that did not arrive, or nobody to mail."""
    silent = and_(
        Relance.state == RelanceState.TOLD,
        or_(_is_silent_after(today), _is_silent_since_the_date(today)),
    )
    refused = and_(Relance.state == RelanceState.TOLD, Mail.state.in_(LOST))
    nobody = and_(Relance.state != RelanceState.TOLD, Relance.reason.in_((*CURABLE, Reason.NOT_ME)))
    return or_(silent, refused, nobody)


def _is_silent_after(today: date) -> ColumnElement[bool]:
    """Of the relance after the date, by the link of whatever mail."""
    return and_(
        not_(_was_answered_elsewhere(today)),
        not_(_was_said_stuck()),
        Relance.code == OccasionCode.AFTER.value,
        or_(
            and_(Relance.answer.is_(None), Relance.mailed_on <= today - PATIENCE),
            # the news that were promised did not come; who was asked in their place has not come
            Relance.answer == Answer.IN_PROGRESS,
            and_(Relance.answer == Answer.PASSED_ON, Relance.mailed_on <= today - LONG_PATIENCE),
        ),
    )


def _was_answered_elsewhere(today: date) -> ColumnElement[bool]:
    """Whether the link of another mail about the same date brought an answer since this one was
    written, of those after which nobody is to be called, or not yet."""
    other = aliased(Relance)
    asked_a_colleague = and_(
        other.answer == Answer.PASSED_ON, Relance.mailed_on > today - LONG_PATIENCE
    )
    return (
        exists()
        .where(
            other.id != Relance.id,
            other.subject_kind == Relance.subject_kind,
            other.subject_id == Relance.subject_id,
            other.basis == Relance.basis,
            other.former == 0,
            other.answered_at > Relance.decided_at,
            or_(
                other.answer.not_in((Answer.IN_PROGRESS, Answer.PASSED_ON)),
                asked_a_colleague,
            ),
        )
        .correlate(Relance)
    )


def _was_said_stuck() -> ColumnElement[bool]:
    """Whether its own people said signed in, since this one was written, that it is stuck."""
    said = and_(said_by_its_people(StepStatus.BLOCKED), Change.at > Relance.decided_at)
    return exists().where(said).correlate(Relance, Step)


def _is_silent_since_the_date(today: date) -> ColumnElement[bool]:
    """Where nobody writes after it: whoever agreed to it has not said what became of it."""
    return and_(
        is_never_chased(),
        Relance.code.in_(last_words(is_chased=False)),
        Relance.basis <= today - PATIENCE,
        Relance.mailed_on <= today - PATIENCE,
        or_(
            Relance.answer.is_(None),
            Relance.answer.in_((Answer.AGREED, Answer.IN_PROGRESS, Answer.PASSED_ON)),
        ),
    )


def _why() -> ColumnElement[str | None]:
    """The reason that helps whoever calls: what became of the mail goes before the ledger's."""
    has_failed = and_(refuses(Person.email), Relance.reason.is_distinct_from(Reason.NOT_ME))
    return case(
        (has_failed, literal(NotReached.ADDRESS.value)),
        (Mail.state.in_(LOST), literal(NotReached.LOST.value)),
        (Relance.answer == Answer.AGREED, literal(Answer.AGREED.value)),
        else_=cast(Relance.reason, String),
    )


def _line(*row: Any) -> ToCall:
    *shown, why, mailed_on = row
    known = {one.value: one for one in (*NotReached, *Reason, Answer.AGREED)}
    return ToCall(*(*shown, known.get(why), mailed_on))


# the step by whose id a line is known, then what `ToCall` begins with
_OF_A_LINE = (
    Step.id,
    Step.title,
    Project.title,
    Project.public_id,
    Step.due_on,
    Step.id,
    Step.public_id,
    Organisation.name,
    Organisation.public_id,
    Person.public_id,
    Person.name,
    func.coalesce(Person.phone, Organisation.phone),
)


def to_call(
    session: Session, territory_id: int, today: date, *, organisation_id: int | None = None
) -> list[ToCall]:
    """Open steps where the automat has ended: the last relance stayed without an answer, the
    mail did not arrive, or there is nobody to mail. Not those that rest.

    Of one organisation all of them, so that its page can be opened again after a call.
    """
    whose = Step.lead_organisation_id == organisation_id
    rows = session.execute(
        select(*_OF_A_LINE, _why(), Relance.mailed_on)
        .join(Step, and_(Step.id == Relance.subject_id, Step.due_on == Relance.basis))
        .join(Project, Project.id == Step.project_id)
        .join(Organisation, Organisation.id == Step.lead_organisation_id)
        .outerjoin(Person, Person.id == Relance.recipient_id)
        .outerjoin(Mail, Mail.id == Relance.mail_id)
        .where(
            Relance.territory_id == territory_id,
            Relance.former == 0,
            Relance.subject_kind == STEP,
            _has_ended(today),
            not_(rests(today)) if organisation_id is None else whose,
            Step.status.in_(WAITING),
            or_(Step.news_on.is_(None), Step.news_on < today),
            Project.state == ProjectState.ACTIVE,
        )
        .order_by(Step.due_on, Step.id, Relance.nominal_on)
    )
    # a step may stand here for two of its occasions: the later one says why
    latest = {row[0]: _line(*row[1:]) for row in map(_plain, rows)}
    return list(latest.values())


def by_callee(steps: Sequence[ToCall]) -> dict[Callee, list[ToCall]]:
    """The same by whom to call, in the order of their oldest date: one call, all its steps."""
    found: dict[Callee, list[ToCall]] = defaultdict(list)
    for step in steps:
        found[step.callee].append(step)
    return found


@dataclass(frozen=True)
class Called:
    """A step that somebody spoke of or wrote about: that they did, and when, not what was said."""

    title: str
    project_public_id: str
    organisation: str
    by: str
    on: date
    kind: NoteKind


def latest_calls(
    session: Session, territory_id: int, *, project_id: int | None = None
) -> list[Called]:
    """The latest calls and letters about steps, newest first: of a territory, or of one project."""
    author = aliased(Person)
    query = (
        select(
            Step.title,
            Project.public_id,
            Organisation.name,
            author.name,
            ContactNote.noted_on,
            ContactNote.kind,
        )
        .join(contact_note_step, contact_note_step.c.note_id == ContactNote.id)
        .join(Step, Step.id == contact_note_step.c.step_id)
        .join(Project, Project.id == Step.project_id)
        .join(Organisation, Organisation.id == ContactNote.organisation_id)
        .join(author, author.id == ContactNote.author_id)
        .where(
            ContactNote.territory_id == territory_id,
            ContactNote.kind.in_(SPOKEN),
            ContactNote.author_organisation_id.is_distinct_from(Step.lead_organisation_id),
        )
        .order_by(ContactNote.noted_on.desc(), ContactNote.id.desc(), Step.id)
        .limit(LATEST_CALLS)
    )
    if project_id is not None:
        query = query.where(Step.project_id == project_id)
    return [Called(*row) for row in session.execute(query)]


def _plain(row: Row[*tuple[Any, ...]]) -> tuple[Any, ...]:
    return tuple(row)
