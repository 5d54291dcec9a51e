"""What keeps a step silent: a call, a letter or a day put off, read from the contact notes, and
what its people said signed in, read from the change log."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from app.accounts.models import Membership
from app.initiatives.kinds.notes import SPOKEN
from app.initiatives.models import ContactNote, contact_note_step
from app.journal.models import Change
from app.plans.kinds import StepStatus
from app.plans.models import Step

# a call or a letter about a step is a relance: so long no mail speaks of it
SILENCE = timedelta(days=7)


def _about_the_step() -> ColumnElement[bool]:
    """Notes on the Step row; a firm's own word about its step silences nothing."""
    return and_(
        contact_note_step.c.step_id == Step.id,
        contact_note_step.c.note_id == ContactNote.id,
        ContactNote.author_organisation_id.is_distinct_from(Step.lead_organisation_id),
    )


_SPOKEN = ContactNote.kind.in_(SPOKEN)
_WAITS = ContactNote.followed_up_on.is_(None)


def called_on() -> Any:
    """The day of the last call or letter about the Step row."""
    found = select(func.max(ContactNote.noted_on)).where(_about_the_step(), _SPOKEN)
    return found.correlate(Step).scalar_subquery()


def put_off_to() -> Any:
    """The latest day to which somebody put the Step row off."""
    found = select(func.max(ContactNote.follow_up_on)).where(_about_the_step(), _WAITS)
    return found.correlate(Step).scalar_subquery()


def quiet_until(called: date | None, put_off: date | None) -> date | None:
    """Until when a step rests, from the days that these two found."""
    return max((day for day in (called and called + SILENCE, put_off) if day), default=None)


def began_at() -> Any:
    """When the Step row, in progress now, was last said to be so by a member of its organisation.

    A call and an import are noted by others: they are no answer.
    """
    is_so = Step.status == StepStatus.IN_PROGRESS
    found = select(func.max(Change.at)).where(is_so, said_by_its_people(StepStatus.IN_PROGRESS))
    return found.correlate(Step).scalar_subquery()


def stuck_at() -> Any:
    """When a member of its organisation last said that the Step row is stuck, lifted since or
    not: the step itself forgets."""
    found = select(func.max(Change.at)).where(said_by_its_people(StepStatus.BLOCKED))
    return found.correlate(Step).scalar_subquery()


def said_by_its_people(status: StepStatus) -> ColumnElement[bool]:
    """Whether the Change row is that of the Step row to a status, by one of its own people."""
    return and_(
        Change.entity == Step.__name__,
        Change.entity_id == Step.id,
        Change.fields["status"][1].as_string() == status.value,
        exists()
        .where(
            Membership.person_id == Change.actor_id,
            Membership.organisation_id == Step.lead_organisation_id,
            Membership.ended_on.is_(None),
        )
        .correlate(Change, Step),
    )


def rests(today: date) -> ColumnElement[bool]:
    """The condition under which the Step row rests on a day: as `quiet_until` says it."""
    called = and_(_SPOKEN, ContactNote.noted_on > today - SILENCE)
    put_off = and_(_WAITS, ContactNote.follow_up_on > today)
    return exists().where(_about_the_step(), or_(called, put_off)).correlate(Step)
