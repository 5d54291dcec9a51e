"""What the project page reads of flows, with who reads each quantity."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple, cast

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core.prepared import Kept
from app.core.viewer import Viewer
from app.plans.kinds import FlowDirection, ResourceKind
from app.plans.models import Flow, FlowAccess, Project
from app.plans.rules import (
    acts_for,
    amount_newcomers,
    amount_readers,
    may_ask_to_read,
    may_remove_flow,
    sees_amounts,
)

_COLUMNS: tuple[Any, ...] = (
    Flow.id,
    Flow.public_id,
    Flow.organisation_id,
    Flow.direction,
    Flow.resource,
    Flow.label,
    Flow.quantity,
    Flow.unit,
    Flow.price_cents,
    Flow.opened_at,
    Organisation.name,
)
# one row for each reader of whom its organisation said something, one where it said nothing
_FLOWS_OF_PROJECT = Kept(
    select(*_COLUMNS, FlowAccess.organisation_id, FlowAccess.is_open)
    .join(Organisation, Organisation.id == Flow.organisation_id)
    .outerjoin(FlowAccess, FlowAccess.flow_id == Flow.id)
    .where(Flow.project_id == bindparam("project_id"))
    .order_by(Flow.direction.desc(), Flow.id)
)


class _Access(NamedTuple):
    organisation_id: int
    is_open: bool


class _FlowFacts(NamedTuple):
    """A flow under the names that the entity has, for the rules."""

    id: int
    public_id: str
    organisation_id: int
    direction: FlowDirection
    resource: ResourceKind
    label: str
    quantity: Decimal | None
    unit: str | None
    price_cents: int | None
    opened_at: datetime
    organisation: str
    accesses: tuple[_Access, ...]


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
    price: Decimal | None
    readers: tuple[str, ...]
    newcomers: tuple[str, ...]
    may_open: bool
    may_ask: bool
    may_remove: bool


def flow_lines(session: Session, viewer: Viewer, project: Project) -> list[FlowLine]:
    """The flows of a project whose partners are loaded, in one statement."""
    names = {partner.organisation_id: partner.organisation.name for partner in project.partners}
    rows = _FLOWS_OF_PROJECT.rows(session, {"project_id": project.id})
    return [_line(viewer, project, facts, names) for facts in _facts(rows)]


def _facts(rows: Iterable[Any]) -> Iterator[_FlowFacts]:
    for _, group in itertools.groupby(rows, key=lambda row: row[0]):
        same = list(group)
        width = len(_COLUMNS)
        accesses = tuple(_Access._make(row[width:]) for row in same if row[width] is not None)
        yield _FlowFacts._make([*same[0][:width], accesses])


def _line(viewer: Viewer, project: Project, facts: _FlowFacts, names: dict[int, str]) -> FlowLine:
    # rules read a flow by names that these facts have too
    flow = cast("Flow", facts)
    readers = amount_readers(project, flow)
    reads = sees_amounts(viewer, project, flow, readers)
    newcomers = amount_newcomers(project, flow, readers)
    speaks = acts_for(viewer, flow.organisation_id, project)
    return FlowLine(
        public_id=flow.public_id,
        direction=flow.direction,
        resource=flow.resource,
        label=flow.label,
        organisation=facts.organisation,
        has_quantity=flow.quantity is not None,
        quantity=flow.quantity if reads else None,
        unit=flow.unit if reads else None,
        price=Decimal(flow.price_cents) / 100 if reads and flow.price_cents is not None else None,
        readers=tuple(names[one] for one in readers),
        newcomers=tuple(names[one] for one in newcomers),
        may_open=speaks and flow.quantity is not None,
        may_ask=not (speaks or reads) and may_ask_to_read(viewer, project, flow),
        may_remove=may_remove_flow(viewer, project, flow),
    )
