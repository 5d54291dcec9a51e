"""What follows from a call: each step as it was said, the note, and whom to call the next time.

Verbs: rights were checked, the caller commits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.accounts.models import Membership
from app.accounts.services.people import make_default
from app.core.refusals import RefusedError
from app.initiatives.kinds.notes import NoteKind, NoteVisibility
from app.initiatives.models import ContactNote
from app.initiatives.services.notes import Said, follow_up, take_note
from app.plans.kinds import BarrierKind, StepStatus
from app.plans.models import Step
from app.plans.services.steps import (
    block_step,
    complete_step,
    hand_step,
    reschedule_step,
    start_step,
)
from app.reminders.kinds import CallOutcome


@dataclass(frozen=True)
class Heard:
    """What was said of one step; a day comes with a new date, and with news promised, a barrier
    with what is stuck.

    `waits`: the step still is to be called about. What has moved since the caller saw it stands
    as it was moved.
    """

    step: Step
    outcome: CallOutcome
    on: date | None = None
    barrier: BarrierKind | None = None
    waits: bool = True

    @property
    def is_overtaken(self) -> bool:
        """What was said of it was not noted, and does not hold by itself either."""
        step = self.step
        holds = {
            CallOutcome.NOTHING: True,
            CallOutcome.DONE: step.status is StepStatus.DONE,
            CallOutcome.NEW_DATE: step.due_on == self.on,
            CallOutcome.IN_PROGRESS: step.status is StepStatus.IN_PROGRESS
            and step.news_on == self.on,
            CallOutcome.BLOCKED: step.status is StepStatus.BLOCKED and step.barrier is self.barrier,
        }
        return not self.waits and not holds[self.outcome]


@dataclass(frozen=True)
class Caller:
    """Who called, in whose name, about which organisation of which territory."""

    person_id: int
    own_organisation_id: int | None
    organisation_id: int
    territory_id: int


def note_call(
    session: Session,
    *,
    caller: Caller,
    body: str,
    visibility: NoteVisibility,
    heard: Sequence[Heard],
    waited: Sequence[ContactNote],
    now: datetime,
    today: date,
) -> ContactNote:
    """One call about everything that waits there: it counts as a relance of each step.

    `heard` and `waited`, notes whose day had come, are what the caller saw and spoke of.
    """
    for one in heard:
        if one.waits:
            _hear(session, one, now, today)
    for note in waited:
        follow_up(session, note, today=today)
    return take_note(
        session,
        territory_id=caller.territory_id,
        organisation_id=caller.organisation_id,
        author_id=caller.person_id,
        author_organisation_id=caller.own_organisation_id,
        said=Said(NoteKind.CALL, body, today, visibility),
        now=now,
        today=today,
        steps=[one.step for one in heard if _is_theirs(one.step, caller)],
    )


def _is_theirs(step: Step, caller: Caller) -> bool:
    return step.lead_organisation_id == caller.organisation_id


def _hear(session: Session, one: Heard, now: datetime, today: date) -> None:
    if lacks := _lacks(one, today):
        raise RefusedError(f"«\u00a0{one.step.title}\u00a0»\u00a0: {lacks}")
    match one.outcome:
        case CallOutcome.DONE:
            complete_step(session, one.step, today=today)
        case CallOutcome.NEW_DATE if one.on is not None:
            reschedule_step(session, one.step, due_on=one.on, now=now)
        case CallOutcome.IN_PROGRESS:
            start_step(session, one.step, news_on=one.on)
        case CallOutcome.BLOCKED if one.barrier is not None:
            block_step(session, one.step, barrier=one.barrier, note=None, today=today)
        case _:
            pass  # spoken of: the automat is silent for seven days


def _lacks(one: Heard, today: date) -> str | None:
    if one.on is not None and one.on <= today:
        return "choisissez un jour à venir."
    if one.outcome is CallOutcome.NEW_DATE and one.on is None:
        return "quelle nouvelle date\u202f?"
    if one.outcome is CallOutcome.BLOCKED and one.barrier is None:
        return "qu’est-ce qui coince\u202f?"
    return None


def put_off(
    session: Session,
    *,
    caller: Caller,
    steps: Sequence[Step],
    until: date,
    words: str,
    now: datetime,
    today: date,
) -> ContactNote:
    """Leave a firm in peace until a day: its steps rest, and it comes back on that day."""
    own = caller.own_organisation_id is not None
    readers = NoteVisibility.ORGANISATION if own else NoteVisibility.AUTHOR
    return take_note(
        session,
        territory_id=caller.territory_id,
        organisation_id=caller.organisation_id,
        author_id=caller.person_id,
        author_organisation_id=caller.own_organisation_id,
        said=Said(NoteKind.NOTE, words, today, readers, follow_up_on=until),
        now=now,
        today=today,
        steps=steps,
    )


def call_somebody_else(
    session: Session, *, place: Membership, steps: Sequence[Step], always: bool
) -> None:
    """Another person of the organisation is spoken to: about these steps, or about everything."""
    if always:
        make_default(session, place)
        return
    for step in steps:
        hand_step(session, step, organisation_id=place.organisation_id, person_id=place.person_id)
