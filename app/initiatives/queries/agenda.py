"""What comes on a meeting's agenda by itself: objections, and decisions that projects wait for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from app.agreements.queries.agenda import Item, agenda
from app.core.viewer import Viewer
from app.initiatives.kinds.meetings import OVERALL, Matter, MeetingState
from app.initiatives.models import Meeting
from app.plans.kinds import PartnerRole, PartnerState, ProjectState, Stage
from app.plans.models import Partner, Project
from app.plans.rules import carries_project, sees_project

# after the meeting somebody still has to note what it said
SETTLED_WITHIN = timedelta(days=7)
MOST = 30


@dataclass(frozen=True)
class ToDecide:
    """A project that waits for a decision which nobody has put to anybody."""

    matter: Matter
    public_id: str
    title: str


@dataclass(frozen=True)
class Arriving:
    objections: list[Item]
    decisions: list[ToDecide]

    def __len__(self) -> int:
        return len(self.objections) + len(self.decisions)


def arriving(session: Session, viewer: Viewer, meeting: Meeting, now: datetime) -> Arriving:
    """What this viewer may read of it; nothing once the meeting is over for good."""
    recent = meeting.ends_at > now - SETTLED_WITHIN
    if meeting.state is MeetingState.CANCELLED or not recent:
        return Arriving([], [])
    concerns = _scope(meeting)
    objections = [
        item
        for item in agenda(session, viewer, meeting.territory_id)
        if concerns(item.proposal.project)
    ]
    decisions = [
        ToDecide(matter_of(project, is_led=is_led), project.public_id, project.title)
        for project, is_led in session.execute(_waiting(viewer, meeting.territory_id))
        if concerns(project)
    ]
    return Arriving(objections, decisions)


def _scope(meeting: Meeting) -> Callable[[Project], bool]:
    """The projects named, else those of the group's themes, else all of them at a COPIL."""
    named = {project.id for project in meeting.projects}
    themes = {theme.id for theme in meeting.group.themes} if meeting.group else set()
    overall = meeting.kind in OVERALL

    def concerns(project: Project) -> bool:
        if named:
            return project.id in named
        return project.theme_id in themes if themes else overall

    return concerns


def matter_of(project: Project, *, is_led: bool) -> Matter:
    if not is_led:
        return Matter.LEADERLESS
    return Matter.PAUSED if project.state is ProjectState.PAUSED else Matter.STUDIED


def _is_led() -> ColumnElement[bool]:
    return (
        exists()
        .where(
            Partner.project_id == Project.id,
            Partner.role == PartnerRole.LEAD,
            Partner.state != PartnerState.RETIRED,
        )
        .correlate(Project)
    )


def _waiting(viewer: Viewer, territory_id: int) -> Select[Project, bool]:
    led = _is_led()
    running = Project.state == ProjectState.ACTIVE
    paused = Project.state == ProjectState.PAUSED
    waits = or_(paused, and_(running, or_(~led, Project.stage == Stage.FEASIBILITY)))
    return (
        select(Project, led.label("is_led"))
        .where(
            Project.territory_id == territory_id,
            waits,
            sees_project(viewer),
            carries_project(viewer),
        )
        .order_by(Project.rank, Project.id)
        .limit(MOST)
    )
