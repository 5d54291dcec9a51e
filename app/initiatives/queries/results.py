"""What a meeting decided, who came, and who is to read of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from app.accounts.kinds import MailRhythm
from app.accounts.models import MailPreference, Person
from app.accounts.queries.people import is_still_of
from app.core.clock import local_day
from app.initiatives import words
from app.initiatives.kinds.meetings import MeetingState
from app.initiatives.models import Attendee, Decision, GroupMember, Meeting, Results
from app.initiatives.outcome import Decided, Told, draft

# four weeks: a group that meets on the first Tuesday of each month is never a day too early
MONTH = timedelta(weeks=4)


class ReadLately(NamedTuple):
    """Results that a group has had, and the first day on which it may have others."""

    title: str
    sent_on: date
    next_on: date


def read_lately(session: Session, meeting: Meeting) -> ReadLately | None:
    """The last results of another meeting of the same group; None where there are none."""
    if meeting.group_id is None:
        return None
    row = session.execute(
        select(Meeting.title, Results.sent_at)
        .join(Results, Results.meeting_id == Meeting.id)
        .where(
            Meeting.group_id == meeting.group_id,
            Meeting.id != meeting.id,
            Results.sent_at.is_not(None),
        )
        .order_by(Results.sent_at.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    sent_on = local_day(row.sent_at, meeting.territory.time_zone)
    return ReadLately(row.title, sent_on, sent_on + MONTH)


def results_of(session: Session, meeting: Meeting) -> Results | None:
    return session.scalar(select(Results).where(Results.meeting_id == meeting.id))


def decisions_of(session: Session, meeting_id: int) -> Sequence[Decision]:
    """In the order in which they were taken, with what a line says of each."""
    return session.scalars(
        select(Decision)
        .where(Decision.meeting_id == meeting_id)
        .options(
            joinedload(Decision.project),
            joinedload(Decision.lead_organisation),
            joinedload(Decision.step),
        )
        .order_by(Decision.id)
    ).all()


def readers(session: Session, meeting: Meeting) -> Sequence[Person]:
    """Who was invited or came, and the group, in French order: whoever has an address and wants
    mails that can wait."""
    invited = select(Attendee.person_id).where(
        Attendee.meeting_id == meeting.id,
        or_(Attendee.told_sequence.is_not(None), Attendee.attended.is_(True)),
    )
    members = select(GroupMember.person_id).where(GroupMember.group_id == meeting.group_id)
    invited = invited.where(is_still_of(Attendee.person_id, Attendee.organisation_id))
    members = members.where(is_still_of(GroupMember.person_id, GroupMember.organisation_id))
    return session.scalars(
        select(Person)
        .outerjoin(MailPreference, MailPreference.person_id == Person.id)
        .where(
            or_(Person.id.in_(invited), Person.id.in_(members)),
            func.coalesce(MailPreference.rhythm, MailRhythm.AT_ONCE) != MailRhythm.OFF,
            Person.email.is_not(None),
            Person.anonymised_at.is_(None),
        )
        .order_by(Person.search_key, Person.id)
    ).all()


def next_meeting(session: Session, meeting: Meeting) -> Meeting | None:
    """The next one planned of the same group, or of the same kind where there is no group."""
    query = select(Meeting).where(
        Meeting.territory_id == meeting.territory_id,
        Meeting.state == MeetingState.PLANNED,
        Meeting.starts_at > meeting.ends_at,
    )
    if meeting.group_id is not None:
        query = query.where(Meeting.group_id == meeting.group_id)
    else:
        query = query.where(Meeting.kind == meeting.kind, Meeting.group_id.is_(None))
    return session.scalar(query.order_by(Meeting.starts_at, Meeting.id).limit(1))


def drafted(session: Session, meeting: Meeting, today: date) -> str:
    """The text that waits for its pilot, as far as things stand now."""
    zone = meeting.territory.time_zone
    came = [one for one in meeting.attendees if one.attended]
    after = next_meeting(session, meeting)
    return draft(
        Told(
            decided=[_decided(one) for one in decisions_of(session, meeting.id)],
            people=len(came),
            organisations=len({one.organisation_id for one in came}),
            next_one=_announced(after, zone) if after else None,
            today=today,
        )
    )


def _decided(one: Decision) -> Decided:
    return Decided(
        text=one.text,
        project=one.project.title if one.project else None,
        organisation=one.lead_organisation.name if one.lead_organisation else None,
        due_on=one.due_on,
        due_text=one.due_text,
    )


def _announced(meeting: Meeting, zone: str) -> str:
    where = f", {meeting.place}" if meeting.place else ""
    return f"{meeting.title} : {words.when(meeting.starts_at, meeting.ends_at, zone)}{where}."
