"""Meetings on « Aujourd’hui »: this week's to who runs them, one's next to who is asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session, contains_eager, joinedload

from app.accounts.models import Territory
from app.core.clock import local_day, local_instant
from app.core.viewer import Viewer
from app.initiatives import words
from app.initiatives.models import Attendee, Meeting
from app.initiatives.queries.meetings import MeetingLine, is_ahead, lines_between
from app.initiatives.rules.meetings import own_attendances

WEEK = timedelta(days=8)
MOST_INVITATIONS = 3


def week_of(
    session: Session, viewer: Viewer, territory: Territory, now: datetime
) -> list[tuple[MeetingLine, str]]:
    """(meeting, when it is) from today to the same day of next week, the nearest first."""
    zone = territory.time_zone
    until = local_instant(local_day(now, zone) + WEEK, 0, zone)
    return [
        (line, words.when(line.starts_at, line.ends_at, zone))
        for line in lines_between(session, viewer, territory.id, now, until)
    ]


@dataclass(frozen=True)
class Invitation:
    """A meeting to which the viewer or their organisation was asked."""

    place: Attendee
    meeting: Meeting
    when: str


def own_invitations(session: Session, viewer: Viewer, now: datetime) -> list[Invitation]:
    """The next few, those without an answer too; one line a meeting, one's own name first."""
    places = session.scalars(
        own_attendances(viewer)
        .join(Attendee.meeting)
        .where(is_ahead(now))
        .options(
            contains_eager(Attendee.meeting).joinedload(Meeting.territory),
            joinedload(Attendee.organisation),
        )
        .order_by(
            Meeting.starts_at,
            Meeting.id,
            (Attendee.person_id == viewer.person_id).desc(),
            Attendee.id,
        )
    )
    found: dict[int, Invitation] = {}
    for place in places:
        meeting = place.meeting
        told = words.when(meeting.starts_at, meeting.ends_at, meeting.territory.time_zone)
        found.setdefault(meeting.id, Invitation(place, meeting, told))
    return list(found.values())[:MOST_INVITATIONS]
