"""Who reads a project's values and targets, who notes them, and who keeps its money."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, select

from app.core.viewer import Viewer
from app.plans.kinds import PartnerState
from app.plans.models import Funding, Indicator, Measurement, Project, Target
from app.plans.rules.amounts import carriers, had_confirmed
from app.plans.rules.projects import (
    CARRYING,
    ENDED,
    OWNING,
    acts_for,
    has_part,
    may_edit_project,
    sees_project,
)


def visible_fundings(viewer: Viewer) -> Select[Funding]:
    return select(Funding).join(Funding.project).where(sees_project(viewer))


def visible_indicators(viewer: Viewer) -> Select[Indicator]:
    """With those that were taken off: they may come back."""
    return select(Indicator).join(Indicator.project).where(sees_project(viewer))


def visible_targets(viewer: Viewer) -> Select[Target]:
    return (
        select(Target)
        .join(Target.indicator)
        .join(Indicator.project)
        .where(sees_project(viewer), Indicator.removed_at.is_(None))
    )


def visible_measurements(viewer: Viewer) -> Select[Measurement]:
    return (
        select(Measurement)
        .join(Measurement.indicator)
        .join(Indicator.project)
        .where(sees_project(viewer), Indicator.removed_at.is_(None))
    )


def carried_then(viewer: Viewer, project: Project, at: datetime) -> bool:
    """A value is the project's: the partners that carried it on that day read it, while they stay.

    Nobody lets themselves in by joining later, not even the territory's pilot (domain.md §5, §6).
    """
    return project.territory_id not in viewer.observes and any(
        partner.organisation_id in viewer.organisations and had_confirmed(partner, at)
        for partner in carriers(project)
    )


def reads_value(
    viewer: Viewer, project: Project, opened_at: datetime, said_by: int | None = None
) -> bool:
    """A value or a target: who carried the project when it was noted, and whose word it is."""
    own = said_by is not None and acts_for(viewer, said_by, project)
    return own or carried_then(viewer, project, opened_at)


def value_newcomers(project: Project, opened_at: datetime) -> list[int]:
    """The organisations that have confirmed since, and wait for the values to be shown to them."""
    return [
        partner.organisation_id
        for partner in carriers(project)
        if not had_confirmed(partner, opened_at)
    ]


def may_measure(viewer: Viewer, project: Project) -> bool:
    """Note a value: whoever edits the project, and any confirmed partner that carries it."""
    return may_edit_project(viewer, project) or (
        project.state not in ENDED and has_part(viewer, project, CARRYING)
    )


def may_withdraw(viewer: Viewer, project: Project, measurement: Measurement) -> bool:
    """Taken back by who said it, or by who edits the project: that shows nobody anything."""
    said_by = measurement.organisation_id
    own = said_by is not None and acts_for(viewer, said_by, project)
    return may_edit_project(viewer, project) or (own and project.state not in ENDED)


def may_correct(viewer: Viewer, project: Project, measurement: Measurement) -> bool:
    """The form shows the value: only to who reads it."""
    reads = reads_value(viewer, project, measurement.opened_at, measurement.organisation_id)
    return reads and may_withdraw(viewer, project, measurement)


def may_retarget(viewer: Viewer, project: Project, target: Target) -> bool:
    return reads_value(viewer, project, target.opened_at) and may_edit_project(viewer, project)


def may_show_values(viewer: Viewer, project: Project) -> bool:
    """Show a project's values to the partners that confirmed since: its owners do."""
    return project.state not in ENDED and has_part(viewer, project, OWNING)


def offers_sources(viewer: Viewer, project: Project) -> list[int]:
    """Whose word a value can be: any partner's for who edits the project, else one's own."""
    staying = [
        partner.organisation_id
        for partner in project.partners
        if partner.state is not PartnerState.RETIRED
    ]
    if may_edit_project(viewer, project):
        return staying
    return [one for one in staying if one in viewer.organisations]
