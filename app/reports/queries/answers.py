"""What came back by mail: the answers of a territory since the pilot last looked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Organisation, Person, SignIn
from app.core.viewer import Viewer
from app.journal.kinds import Via
from app.journal.models import Change
from app.plans.kinds import BarrierKind, PartnerState
from app.plans.models import Partner, Project, Step
from app.reminders.kinds import Answer
from app.reminders.models import Relance
from app.reminders.schedule.facts import STEP
from app.reports.kinds import Word
from app.reports.words import word_of

MOST = 20
WEEK, MONTH = timedelta(days=7), timedelta(days=30)
# answers that change no step, and stand in the ledger of relances alone
_LEDGER_WORDS = {
    Answer.AGREED: Word.AGREED,
    Answer.NOT_ME: Word.NOT_ME,
    Answer.PASSED_ON: Word.PASSED_ON,
}

_STEP = (
    Organisation.name.label("organisation"),
    Step.title.label("step"),
    Project.title.label("project"),
    Project.public_id.label("project_public_id"),
    Step.due_on,
    Step.barrier,
)


@dataclass(frozen=True)
class Answered:
    """One answer. `due_on` and `barrier` are the step's of now; `is_new`: since the last visit."""

    at: datetime
    word: Word
    person: str | None
    organisation: str
    step: str | None
    project: str
    project_public_id: str
    due_on: date | None
    barrier: BarrierKind | None
    is_new: bool


def last_visit(session: Session, viewer: Viewer) -> datetime | None:
    """When this person signed in the time before; None on their first visit."""
    return session.scalar(
        select(SignIn.opened_at)
        .where(SignIn.person_id == viewer.person_id, SignIn.id < viewer.sign_in_id)
        .order_by(SignIn.id.desc())
        .limit(1)
    )


def answers(
    session: Session, territory_id: int, *, visited_at: datetime | None, now: datetime
) -> list[Answered]:
    """At most twenty, newest first: of a week at least, of a month at most.

    A visit follows another within the hour, and what was answered yesterday must still be there.
    """
    since = max(min(visited_at or now - MONTH, now - WEEK), now - MONTH)
    found = [
        *_from_steps(session, territory_id, since, visited_at),
        *_from_the_ledger(session, territory_id, since, visited_at),
        *_from_partners(session, territory_id, since, visited_at),
    ]
    return sorted(found, key=lambda one: one.at, reverse=True)[:MOST]


def _by_mail(query: Select[*tuple[Any, ...]], territory_id: int, since: datetime) -> Any:
    return query.where(
        Change.territory_id == territory_id, Change.via == Via.MAIL_LINK, Change.at >= since
    ).order_by(Change.id.desc())


def _from_steps(
    session: Session, territory_id: int, since: datetime, visited_at: datetime | None
) -> list[Answered]:
    query = (
        select(Change.at, Change.fields, Person.name.label("person"), *_STEP)
        .join(Step, Step.id == Change.entity_id)
        .join(Project, Project.id == Step.project_id)
        .join(Organisation, Organisation.id == Step.lead_organisation_id)
        .outerjoin(Person, Person.id == Change.actor_id)
        .where(Change.entity == "Step")
        .limit(MOST * 2)
    )
    return [
        _about_a_step(row, word, visited_at)
        for row in session.execute(_by_mail(query, territory_id, since))
        if (word := word_of(row.fields))
    ]


def _from_the_ledger(
    session: Session, territory_id: int, since: datetime, visited_at: datetime | None
) -> list[Answered]:
    other = aliased(Person)
    rows = session.execute(
        select(
            Relance.answered_at.label("at"),
            Relance.answer,
            func.coalesce(Relance.answered_as, other.name, Person.name).label("person"),
            *_STEP,
        )
        .join(Step, Step.id == Relance.subject_id)
        .join(Project, Project.id == Step.project_id)
        .join(Organisation, Organisation.id == Step.lead_organisation_id)
        .outerjoin(Person, Person.id == Relance.recipient_id)
        .outerjoin(other, other.id == Relance.answered_by_id)
        .where(
            Relance.territory_id == territory_id,
            Relance.subject_kind == STEP,
            Relance.answer.in_(_LEDGER_WORDS),
            Relance.answered_at >= since,
        )
        .order_by(Relance.answered_at.desc())
        .limit(MOST)
    )
    return [_about_a_step(row, _LEDGER_WORDS[row.answer], visited_at) for row in rows]


def _about_a_step(row: Any, word: Word, visited_at: datetime | None) -> Answered:
    return Answered(
        at=row.at,
        word=word,
        person=row.person,
        organisation=row.organisation,
        step=row.step,
        project=row.project,
        project_public_id=row.project_public_id,
        due_on=row.due_on,
        barrier=row.barrier,
        is_new=_is_new(row.at, visited_at),
    )


def _from_partners(
    session: Session, territory_id: int, since: datetime, visited_at: datetime | None
) -> list[Answered]:
    """Organisations that confirmed their part from a mail."""
    query = (
        select(
            Change.at,
            Change.fields,
            Person.name,
            Organisation.name,
            Project.title,
            Project.public_id,
        )
        .join(Partner, Partner.id == Change.entity_id)
        .join(Project, Project.id == Partner.project_id)
        .join(Organisation, Organisation.id == Partner.organisation_id)
        .outerjoin(Person, Person.id == Change.actor_id)
        .where(Change.entity == "Partner")
        .limit(MOST)
    )
    return [
        Answered(
            at=at,
            word=Word.JOINED,
            person=person,
            organisation=organisation,
            step=None,
            project=project,
            project_public_id=public_id,
            due_on=None,
            barrier=None,
            is_new=_is_new(at, visited_at),
        )
        for at, fields, person, organisation, project, public_id in session.execute(
            _by_mail(query, territory_id, since)
        )
        if fields.get("state", (None, None))[1] == PartnerState.CONFIRMED
    ]


def _is_new(at: datetime, visited_at: datetime | None) -> bool:
    return visited_at is None or at > visited_at
