"""Answers given from a mail: the verbs of plans run by whoever holds its link.

Each is safe to repeat: a link is tapped twice, a page is sent again, a scanner looks before.
The caller says who acts and commits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.plans.kinds import BarrierKind, StepStatus
from app.plans.models import Step
from app.plans.rules import ENDED
from app.plans.services.steps import block_step, complete_step, reschedule_step, start_step
from app.reminders.kinds import Answer, Outcome, Reason, RelanceState
from app.reminders.models import Relance
from app.reminders.queries.answer import answered_since
from app.reminders.queries.mail import answerable
from app.reminders.schedule.facts import STEP
from app.reminders.services.passing import Receiver, pass_on


@dataclass(frozen=True)
class Given:
    """What a person answered about one step. `seen` is the date that the page showed them, and
    `seen_version` the step's.

    A new date comes with `due_on`, a barrier with its kind and perhaps a word, « en cours » with
    the day of the next news, and who passes it on says to whom.
    """

    answer: Answer
    seen: date | None = None
    seen_version: int | None = None
    due_on: date | None = None
    barrier: BarrierKind | None = None
    note: str | None = None
    news_on: date | None = None
    to: Receiver | None = None


@dataclass(frozen=True)
class Answerer:
    """Who really answers in whose place: somebody known, or only the name they gave."""

    person_id: int | None
    name: str


def answer_step(
    session: Session,
    *,
    mail_id: int,
    step_public_id: str,
    person_id: int,
    given: Given,
    now: datetime,
    today: date,
    answerer: Answerer | None = None,
) -> Outcome:
    """Take one answer to one step of a mail; rights and facts are read again, under a lock.
    Raises RefusedError where it cannot be passed on to whom they name.

    `person_id` is whose link it is; `answerer` whoever answers in their place.
    """
    relance = session.scalar(
        select(Relance)
        .join(Step, Step.id == Relance.subject_id)
        .where(
            Relance.mail_id == mail_id,
            Relance.subject_kind == STEP,
            Relance.former == 0,
            Step.public_id == step_public_id,
        )
        .with_for_update()
    )
    if relance is None or not answerable(session, person_id, [relance.subject_id]):
        return Outcome.NOT_YOURS
    step = session.get_one(Step, relance.subject_id)
    outcome = _standing(session, step, relance, given)
    if outcome is Outcome.TAKEN:
        _act(session, step, relance, given, person_id, now, today)
        relance.answer, relance.answered_at = given.answer, now
        relance.first_answered_at = relance.first_answered_at or now
        relance.answered_by_id = answerer.person_id if answerer else None
        relance.answered_as = answerer.name if answerer and not answerer.person_id else None
        session.flush()
    return outcome


def _standing(session: Session, step: Step, relance: Relance, given: Given) -> Outcome:
    """Whether the answer still has something to change."""
    if step.status is StepStatus.DONE and given.answer is Answer.DONE:
        return Outcome.ALREADY
    ended = step.status in (StepStatus.DONE, StepStatus.ABANDONED)
    if ended or step.project.state in ENDED:
        return Outcome.CLOSED
    if _holds(step, relance, given):
        return Outcome.ALREADY
    if _is_sent_again(session, step, relance, given):
        return Outcome.CHANGED
    if given.answer in (Answer.NEW_DATE, Answer.AGREED) and given.seen != step.due_on:
        return Outcome.MOVED
    return Outcome.TAKEN


def _holds(step: Step, relance: Relance, given: Given) -> bool:
    """Whether it was said before, and still is so."""
    repeated = relance.answer is given.answer
    holds = {
        Answer.NEW_DATE: given.due_on == step.due_on,
        Answer.IN_PROGRESS: step.status is StepStatus.IN_PROGRESS and step.news_on == given.news_on,
        Answer.STUCK: repeated and _is_stuck_so(step, given),
        Answer.AGREED: repeated and given.seen == step.due_on,
        Answer.NOT_ME: repeated,
    }
    return holds.get(given.answer, False)


def _is_stuck_so(step: Step, given: Given) -> bool:
    words = (given.barrier or BarrierKind.ORGANISATION, (given.note or "").strip() or None)
    return step.status is StepStatus.BLOCKED and (step.barrier, step.barrier_note) == words


# what each of these answers leaves behind, while nobody has undone it
_LEAVES = {
    Answer.DONE: StepStatus.DONE,
    Answer.STUCK: StepStatus.BLOCKED,
    Answer.IN_PROGRESS: StepStatus.IN_PROGRESS,
}


def _is_sent_again(session: Session, step: Step, relance: Relance, given: Given) -> bool:
    """Whether an old page says once more what it said, and what has been undone since: by somebody
    who knew it, or by another answer."""
    left = _LEAVES.get(given.answer)
    if left is None or step.status is left or given.seen_version == step.version:
        return False
    return relance.answer is given.answer or left in answered_since(
        session, step, given.seen_version
    )


def _act(
    session: Session,
    step: Step,
    relance: Relance,
    given: Given,
    person_id: int,
    now: datetime,
    today: date,
) -> None:
    _say_whom_it_reached(relance, given)
    match given.answer:
        case Answer.DONE:
            complete_step(session, step, today=today)
        case Answer.NEW_DATE:
            assert given.due_on is not None
            reschedule_step(session, step, due_on=given.due_on, now=now)
        case Answer.STUCK:
            barrier = given.barrier or BarrierKind.ORGANISATION
            block_step(session, step, barrier=barrier, note=given.note, today=today)
        case Answer.IN_PROGRESS:
            start_step(session, step, news_on=given.news_on)
        case Answer.PASSED_ON:
            assert given.to is not None
            pass_on(session, step, person_id=person_id, to=given.to, now=now, today=today)
        case Answer.AGREED | Answer.NOT_ME:
            pass  # the ledger keeps it: the eve's reminder is not sent, or not to them


def _say_whom_it_reached(relance: Relance, given: Given) -> None:
    if given.answer is Answer.NOT_ME:
        # not whom it concerns: told again once the step is somebody else's
        relance.state, relance.reason = RelanceState.RELEASED, Reason.NOT_ME
    elif relance.reason is Reason.NOT_ME:
        # a slip of the thumb: it has reached them after all
        relance.state, relance.reason = RelanceState.TOLD, None
