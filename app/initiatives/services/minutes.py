"""Minutes, and decisions that become steps while somebody types. The caller commits."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.refusals import RefusedError, StaleError, require_version
from app.initiatives.kinds.meetings import MeetingState
from app.initiatives.models import Decision, Meeting, Minutes
from app.plans.kinds import StepStatus
from app.plans.models import Project
from app.plans.services.steps import abandon_step, add_step

MOST_DECISIONS = 200
# a form that was opened before the first minutes were written
NOTHING_YET = 0


def write_minutes(
    session: Session, meeting: Meeting, *, body: str, seen_version: int | None
) -> Minutes:
    """Keep the text. Raises StaleError when somebody else wrote since the form was opened."""
    if meeting.state is MeetingState.CANCELLED:
        raise RefusedError("Cette rencontre est annulée.")
    found = minutes_of(session, meeting)
    if found is None:
        if seen_version != NOTHING_YET:
            raise StaleError
        found = Minutes(meeting_id=meeting.id, territory_id=meeting.territory_id)
        session.add(found)
    else:
        require_version(found.version, seen_version)
    found.body = body.strip()
    session.flush()
    return found


def minutes_of(session: Session, meeting: Meeting) -> Minutes | None:
    return session.scalar(select(Minutes).where(Minutes.meeting_id == meeting.id))


def decide(
    session: Session,
    meeting: Meeting,
    *,
    text: str,
    project: Project | None,
    organisation_id: int | None,
    due_on: date | None,
    due_text: str | None,
    now: datetime,
    person_id: int | None = None,
    is_milestone: bool = False,
) -> Decision:
    """Note what was decided; of a project, and with somebody to do it, it is a step at once.

    The caller checked that the project may be edited.
    """
    _require_room(session, meeting)
    if project is not None and organisation_id is None:
        raise RefusedError("Dites qui s’en charge : une étape a toujours un responsable.")
    decision = Decision(
        meeting_id=meeting.id,
        territory_id=meeting.territory_id,
        text=text.strip(),
        project_id=project.id if project else None,
        lead_organisation_id=organisation_id,
        due_on=due_on,
        due_text=None if due_on else due_text,
        created_at=now,
    )
    if project is not None and organisation_id is not None:
        decision.step_id = add_step(
            session,
            project,
            title=text,
            lead_organisation_id=organisation_id,
            due_on=due_on,
            due_text=due_text,
            lead_person_id=person_id,
            is_milestone=is_milestone,
            now=now,
        ).id
    session.add(decision)
    session.flush()
    return decision


def _require_room(session: Session, meeting: Meeting) -> None:
    if meeting.state is MeetingState.CANCELLED:
        raise RefusedError("Cette rencontre est annulée.")
    known = select(Decision.id).where(Decision.meeting_id == meeting.id).limit(MOST_DECISIONS)
    if len(session.scalars(known).all()) >= MOST_DECISIONS:
        raise RefusedError("Le relevé de décisions est plein.")


def take_back(session: Session, decision: Decision) -> None:
    """A slip of the hand: its step is given up, unless somebody has begun it already."""
    step = decision.step
    if step is not None and step.status is StepStatus.TODO:
        abandon_step(session, step)
    session.delete(decision)
    session.flush()
