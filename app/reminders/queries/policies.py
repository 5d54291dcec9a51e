"""The rules that territories have chosen for themselves."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.plans.models import Step
from app.reminders.kinds import Audience, Manner
from app.reminders.models import RelanceManner, RelancePatience, RelancePolicy
from app.reminders.schedule.facts import AGENTS
from app.reminders.schedule.policy import USUAL_PATIENCE, Patience, Policy


def policies(session: Session) -> dict[int, dict[Audience, Policy]]:
    """What territories have chosen, by territory and audience: few have, so all are read."""
    found: dict[int, dict[Audience, Policy]] = defaultdict(dict)
    for row in session.scalars(select(RelancePolicy)):
        found[row.territory_id][row.audience] = Policy(
            before_days=row.before_days,
            eve=row.eve,
            after_days=row.after_days,
            milestone_days=row.milestone_days,
            gap=row.gap,
            weekly=row.weekly,
        )
    return found


def is_never_chased() -> ColumnElement[bool]:
    """Whether nobody writes after the date of the Step row, which the Organisation row leads."""
    of_step = select(RelanceManner.manner).where(RelanceManner.step_id == Step.id)
    of_project = select(RelanceManner.manner).where(
        RelanceManner.project_id == Step.project_id, RelanceManner.step_id.is_(None)
    )
    manner = func.coalesce(
        of_step.correlate(Step).scalar_subquery(), of_project.correlate(Step).scalar_subquery()
    )
    is_agent = Organisation.kind.in_(AGENTS)
    never = exists().where(
        RelancePolicy.territory_id == Step.territory_id,
        RelancePolicy.after_days.is_(None),
        or_(
            and_(RelancePolicy.audience == Audience.AGENT, is_agent),
            and_(RelancePolicy.audience == Audience.COMPANY, not_(is_agent)),
        ),
    )
    return or_(manner == Manner.ONCE, never.correlate(Step, Organisation))


# of a statement that joins it from outside: no row has no id
OF_PATIENCE = (
    RelancePatience.id.label("patience_id"),
    RelancePatience.silent_days,
    RelancePatience.blocked_days,
    RelancePatience.unanswered_days,
    RelancePatience.fresh_days,
)


def patience_in(row: Any) -> Patience:
    """The same of a statement's row that holds `OF_PATIENCE`."""
    return USUAL_PATIENCE if row.patience_id is None else _patience(row)


def patience_of(row: RelancePatience | None) -> Patience:
    """A territory's own, or the usual one where it has none."""
    return USUAL_PATIENCE if row is None else _patience(row)


def _patience(row: Any) -> Patience:
    return Patience(
        silent_days=row.silent_days,
        blocked_days=row.blocked_days,
        unanswered_days=row.unanswered_days,
        fresh_days=row.fresh_days,
    )
