"""A page of the table: one statement for its lines, one for how many there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import ActivityZone, Organisation
from app.core.viewer import Viewer
from app.overview.asked import Sorting, StepFilter
from app.overview.kinds import Order
from app.overview.queries.conditions import conditions, joined
from app.plans.kinds import ProjectState, StepStatus
from app.plans.models import Project, Step, Theme
from app.plans.queries.project import STEP_COLUMNS, StepLine, line_of
from app.plans.rules import ENDED, edits_project, may_report_on

PAGE = 100
# lines of a file
MOST = 10_000
_NEVER = {False: date(9999, 12, 31), True: date(1, 1, 1)}
_STATUSES = {status.value: place for place, status in enumerate(StepStatus)}


class TableLine(NamedTuple):
    """A step and where it stands; `may_tick`: this viewer may change it in some way."""

    line: StepLine
    project: str
    project_public_id: str
    state: ProjectState
    theme: str | None
    zone: str | None
    may_tick: bool
    key: str

    @property
    def cursor(self) -> str:
        return f"{self.line.id}.{self.key}"


def _key(sorting: Sorting) -> ColumnElement[Any]:
    """What the lines are sorted by before their ids: never null, so that a page can go on."""
    keys: Mapping[Order, Any] = {
        Order.DUE: func.coalesce(Step.due_on, literal(_NEVER[sorting.is_down])),
        Order.PROJECT: Project.search_key,
        Order.STEP: Step.search_key,
        Order.ORGANISATION: Organisation.search_key,
        Order.STATUS: case(_STATUSES, value=Step.status, else_=len(_STATUSES)),
    }
    key: ColumnElement[Any] = keys[sorting.by]
    return key


def lines(
    session: Session,
    viewer: Viewer,
    plan_id: int,
    asked: StepFilter,
    sorting: Sorting,
    today: date,
    *,
    after: str = "",
    limit: int = PAGE,
) -> list[TableLine]:
    """At most this many lines after the one with this cursor, plus one as a sign of more."""
    key = _key(sorting)
    columns = (
        *STEP_COLUMNS,
        Project.title,
        Project.public_id,
        Project.state,
        Theme.title,
        ActivityZone.name,
        edits_project(viewer).label("may_edit"),
        key.label("key"),
    )
    order = (key.desc(), Step.id.desc()) if sorting.is_down else (key, Step.id)
    query = joined(select(*columns), viewer, plan_id).where(*conditions(asked, today))
    beyond = _beyond(key, sorting, after)
    if beyond is not None:
        query = query.where(beyond)
    rows = session.execute(query.order_by(*order).limit(limit + 1))
    return [_line(row, viewer, today) for row in rows]


def _line(row: Any, viewer: Viewer, today: date) -> TableLine:
    line = line_of(row, today)
    title, public_id, state, theme, zone, may_edit, key = row[len(STEP_COLUMNS) :]
    may_tick = may_report_on(
        viewer,
        line.organisation_id,
        line.person_id,
        may_edit=bool(may_edit),
        ended=state in ENDED,
    )
    return TableLine(line, title, public_id, state, theme, zone, may_tick, str(key))


def _beyond(key: ColumnElement[Any], sorting: Sorting, after: str) -> ColumnElement[bool] | None:
    """The condition on what follows a cursor; None where it was not one of ours."""
    step_id, _dot, said = after.partition(".")
    if not (step_id.isascii() and step_id.isdecimal() and len(step_id) <= 18):
        return None
    value = _value(sorting.by, said)
    if value is None:
        return None
    row = int(step_id)
    if sorting.is_down:
        return or_(key < value, and_(key == value, Step.id < row))
    return or_(key > value, and_(key == value, Step.id > row))


def _value(by: Order, said: str) -> date | int | str | None:
    if by is Order.DUE:
        try:
            return date.fromisoformat(said)
        except ValueError:
            return None
    if by is Order.STATUS:
        return int(said) if said.isascii() and said.isdecimal() and len(said) <= 2 else None
    return said


def how_many(session: Session, viewer: Viewer, plan_id: int, asked: StepFilter, today: date) -> int:
    query = joined(select(func.count(Step.id)), viewer, plan_id)
    return session.scalar(query.where(*conditions(asked, today))) or 0


def filtered_ids(
    session: Session, viewer: Viewer, plan_id: int, asked: StepFilter, today: date, most: int
) -> Sequence[str]:
    """Public ids of all that the filter means, one more than `most` as a sign of more."""
    query = joined(select(Step.public_id), viewer, plan_id).where(*conditions(asked, today))
    return session.scalars(query.order_by(Step.id).limit(most + 1)).all()
