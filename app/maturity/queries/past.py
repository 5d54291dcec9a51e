"""What a row was at a past instant, by the journal: what changed since says nothing of then."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement, ScalarSelect, func, select

from app.core.clock import local_instant
from app.journal.models import Change
from app.plans.models import Partner, Project

# for a row that was not there yet
NOT_YET = ""


def year_ended(year: int, zone: str) -> datetime:
    """The first instant after the year, by the territory's clock."""
    return local_instant(date(year + 1, 1, 1), 0, zone)


def told_before(model: type[Project | Partner], field: str, since: datetime) -> ScalarSelect[str]:
    """What this field was before its first change from that instant on.

    NOT_YET where that change made the row; None where nothing changed it: it is as it stands.
    """
    before, after = (Change.fields[(field, place)].as_string() for place in (0, 1))
    return (
        select(func.coalesce(before, NOT_YET))
        .where(*_about(model), Change.at >= since, after.is_not(None))
        .order_by(Change.id)
        .limit(1)
        .correlate(model)
        .scalar_subquery()
    )


def came_into(
    model: type[Project], state: ColumnElement[str], before: datetime
) -> ScalarSelect[datetime]:
    """When, before that instant, a row last came into this state.

    What came in bulk left no trace there: the caller says what stands for it.
    """
    return (
        select(func.max(Change.at))
        .where(*_about(model), Change.at < before, Change.fields[("state", 1)].as_string() == state)
        .correlate(model)
        .scalar_subquery()
    )


def _about(model: type[Project | Partner]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Change.entity == model.__name__, Change.entity_id == model.id
