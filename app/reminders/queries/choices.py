"""What was chosen about relances: a territory's rules, the exceptions of a project."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.plans.kinds import OPEN_STATUSES
from app.plans.models import Project, Step
from app.reminders.kinds import Audience, Manner
from app.reminders.models import RelanceManner, RelancePatience
from app.reminders.queries.policies import patience_of, policies
from app.reminders.schedule.policy import DEFAULT_POLICIES, Patience, Policy


class StepManner(NamedTuple):
    """An open step, and how it is spoken of where not as its project."""

    public_id: str
    title: str
    manner: Manner | None


def policies_of(session: Session, territory_id: int) -> Mapping[Audience, Policy]:
    return {**DEFAULT_POLICIES, **policies(session).get(territory_id, {})}


def patience_in(session: Session, territory_id: int) -> Patience:
    return patience_of(
        session.scalar(select(RelancePatience).where(RelancePatience.territory_id == territory_id))
    )


def manner_of(session: Session, project: Project) -> Manner:
    chosen = session.scalar(
        select(RelanceManner.manner).where(
            RelanceManner.project_id == project.id, RelanceManner.step_id.is_(None)
        )
    )
    return chosen or Manner.USUAL


def step_manners(session: Session, project: Project) -> Sequence[StepManner]:
    """Every open step of the project, in its order."""
    rows = session.execute(
        select(Step.public_id, Step.title, RelanceManner.manner)
        .outerjoin(RelanceManner, RelanceManner.step_id == Step.id)
        .where(Step.project_id == project.id, Step.status.in_(OPEN_STATUSES))
        .order_by(Step.rank, Step.id)
    )
    return [StepManner(*row) for row in rows]
