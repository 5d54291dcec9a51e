"""Which steps a filter means: those that the viewer reads, under what the address asks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, or_

from app.accounts.models import ActivityZone, Organisation, Person
from app.core.folding import fold
from app.core.prepared import AnyRows
from app.core.viewer import Viewer
from app.overview.asked import StepFilter
from app.overview.kinds import When
from app.plans.kinds import OPEN_STATUSES
from app.plans.models import Project, Step, Theme
from app.plans.rules import sees_step


def joined(query: AnyRows, viewer: Viewer, plan_id: int) -> AnyRows:
    """The steps of a plan that this viewer reads one by one, beside all that a line names."""
    return (
        query.select_from(Step)
        .join(Project, Project.id == Step.project_id)
        .join(Organisation, Organisation.id == Step.lead_organisation_id)
        .outerjoin(Person, Person.id == Step.lead_person_id)
        .outerjoin(Theme, Theme.id == Project.theme_id)
        .outerjoin(ActivityZone, ActivityZone.id == Project.zone_id)
        .where(Project.plan_id == plan_id, sees_step(viewer))
    )


def conditions(asked: StepFilter, today: date) -> Iterator[ColumnElement[bool]]:
    for word in fold(asked.text).split():
        yield or_(
            Step.search_key.contains(word, autoescape=True),
            Project.search_key.contains(word, autoescape=True),
        )
    if asked.statuses:
        yield Step.status.in_(asked.statuses)
    named = (
        (asked.theme, Theme.public_id),
        (asked.zone, ActivityZone.public_id),
        (asked.organisation, Organisation.public_id),
        (asked.person, Person.public_id),
    )
    for public_id, column in named:
        if public_id:
            yield column == public_id
    yield from project_conditions(asked)
    yield from _when(asked, today)


def project_conditions(asked: StepFilter) -> Iterator[ColumnElement[bool]]:
    """Those about the project alone, without a name to join."""
    if asked.priority:
        yield Project.priority == asked.priority
    if asked.kind:
        yield Project.kind == asked.kind
    if asked.stage:
        yield Project.stage == asked.stage


def _when(asked: StepFilter, today: date) -> Iterator[ColumnElement[bool]]:
    match asked.when:
        case When.PAST:
            yield and_(Step.due_on < today, Step.status.in_(OPEN_STATUSES))
        case When.WEEK:
            monday = today - timedelta(days=today.weekday())
            yield Step.due_on.between(monday, monday + timedelta(days=6))
        case When.MONTH:
            first = today.replace(day=1)
            following = (first + timedelta(days=31)).replace(day=1)
            yield and_(Step.due_on >= first, Step.due_on < following)
        case When.NONE:
            yield Step.due_on.is_(None)
    if asked.since:
        yield Step.due_on >= asked.since
    if asked.until:
        yield Step.due_on <= asked.until
