"""What the pilot's page reads: what left, what does not, whom to call, what to sort first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, select
from sqlalchemy.orm import Session, load_only

from app.accounts.kinds import GrantPurpose
from app.accounts.models import Grant, Organisation, Person, Territory
from app.core.clock import local_day
from app.outbox.kinds import MailState
from app.outbox.models import Mail
from app.plans.kinds import ProjectState, StepStatus
from app.plans.models import Project, Step
from app.reminders.kinds import Answer, OccasionCode, Reason, RelanceState
from app.reminders.models import Relance, RelanceSetting
from app.reminders.schedule.facts import STEP

LATEST_MAILS = 15
LATEST_DROPS = 15
# sorted a screen at a time; the next ones come up as these are done
MOST_PAST_DUE = 200
# a firm has had the last relance for this long before it is to be called
PATIENCE = timedelta(days=2)
_WAITING = (StepStatus.TODO, StepStatus.IN_PROGRESS)
_MAIL_COLUMNS = (
    Mail.public_id,
    Mail.to,
    Mail.subject,
    Mail.state,
    Mail.not_before,
    Mail.ended_at,
    Mail.last_error,
)
_OF_STEPS = Relance.subject_kind == STEP
# said by every date that was moved on or caught up: noise in a list of what was not told
_USUAL = (Reason.SUPERSEDED, Reason.BEFORE_START, Reason.BEFORE_RESUME, Reason.ANSWERED)


@dataclass(frozen=True)
class SentStep:
    """A step that a mail spoke of; `answered_by` names who answered in the recipient's place."""

    title: str
    project_public_id: str
    code: OccasionCode
    answer: Answer | None
    is_done: bool
    answered_by: str | None

    @property
    def reply(self) -> bool:
        """Answered from the mail, or done by another way: nothing is waited for."""
        return self.answer is not None or self.is_done


@dataclass(frozen=True)
class SentMail:
    """A mail of this territory's relances, and what came back; `opens`: its link still does."""

    public_id: str
    person: str
    to: str
    subject: str
    state: MailState
    at: datetime
    error: str | None
    opens: bool
    steps: list[SentStep]


@dataclass(frozen=True)
class Dropped:
    """An occasion that was not told, on the day it was decided."""

    title: str
    project_public_id: str
    person: str | None
    code: OccasionCode
    reason: Reason
    at: datetime


@dataclass(frozen=True)
class PastDue:
    """An open step whose date had passed before anybody could be reminded of it."""

    public_id: str
    title: str
    project: str
    project_public_id: str
    organisation: str
    due_on: date


def setting(session: Session, territory_id: int) -> RelanceSetting | None:
    return session.scalar(select(RelanceSetting).where(RelanceSetting.territory_id == territory_id))


def latest_mails(
    session: Session, territory_id: int, *, project_id: int | None = None
) -> list[SentMail]:
    """The latest mails with their steps, newest first: of a territory, or of one project."""
    spoken = and_(Relance.territory_id == territory_id, Relance.mail_id.is_not(None))
    if project_id is not None:
        its_steps = select(Step.id).where(Step.project_id == project_id)
        spoken = and_(spoken, _OF_STEPS, Relance.subject_id.in_(its_steps))
    latest = (
        select(Relance.mail_id)
        .where(spoken)
        .distinct()
        .order_by(Relance.mail_id.desc())
        .limit(LATEST_MAILS)
    )
    mails = _mails(session, latest)
    for mail_id, title, project, code, answer, status, by in session.execute(
        select(
            Relance.mail_id,
            Step.title,
            Project.public_id,
            Relance.code,
            Relance.answer,
            Step.status,
            func.coalesce(Relance.answered_as, Person.name),
        )
        .outerjoin(Person, Person.id == Relance.answered_by_id)
        .join(Step, Step.id == Relance.subject_id)
        .join(Project, Project.id == Step.project_id)
        .where(spoken, _OF_STEPS, Relance.mail_id.in_(mails))
        .order_by(Relance.basis, Step.id)
    ):
        mails[mail_id or 0].steps.append(
            SentStep(title, project, OccasionCode(code), answer, status is StepStatus.DONE, by)
        )
    return list(mails.values())


def _mails(session: Session, ids: Select[int | None]) -> dict[int, SentMail]:
    """These mails by id, newest first, their steps still to come."""
    found = session.execute(
        select(Mail, Person.name, _opens())
        .options(load_only(*_MAIL_COLUMNS, raiseload=True))
        .outerjoin(Person, Person.id == Mail.recipient_id)
        .where(Mail.id.in_(ids))
        .order_by(Mail.id.desc())
    )
    return {
        mail.id: SentMail(
            mail.public_id,
            name or mail.to,
            mail.to,
            mail.subject,
            mail.state,
            mail.ended_at or mail.not_before,
            mail.last_error,
            opens,
            [],
        )
        for mail, name, opens in found
    }


def _opens() -> ColumnElement[bool]:
    return exists().where(
        Grant.subject_kind == "mail",
        Grant.subject_id == Mail.id,
        Grant.purpose == GrantPurpose.RELANCE,
        Grant.revoked_at.is_(None),
    )


def mail_of(session: Session, territory_id: int, public_id: str) -> Mail | None:
    """A mail that speaks of this territory's steps or projects."""
    speaks = exists().where(Relance.mail_id == Mail.id, Relance.territory_id == territory_id)
    return session.scalar(select(Mail).where(Mail.public_id == public_id, speaks))


def latest_drops(session: Session, territory_id: int) -> list[Dropped]:
    """What was not told lately and why, newest first; without what goes without saying."""
    rows = session.execute(
        select(
            Step.title,
            Project.public_id,
            Person.name,
            Relance.code,
            Relance.reason,
            Relance.decided_at,
        )
        .join(Step, Step.id == Relance.subject_id)
        .join(Project, Project.id == Step.project_id)
        .outerjoin(Person, Person.id == Relance.recipient_id)
        .where(
            Relance.territory_id == territory_id,
            Relance.former == 0,
            Relance.subject_kind == STEP,
            Relance.state != RelanceState.TOLD,
            Relance.reason.not_in(_USUAL),
            # « ce n’est pas moi » answers a mail that left
            Relance.answer.is_(None),
        )
        .order_by(Relance.id.desc())
        .limit(LATEST_DROPS)
    )
    return [
        Dropped(title, project, name, OccasionCode(code), reason, at)
        for title, project, name, code, reason, at in rows
        if reason is not None
    ]


def past_due(session: Session, territory: Territory, begins_on: date, today: date) -> list[PastDue]:
    """Open steps that nobody is chased about, oldest first: the pilot sorts them.

    Due before the relances began (`begins_on`), before their project began or went on (unless
    somebody was told of the date), or typed in after their own date.
    """

    def begun_after(due_on: date, *instants: datetime | None) -> bool:
        return any(at and due_on < local_day(at, territory.time_zone) for at in instants)

    # whatever is due later was neither typed in nor taken up after its date
    rows = session.execute(_dated_before(territory.id, max(begins_on, today)))
    found = []
    for *shown, scheduled_at, active_since, was_told in map(_plain, rows):
        step = PastDue(*shown)
        resumed = None if was_told else active_since
        if step.due_on < begins_on or begun_after(step.due_on, scheduled_at, resumed):
            found.append(step)
    return found[:MOST_PAST_DUE]


def _dated_before(territory_id: int, day: date) -> Select[*tuple[Any, ...]]:
    """Waiting steps due before a day: the columns of PastDue, then since when, and if told."""
    told = exists().where(
        Relance.subject_kind == STEP,
        Relance.subject_id == Step.id,
        Relance.basis == Step.due_on,
        Relance.state == RelanceState.TOLD,
    )
    return (
        select(
            Step.public_id,
            Step.title,
            Project.title,
            Project.public_id,
            Organisation.name,
            Step.due_on,
            Step.scheduled_at,
            Project.active_since,
            told,
        )
        .join(Project, Project.id == Step.project_id)
        .join(Organisation, Organisation.id == Step.lead_organisation_id)
        .where(
            Step.territory_id == territory_id,
            Step.status.in_(_WAITING),
            Step.due_on < day,
            Project.state == ProjectState.ACTIVE,
        )
        .order_by(Step.due_on, Step.id)
    )


def _plain(row: Row[*tuple[Any, ...]]) -> tuple[Any, ...]:
    return tuple(row)
