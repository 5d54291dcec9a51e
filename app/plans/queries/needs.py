"""Why an organisation cannot leave a territory: what it has still to do there."""

from __future__ import annotations

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from app.plans.kinds import OPEN_STATUSES, PartnerState
from app.plans.models import Partner, Project, Step
from app.plans.rules import ENDED


def needed_by_projects(session: Session, organisation_id: int, territory_id: int) -> str | None:
    """A French sentence that names the first live project; None when there is none."""
    partner = exists().where(
        Partner.project_id == Project.id,
        Partner.organisation_id == organisation_id,
        Partner.state != PartnerState.RETIRED,
    )
    leads = exists().where(
        Step.project_id == Project.id,
        Step.lead_organisation_id == organisation_id,
        Step.status.in_(OPEN_STATUSES),
    )
    title = session.scalar(
        select(Project.title)
        .where(
            Project.territory_id == territory_id,
            Project.state.not_in(ENDED),
            or_(partner, leads),
        )
        .order_by(Project.id)
        .limit(1)
    )
    if title is None:
        return None
    return (
        f"Elle participe encore au projet « {title} » : retirez-l’en, et confiez ses étapes "
        "à quelqu’un d’autre, avant de l’enlever du territoire."
    )
