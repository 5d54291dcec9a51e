"""Whether a step can begin: read from what it waits for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from app.plans.kinds import OPEN_STATUSES
from app.plans.models import Dependency, Step


def waits() -> Any:
    """Whether the Step row waits for a step that is still open."""
    awaited = aliased(Step)
    return (
        exists()
        .where(
            Dependency.step_id == Step.id,
            awaited.id == Dependency.awaited_id,
            awaited.status.in_(OPEN_STATUSES),
        )
        .correlate(Step)
    )


def freed_on() -> Any:
    """The day on which the last of those that the Step row waited for was done."""
    awaited = aliased(Step)
    return (
        select(func.max(awaited.done_on))
        .join(Dependency, Dependency.awaited_id == awaited.id)
        .where(Dependency.step_id == Step.id)
        .correlate(Step)
        .scalar_subquery()
    )
