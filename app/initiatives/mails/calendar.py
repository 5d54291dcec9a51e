"""A meeting as calendars take it: the same uid through all its life."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from app.accounts.models import Person
from app.core.calendar_file import Event, Guest, Method, calendar_file
from app.initiatives.models import Meeting

MEETING_PATH = "/rencontres"


def meeting_file(
    meeting: Meeting,
    method: Method,
    *,
    base_url: str,
    written_at: datetime,
    organiser: Guest,
    person: Person | None = None,
) -> str:
    """The calendar file of a meeting; to a person it says that they are the one invited."""
    items = [f"{number}. {item.title}" for number, item in enumerate(meeting.items, start=1)]
    joins = [f"En visio : {meeting.video_url}"] if meeting.video_url else []
    event = Event(
        uid=f"{meeting.public_id}@{urlsplit(base_url).hostname}",
        sequence=meeting.sequence,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        zone=meeting.territory.time_zone,
        title=meeting.title,
        written_at=written_at,
        place=meeting.place or meeting.video_url or "",
        description="\n".join([*joins, *items]),
        url=f"{base_url}{MEETING_PATH}/{meeting.public_id}",
        organiser=organiser,
        guest=Guest(person.name, person.email) if person and person.email else None,
    )
    return calendar_file(event, method)
