"""Which organisations people meet in projects, and whom they may call (docs/roles.md)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, false, or_
from sqlalchemy.orm import aliased

from app.accounts.models import Organisation
from app.accounts.rules import Acquaintance
from app.core.viewer import Viewer
from app.plans.kinds import PartnerState, ProjectState
from app.plans.models import Partner, Project, Step
from app.plans.rules import CARRYING, sees_project, sees_step

RUNNING = (ProjectState.ACTIVE, ProjectState.PAUSED)


def meets_organisation(viewer: Viewer) -> ColumnElement[bool]:
    """The condition under which an Organisation row is met in a project that the viewer sees."""
    partner = (
        exists()
        .where(
            Partner.organisation_id == Organisation.id,
            Partner.state != PartnerState.RETIRED,
            Project.id == Partner.project_id,
            sees_project(viewer),
        )
        .correlate(Organisation)
    )
    leads = (
        exists()
        .where(
            Step.lead_organisation_id == Organisation.id,
            Project.id == Step.project_id,
            sees_step(viewer),
        )
        .correlate(Organisation)
    )
    return or_(partner, leads)


def calls_partner(viewer: Viewer) -> ColumnElement[bool]:
    """Both have confirmed that they carry a project that runs; who looks on there does not."""
    if not viewer.organisations:
        return false()
    theirs, ours = aliased(Partner), aliased(Partner)
    return (
        exists()
        .where(
            theirs.organisation_id == Organisation.id,
            *carries(theirs),
            ours.organisation_id.in_(viewer.organisations),
            *carries(ours),
            Project.state.in_(RUNNING),
            Project.territory_id.not_in(viewer.observes),
        )
        .correlate(Organisation)
    )


def carries(part: type[Partner]) -> tuple[ColumnElement[bool], ...]:
    """A confirmed part in carrying the Project row."""
    return (
        part.project_id == Project.id,
        part.state == PartnerState.CONFIRMED,
        part.role.in_(CARRYING),
    )


PARTNERS = Acquaintance(meets_organisation, calls_partner)
