"""What the pages of meetings read: a constant number of statements each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Integer, Row, Select, and_, case, func, not_, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core.viewer import Viewer
from app.initiatives.kinds.meetings import COMING, MeetingKind, MeetingState, Rsvp
from app.initiatives.models import Attendee, Meeting, WorkingGroup
from app.initiatives.rules.meetings import takes_part, visible_meetings

MOST_PAST = 50


class Counts(NamedTuple):
    """Who comes, who does not, who has said nothing; and who is not convened yet."""

    yes: int = 0
    no: int = 0
    silent: int = 0
    unconvened: int = 0


class MeetingLine(NamedTuple):
    """One row of a list; `is_own`: the viewer takes part, or runs it."""

    public_id: str
    kind: MeetingKind
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str | None
    state: MeetingState
    group: str | None
    counts: Counts
    is_own: bool


@dataclass(frozen=True)
class MeetingList:
    coming: list[MeetingLine]
    past: list[MeetingLine]


def counts_of(attendees: Iterable[Attendee]) -> Counts:
    """Of loaded rows; those who came unannounced were never asked."""
    asked = [one for one in attendees if not one.is_walk_in]
    told = [one for one in asked if one.told_sequence is not None]
    return Counts(
        yes=sum(one.answer in COMING for one in asked),
        no=sum(one.answer is Rsvp.NO for one in asked),
        silent=sum(one.answer is None for one in told),
        unconvened=len(asked) - len(told),
    )


def meeting_list(
    session: Session,
    viewer: Viewer,
    territory_id: int,
    now: datetime,
    *,
    group_id: int | None = None,
) -> MeetingList:
    """Those that this viewer sees: what comes, the nearest first; what was, the latest first."""
    query = _lines(viewer).where(Meeting.territory_id == territory_id)
    if group_id is not None:
        query = query.where(Meeting.group_id == group_id)
    ahead = is_ahead(now)
    coming = session.execute(query.where(ahead).order_by(Meeting.starts_at, Meeting.id))
    past = session.execute(
        query.where(not_(ahead)).order_by(Meeting.starts_at.desc(), Meeting.id).limit(MOST_PAST)
    )
    return MeetingList([line_of(row) for row in coming], [line_of(row) for row in past])


def is_ahead(now: datetime) -> ColumnElement[bool]:
    return and_(Meeting.state == MeetingState.PLANNED, Meeting.ends_at > now)


def lines_between(
    session: Session, viewer: Viewer, territory_id: int, now: datetime, until: datetime
) -> list[MeetingLine]:
    """Planned ones that are not over and begin before `until`, the nearest first."""
    rows = session.execute(
        _lines(viewer)
        .where(Meeting.territory_id == territory_id, is_ahead(now), Meeting.starts_at < until)
        .order_by(Meeting.starts_at, Meeting.id)
    )
    return [line_of(row) for row in rows]


def _lines(viewer: Viewer) -> Select[*tuple[object, ...]]:
    seen = visible_meetings(viewer).with_only_columns(Meeting.id)
    told = Attendee.told_sequence.is_not(None)
    answers = (
        select(
            Attendee.meeting_id,
            _count(Attendee.answer.in_(COMING)).label("yes"),
            _count(Attendee.answer == Rsvp.NO).label("no"),
            _count(and_(told, Attendee.answer.is_(None))).label("silent"),
            _count(Attendee.told_sequence.is_(None)).label("unconvened"),
        )
        .where(Attendee.is_walk_in.is_(False))
        .group_by(Attendee.meeting_id)
        .subquery()
    )
    own = or_(Meeting.territory_id.in_(viewer.animates), takes_part(viewer))
    return (
        select(
            Meeting.public_id,
            Meeting.kind,
            Meeting.title,
            Meeting.starts_at,
            Meeting.ends_at,
            Meeting.place,
            Meeting.state,
            WorkingGroup.title.label("group"),
            func.coalesce(answers.c.yes, 0).label("yes"),
            func.coalesce(answers.c.no, 0).label("no"),
            func.coalesce(answers.c.silent, 0).label("silent"),
            func.coalesce(answers.c.unconvened, 0).label("unconvened"),
            own.label("is_own"),
        )
        .outerjoin(WorkingGroup, WorkingGroup.id == Meeting.group_id)
        .outerjoin(answers, answers.c.meeting_id == Meeting.id)
        .where(Meeting.id.in_(seen))
    )


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0), type_=Integer)


def line_of(row: Row[*tuple[object, ...]]) -> MeetingLine:
    found = row._mapping
    counts = Counts(*(found[name] for name in Counts._fields))
    plain = {name: found[name] for name in MeetingLine._fields[:-2]}
    return MeetingLine(counts=counts, is_own=bool(found["is_own"]), **plain)


def whole_meetings(viewer: Viewer) -> Select[Meeting]:
    """Those that the viewer sees, with all that the rules and the page look at."""
    return visible_meetings(viewer).options(
        joinedload(Meeting.territory),
        joinedload(Meeting.organiser),
        joinedload(Meeting.group).selectinload(WorkingGroup.members),
        joinedload(Meeting.group).selectinload(WorkingGroup.themes),
        selectinload(Meeting.items),
        selectinload(Meeting.projects),
        selectinload(Meeting.attendees).joinedload(Attendee.organisation),
        selectinload(Meeting.attendees).joinedload(Attendee.person),
    )
