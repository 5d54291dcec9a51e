"""Who sees a lead, and who decides about it (docs/roles.md says it in a table)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select

from app.core.viewer import Viewer
from app.initiatives.kinds.leads import LIVE
from app.initiatives.models import Opportunity, opportunity_organisation


def sees_lead(viewer: Viewer) -> ColumnElement[bool]:
    """Who animates; whose organisation it is about or brought it; who brought it.

    Not who looks on: its words may name a firm (domain.md §6). They get counts.
    """
    concerned = exists().where(
        opportunity_organisation.c.opportunity_id == Opportunity.id,
        opportunity_organisation.c.organisation_id.in_(viewer.organisations),
    )
    ours = or_(
        Opportunity.brought_by_id == viewer.person_id,
        Opportunity.brought_by_organisation_id.in_(viewer.organisations),
        concerned.correlate(Opportunity),
    )
    return or_(
        Opportunity.territory_id.in_(viewer.animates),
        and_(Opportunity.territory_id.not_in(viewer.observes), ours),
    )


def visible_leads(viewer: Viewer) -> Select[Opportunity]:
    return select(Opportunity).where(sees_lead(viewer))


def may_decide(viewer: Viewer, lead: Opportunity) -> bool:
    """Make it a project, keep, refuse, pass on, take that back: who animates."""
    return lead.territory_id in viewer.animates


def may_describe(viewer: Viewer, lead: Opportunity) -> bool:
    """Say it better, while nothing is decided: who animates, and who brought it."""
    return lead.state in LIVE and (
        may_decide(viewer, lead) or lead.brought_by_id == viewer.person_id
    )


def reads_counts(viewer: Viewer, territory_id: int) -> bool:
    """How many leads there are, of each kind: who looks on there, and reads none of them."""
    return territory_id in viewer.observes
