"""What stands of a project, as the conditions of its stages look at it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.plans.conditions import StageFacts, Use, in_use
from app.plans.kinds import PartnerState, StepStatus
from app.plans.models import Exchange, Flow, Partner, Project, Step
from app.plans.rules import CARRYING


def stage_facts(session: Session, project: Project, today: date) -> StageFacts:
    """One statement for its steps and flows, one for what works."""
    planned = (
        select(func.count())
        .where(
            Step.project_id == project.id,
            Step.due_on.is_not(None),
            Step.status != StepStatus.ABANDONED,
        )
        .scalar_subquery()
    )
    milestones = (
        select(func.count())
        .where(Step.project_id == project.id, Step.is_milestone, Step.due_on.is_not(None))
        .scalar_subquery()
    )
    flows = select(func.count()).where(Flow.project_id == project.id).scalar_subquery()
    counted = session.execute(select(planned, milestones, flows)).one()
    uses = session.execute(
        select(Exchange.giver_id, Exchange.user_id, Exchange.since, Exchange.until).where(
            Exchange.project_id == project.id
        )
    )
    works = in_use((Use(*row) for row in uses), today)
    live = [one for one in project.partners if one.state is not PartnerState.RETIRED]
    return StageFacts(
        today=today,
        kind=project.kind,
        synergy_type=project.synergy_type,
        is_described=bool(project.description.strip()),
        partners=_organisations(live),
        confirmed=_organisations(
            one for one in live if one.state is PartnerState.CONFIRMED and one.role in CARRYING
        ),
        planned_steps=counted[0],
        dated_milestones=counted[1],
        flows=counted[2],
        exchanges=works.exchanges,
        users=works.users,
        since=works.since,
    )


def _organisations(partners: Iterable[Partner]) -> int:
    return len({one.organisation_id for one in partners})
