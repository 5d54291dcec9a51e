"""Who came: ticked on a phone, and those who came unannounced. The caller commits."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.orm import Session

from app.core.refusals import RefusedError
from app.initiatives.kinds.meetings import MeetingState
from app.initiatives.models import Attendee, Meeting
from app.initiatives.services.convening import MOST_INVITED


def take_attendance(
    session: Session, meeting: Meeting, *, present: Collection[str], listed: Collection[str]
) -> None:
    """Of the people on the sheet that was shown, who was there: who came since stays as noted."""
    if meeting.state is MeetingState.CANCELLED:
        raise RefusedError("Cette rencontre est annulée.")
    for attendee in meeting.attendees:
        if attendee.public_id in listed:
            attendee.attended = attendee.public_id in present
    session.flush()


def walk_in(
    session: Session,
    meeting: Meeting,
    *,
    organisation_id: int,
    person_id: int | None,
    guest: str | None,
) -> Attendee:
    """Somebody who came without being on the list; who was on it is marked present."""
    if meeting.state is MeetingState.CANCELLED:
        raise RefusedError("Cette rencontre est annulée.")
    name = " ".join((guest or "").split()) or None
    for one in meeting.attendees:
        same_person = person_id is not None and one.person_id == person_id
        same_place = (one.organisation_id, one.guest, one.person_id) == (
            organisation_id,
            None if person_id else name,
            person_id,
        )
        if same_person or same_place:
            one.attended = True
            session.flush()
            return one
    if len(meeting.attendees) >= MOST_INVITED:
        raise RefusedError("La liste des présents est pleine.")
    attendee = Attendee(
        territory_id=meeting.territory_id,
        organisation_id=organisation_id,
        person_id=person_id,
        guest=None if person_id else name,
        is_walk_in=True,
        attended=True,
    )
    meeting.attendees.append(attendee)
    session.flush()
    return attendee
