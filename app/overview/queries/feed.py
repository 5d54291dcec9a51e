"""What a calendar address shows today: by the rules of its person, at each reading anew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from app.core.prepared import AnyRows
from app.core.viewer import Viewer
from app.initiatives.kinds.meetings import MeetingState
from app.initiatives.models import Meeting
from app.initiatives.rules.meetings import hosts, takes_part, visible_meetings
from app.journal.kinds import Action
from app.journal.models import Change
from app.plans.kinds import ProjectState, StepStatus
from app.plans.models import Project, Step
from app.plans.rules import sees_step, visible_projects

# what is off stays so long as cancelled
CANCELLED_FOR = timedelta(days=60)
# what was due longer ago is left out
BACK = timedelta(days=365)
MOST = 2000


class FeedStep(NamedTuple):
    """A step with a day; `version` rises with every change of it and of its project."""

    id: int
    public_id: str
    title: str
    status: StepStatus
    due_on: date
    is_milestone: bool
    created_at: datetime
    project_id: int
    project: str
    project_public_id: str
    state: ProjectState
    version: int


_COLUMNS = (
    Step.id,
    Step.public_id,
    Step.title,
    Step.status,
    Step.due_on,
    Step.is_milestone,
    Step.created_at,
    Project.id.label("project_id"),
    Project.title.label("project"),
    Project.public_id.label("project_public_id"),
    Project.state,
    (Step.version + Project.version).label("version"),
)


_DUE = FeedStep._fields.index("due_on")


def is_theirs(viewer: Viewer) -> ColumnElement[bool]:
    """Steps for a person's own calendar: in their name, or their organisation's with nobody's."""
    of_the_firm = and_(
        Step.lead_organisation_id.in_(viewer.organisations), Step.lead_person_id.is_(None)
    )
    return and_(
        or_(Step.lead_person_id == viewer.person_id, of_the_firm),
        Project.state != ProjectState.DRAFT,
    )


def is_of(project_id: int) -> ColumnElement[bool]:
    return Project.id == project_id


def feed_steps(
    session: Session, viewer: Viewer, which: ColumnElement[bool], now: datetime
) -> list[FeedStep]:
    """Those with a day that the viewer reads, the latest first where there are very many."""
    query = _joined().where(which, sees_step(viewer), Step.due_on >= (now - BACK).date())
    rows = session.execute(query.order_by(Step.due_on.desc(), Step.id).limit(MOST))
    return sorted((FeedStep(*row) for row in rows), key=lambda step: (step.due_on, step.id))


def _joined() -> AnyRows:
    return select(*_COLUMNS).join(Project, Project.id == Step.project_id)


class GoneStep(NamedTuple):
    """A step that stood in this calendar and does no more: handed on, or without its day.

    `is_read`: the viewer still reads it, so that its title may be said.
    """

    step: FeedStep
    is_read: bool


_MOVES = ("lead_person_id", "lead_organisation_id", "due_on")


def gone_steps(
    session: Session, viewer: Viewer, project_id: int | None, present: Iterable[int], now: datetime
) -> list[GoneStep]:
    """By the journal of the last sixty days."""
    moved = or_(*(Change.fields[name].as_string().is_not(None) for name in _MOVES))
    query = select(Change.entity_id, Change.fields).where(
        Change.entity == Step.__name__,
        Change.action == Action.UPDATED,
        Change.at >= now - CANCELLED_FOR,
        Change.territory_id.in_([place.id for place in viewer.places]),
        moved,
    )
    if project_id is not None:
        query = query.where(Change.project_id == project_id)
    had = set(present)
    days: dict[int, str] = {}
    theirs: set[int] = set()
    for step_id, fields in session.execute(query.order_by(Change.id.desc()).limit(MOST)):
        if step_id in had:
            continue
        if day := fields.get("due_on", [None])[0]:
            # the newest line comes first: it tells the last day that the step had
            days.setdefault(step_id, day)
        if project_id is None and _was_theirs(viewer, fields):
            theirs.add(step_id)
    return _gone(session, viewer, project_id, theirs, days)


def _was_theirs(viewer: Viewer, fields: dict[str, list[Any]]) -> bool:
    person = fields.get("lead_person_id", [None])[0]
    organisation = fields.get("lead_organisation_id", [None])[0]
    return person == viewer.person_id or (
        organisation is not None and organisation in viewer.organisations
    )


def _gone(
    session: Session,
    viewer: Viewer,
    project_id: int | None,
    theirs: set[int],
    days: dict[int, str],
) -> list[GoneStep]:
    """What was taken from them, known to them or not; what they still have, without its day."""
    which = is_of(project_id) if project_id is not None else is_theirs(viewer)
    query = _joined().add_columns(sees_step(viewer), which)
    query = query.where(Step.id.in_(theirs | days.keys())).order_by(Step.id)
    found = []
    for *columns, is_read, still in session.execute(query):
        step = FeedStep(*columns)
        # typed as a day, but a step that lost it has none
        day: date | None = columns[_DUE] if columns[_DUE] is not None else _date(days.get(step.id))
        if day is not None and (step.id in theirs or (still and is_read)):
            found.append(GoneStep(step._replace(due_on=day), bool(is_read)))
    return found


def _date(said: str | None) -> date | None:
    return date.fromisoformat(said) if said else None


def last_changes(session: Session, entity: str, ids: Sequence[int]) -> dict[int, datetime]:
    """{row: when the journal last heard of it}"""
    rows = session.execute(
        select(Change.entity_id, func.max(Change.at))
        .where(Change.entity == entity, Change.entity_id.in_(ids))
        .group_by(Change.entity_id)
    )
    return {row[0]: row[1] for row in rows}


def own_meetings(session: Session, viewer: Viewer, now: datetime) -> Sequence[Meeting]:
    """Those that this person is convened to or calls together."""
    mine = or_(takes_part(viewer), hosts(viewer))
    return _meetings(session, visible_meetings(viewer).where(mine), now)


def meetings_about(
    session: Session, viewer: Viewer, project_id: int, now: datetime
) -> Sequence[Meeting]:
    about = Meeting.projects.any(Project.id == project_id)
    return _meetings(session, visible_meetings(viewer).where(about), now)


def _meetings(session: Session, query: Select[Meeting], now: datetime) -> Sequence[Meeting]:
    recent = query.where(Meeting.starts_at >= now - BACK).options(joinedload(Meeting.territory))
    return session.scalars(recent.order_by(Meeting.starts_at, Meeting.id).limit(MOST)).all()


def is_off(meeting: Meeting) -> bool:
    return meeting.state is MeetingState.CANCELLED


def project_of(session: Session, viewer: Viewer, project_id: int) -> Project | None:
    return session.scalar(visible_projects(viewer).where(Project.id == project_id))
