"""What the project page reads of flows, with who reads each quantity."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload

from app.core.viewer import Viewer
from app.plans.kinds import FlowDirection, ResourceKind
from app.plans.models import Flow, Project
from app.plans.rules import (
    acts_for,
    amount_newcomers,
    amount_readers,
    may_remove_flow,
    sees_amounts,
)

FLOWS_OF_PROJECT = (
    select(Flow)
    .where(Flow.project_id == bindparam("project_id"))
    .options(joinedload(Flow.organisation))
    .order_by(Flow.direction.desc(), Flow.id)
)


@dataclass(frozen=True)
class FlowLine:
    """One flow as this viewer may read it: `quantity` is None where it is not theirs to read.

    `readers` and `newcomers` name organisations: who reads the quantity beside the one that
    declared it, and who has confirmed since and waits for a word of hers.
    """

    public_id: str
    direction: FlowDirection
    resource: ResourceKind
    label: str
    organisation: str
    has_quantity: bool
    quantity: Decimal | None
    unit: str | None
    readers: list[str]
    newcomers: list[str]
    may_open: bool
    may_remove: bool


def flow_lines(session: Session, viewer: Viewer, project: Project) -> list[FlowLine]:
    """The flows of a project whose partners are loaded, in one statement."""
    names = {partner.organisation_id: partner.organisation.name for partner in project.partners}
    found = session.scalars(FLOWS_OF_PROJECT, {"project_id": project.id})
    return [_line(viewer, project, flow, names) for flow in found]


def _line(viewer: Viewer, project: Project, flow: Flow, names: dict[int, str]) -> FlowLine:
    reads = sees_amounts(viewer, project, flow)
    others = [one for one in amount_readers(project, flow) if one != flow.organisation_id]
    newcomers = amount_newcomers(project, flow)
    return FlowLine(
        public_id=flow.public_id,
        direction=flow.direction,
        resource=flow.resource,
        label=flow.label,
        organisation=flow.organisation.name,
        has_quantity=flow.quantity is not None,
        quantity=flow.quantity if reads else None,
        unit=flow.unit if reads else None,
        readers=[names[one] for one in others],
        newcomers=[names[one] for one in newcomers],
        may_open=bool(newcomers) and acts_for(viewer, flow.organisation_id, project),
        may_remove=may_remove_flow(viewer, project, flow),
    )
