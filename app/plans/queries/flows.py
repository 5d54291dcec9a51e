"""What the project page reads of flows, with who reads each quantity."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple, cast

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core.prepared import Kept
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

_FLOWS_OF_PROJECT = Kept(
    select(
        Flow.public_id,
        Flow.organisation_id,
        Flow.direction,
        Flow.resource,
        Flow.label,
        Flow.quantity,
        Flow.unit,
        Flow.opened_at,
        Organisation.name.label("organisation"),
    )
    .join(Organisation, Organisation.id == Flow.organisation_id)
    .where(Flow.project_id == bindparam("project_id"))
    .order_by(Flow.direction.desc(), Flow.id)
)


class FlowLine(NamedTuple):
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
    readers: tuple[str, ...]
    newcomers: tuple[str, ...]
    may_open: bool
    may_remove: bool


def flow_lines(session: Session, viewer: Viewer, project: Project) -> list[FlowLine]:
    """The flows of a project whose partners are loaded, in one statement."""
    names = {partner.organisation_id: partner.organisation.name for partner in project.partners}
    rows = _FLOWS_OF_PROJECT.rows(session, {"project_id": project.id})
    return [_line(viewer, project, row, names) for row in rows]


def _line(viewer: Viewer, project: Project, row: Any, names: dict[int, str]) -> FlowLine:
    # rules read a flow by names that the row has too
    flow = cast("Flow", row)
    reads = sees_amounts(viewer, project, flow)
    others = [one for one in amount_readers(project, flow) if one != flow.organisation_id]
    newcomers = amount_newcomers(project, flow)
    return FlowLine(
        public_id=flow.public_id,
        direction=flow.direction,
        resource=flow.resource,
        label=flow.label,
        organisation=row.organisation,
        has_quantity=flow.quantity is not None,
        quantity=flow.quantity if reads else None,
        unit=flow.unit if reads else None,
        readers=tuple(names[one] for one in others),
        newcomers=tuple(names[one] for one in newcomers),
        may_open=bool(newcomers) and acts_for(viewer, flow.organisation_id, project),
        may_remove=may_remove_flow(viewer, project, flow),
    )
