"""What people do to a meeting: plan it, change it, hold it, cancel it. The caller commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Territory
from app.core.clock import local_day
from app.core.rank import between, spread
from app.core.refusals import RefusedError, require_version
from app.initiatives.kinds.meetings import MeetingKind, MeetingState
from app.initiatives.models import AgendaItem, Meeting
from app.initiatives.news import date_key
from app.initiatives.services import convening
from app.plans.models import Project

MOST_ITEMS = 40


@dataclass(frozen=True)
class Particulars:
    """What a meeting says of itself."""

    kind: MeetingKind
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str | None = None
    video_url: str | None = None
    message: str = ""
    group_id: int | None = None
    project_ids: Sequence[int] = ()


def plan_meeting(
    session: Session,
    territory: Territory,
    said: Particulars,
    *,
    organiser_id: int,
    now: datetime,
) -> Meeting:
    """A new meeting, of which nobody is told yet."""
    meeting = Meeting(
        territory=territory,
        organiser_id=organiser_id,
        created_at=now,
        kind=said.kind,
        title=said.title.strip(),
        starts_at=said.starts_at,
        ends_at=said.ends_at,
    )
    session.add(meeting)
    _write(session, meeting, said)
    session.flush()
    return meeting


def describe_meeting(
    session: Session,
    meeting: Meeting,
    said: Particulars,
    *,
    seen_version: int | None,
    now: datetime,
) -> int:
    """Change what it says, and tell who was convened of another date or place: how many mails.

    Another date asks everybody again. Raises StaleError when the form is out of date.
    """
    require_version(meeting.version, seen_version)
    was = date_key(meeting.starts_at, meeting.ends_at)
    moved = (meeting.starts_at, meeting.ends_at) != (said.starts_at, said.ends_at)
    placed = (meeting.place, meeting.video_url) != (said.place, said.video_url)
    if (moved or placed) and meeting.state is not MeetingState.PLANNED:
        raise RefusedError("Remettez d’abord cette rencontre comme prévue : on saura sa date.")
    _write(session, meeting, said)
    session.flush()
    if meeting.state is not MeetingState.PLANNED or not (moved or placed):
        return 0
    return convening.tell_change(session, meeting, was=was, now=now)


def _write(session: Session, meeting: Meeting, said: Particulars) -> None:
    meeting.kind = said.kind
    meeting.title = said.title.strip()
    meeting.starts_at, meeting.ends_at = said.starts_at, said.ends_at
    meeting.place, meeting.video_url = said.place, said.video_url
    meeting.message = said.message.strip()
    meeting.group_id = said.group_id
    wanted = select(Project).where(
        Project.id.in_(said.project_ids), Project.territory_id == meeting.territory.id
    )
    meeting.projects = list(session.scalars(wanted.order_by(Project.rank, Project.id)))


def hold_meeting(meeting: Meeting, *, now: datetime) -> None:
    """It took place: from its day on. Who was invited still can be marked present."""
    if meeting.state is MeetingState.CANCELLED:
        raise RefusedError("Cette rencontre est annulée.")
    zone = meeting.territory.time_zone
    if local_day(now, zone) < local_day(meeting.starts_at, zone):
        raise RefusedError("Cette rencontre n’a pas encore eu lieu.")
    meeting.state = MeetingState.HELD


def reopen_meeting(session: Session, meeting: Meeting, *, now: datetime) -> int:
    """Planned again: how many mails. Who had heard that it is off is to be convened again."""
    was_off = meeting.state is MeetingState.CANCELLED
    meeting.state = MeetingState.PLANNED
    if not was_off:
        return 0
    meeting.sequence += 1
    session.flush()
    return convening.take_up_again(session, meeting, now=now)


def cancel_meeting(session: Session, meeting: Meeting, *, words: str | None, now: datetime) -> int:
    """It will not take place; everybody who was convened is told. How many mails."""
    if meeting.state is MeetingState.CANCELLED:
        return 0
    if meeting.state is MeetingState.HELD:
        raise RefusedError("Cette rencontre a eu lieu : elle ne s’annule plus.")
    meeting.state = MeetingState.CANCELLED
    meeting.sequence += 1
    session.flush()
    return convening.tell_cancelled(session, meeting, words, now=now)


def add_item(session: Session, meeting: Meeting, *, title: str, minutes: int | None) -> AgendaItem:
    """A point at the end of the agenda."""
    if len(meeting.items) >= MOST_ITEMS:
        raise RefusedError("L’ordre du jour est plein.")
    last = max((item.rank for item in meeting.items), default=None)
    item = AgendaItem(
        territory_id=meeting.territory_id,
        title=title.strip(),
        minutes=minutes,
        rank=between(last, None),
    )
    meeting.items.append(item)
    session.flush()
    return item


def remove_item(session: Session, item: AgendaItem) -> None:
    session.delete(item)
    session.flush()


def move_item(session: Session, item: AgendaItem, *, up: bool) -> None:
    """Change places with a neighbour; at an end of the list nothing moves."""
    items = list(
        session.scalars(
            select(AgendaItem)
            .where(AgendaItem.meeting_id == item.meeting_id)
            .order_by(AgendaItem.rank, AgendaItem.id)
        )
    )
    at = items.index(item)
    other = at - 1 if up else at + 1
    if not 0 <= other < len(items):
        return
    items[at], items[other] = items[other], items[at]
    for one, rank in zip(items, spread(len(items)), strict=True):
        one.rank = rank
    session.flush()
