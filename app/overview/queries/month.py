"""What stands in a month: steps and ends of projects of the plan, meetings of the territory, and
the dates of its programmes for who follows it.

As many statements whatever the number of steps: of a day that holds many, the first few are read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import ActivityZone
from app.core.clock import local_day, local_instant
from app.core.folding import fold
from app.core.viewer import Viewer
from app.initiatives.kinds.meetings import MeetingState
from app.initiatives.models import Meeting
from app.initiatives.rules.meetings import visible_meetings
from app.maturity.queries.deadlines import DatedItem, dated_items
from app.overview.asked import StepFilter
from app.overview.months import Month
from app.overview.queries.conditions import conditions, joined, project_conditions
from app.plans.kinds import StepStatus
from app.plans.models import ActionPlan, Project, Step, Theme
from app.plans.queries.project import is_late
from app.plans.rules import lists_project

SHOWN = 4


@dataclass(frozen=True)
class DueStep:
    public_id: str
    title: str
    status: StepStatus
    is_milestone: bool
    project: str
    project_public_id: str
    is_late: bool


@dataclass(frozen=True)
class Ending:
    """A project whose last day this is."""

    public_id: str
    title: str


@dataclass(frozen=True)
class Gathering:
    """A meeting that begins on this day."""

    public_id: str
    title: str
    starts_at: datetime
    is_cancelled: bool


@dataclass
class Day:
    """`more` steps are due on it beyond those that are read."""

    meetings: list[Gathering] = field(default_factory=list)
    dates: list[DatedItem] = field(default_factory=list)
    endings: list[Ending] = field(default_factory=list)
    steps: list[DueStep] = field(default_factory=list)
    more: int = 0


def without_days(asked: StepFilter) -> StepFilter:
    """The filter that a month can have: which days is what the month says."""
    return replace(asked, when=None, since=None, until=None)


def days_of(
    session: Session, viewer: Viewer, plan: ActionPlan, asked: StepFilter, month: Month, today: date
) -> dict[date, Day]:
    """{day: what stands on it}; days with nothing are not in it."""
    days: dict[date, Day] = {}
    for due_on, step, more in _steps(session, viewer, plan, asked, month, today):
        days.setdefault(due_on, Day()).steps.append(step)
        days[due_on].more = more
    if asked.person or asked.organisation:
        # somebody's own month
        return days
    for ends_on, ending in _endings(session, viewer, plan, asked, month):
        days.setdefault(ends_on, Day()).endings.append(ending)
    if without_days(replace(asked, statuses=())).is_set:
        return days
    for meeting in _meetings(session, viewer, plan, month):
        day = local_day(meeting.starts_at, plan.territory.time_zone)
        days.setdefault(day, Day()).meetings.append(meeting)
    for item in _dates(session, viewer, plan, month, today):
        days.setdefault(item.due_on, Day()).dates.append(item)
    return days


def _dates(
    session: Session, viewer: Viewer, plan: ActionPlan, month: Month, today: date
) -> Iterable[DatedItem]:
    if plan.territory_id not in viewer.follows:
        return []
    items = dated_items(session, [plan.territory_id], today, month.first)
    return [one for one in items if one.is_current and one.due_on in month]


def _steps(
    session: Session, viewer: Viewer, plan: ActionPlan, asked: StepFilter, month: Month, today: date
) -> Iterable[tuple[date, DueStep, int]]:
    order = (Step.is_milestone.desc(), Step.id)
    inner = joined(
        select(
            Step.due_on,
            Step.public_id,
            Step.title,
            Step.status,
            Step.is_milestone,
            Project.title.label("project"),
            Project.public_id.label("project_public_id"),
            func.row_number().over(partition_by=Step.due_on, order_by=order).label("place"),
            func.count().over(partition_by=Step.due_on).label("count"),
        ),
        viewer,
        plan.id,
    )
    inner = inner.where(
        Step.due_on.between(month.first, month.last), *conditions(without_days(asked), today)
    )
    read = inner.subquery()
    rows = session.execute(
        select(read).where(read.c.place <= SHOWN).order_by(read.c.due_on, read.c.place)
    )
    for due_on, public_id, title, status, is_milestone, project, project_id, _place, count in rows:
        late = is_late(status, due_on, today)
        step = DueStep(public_id, title, status, is_milestone, project, project_id, late)
        yield due_on, step, max(0, count - SHOWN)


def _endings(
    session: Session, viewer: Viewer, plan: ActionPlan, asked: StepFilter, month: Month
) -> Iterable[tuple[date, Ending]]:
    query: Any = (
        select(Project.ends_on, Project.public_id, Project.title)
        .outerjoin(Theme, Theme.id == Project.theme_id)
        .outerjoin(ActivityZone, ActivityZone.id == Project.zone_id)
        .where(
            Project.plan_id == plan.id,
            Project.ends_on.between(month.first, month.last),
            lists_project(viewer),
            *project_conditions(asked),
        )
    )
    for word in fold(asked.text).split():
        query = query.where(Project.search_key.contains(word, autoescape=True))
    if asked.theme:
        query = query.where(Theme.public_id == asked.theme)
    if asked.zone:
        query = query.where(ActivityZone.public_id == asked.zone)
    rows = session.execute(query.order_by(Project.ends_on, Project.rank, Project.id))
    return [(row[0], Ending(row[1], row[2])) for row in rows]


def _meetings(
    session: Session, viewer: Viewer, plan: ActionPlan, month: Month
) -> Iterable[Gathering]:
    zone = plan.territory.time_zone
    begins = local_instant(month.first, 0, zone)
    ends = local_instant(month.following.first, 0, zone)
    query = (
        visible_meetings(viewer)
        .with_only_columns(Meeting.public_id, Meeting.title, Meeting.starts_at, Meeting.state)
        .where(
            Meeting.territory_id == plan.territory_id,
            Meeting.starts_at >= begins,
            Meeting.starts_at < ends,
        )
        .order_by(Meeting.starts_at, Meeting.id)
    )
    return [
        Gathering(row[0], row[1], row[2], row[3] is MeetingState.CANCELLED)
        for row in session.execute(query)
    ]
