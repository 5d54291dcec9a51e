"""Who reads a flow's quantity and price, who opens, declares and takes it back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, select

from app.core.viewer import Viewer
from app.plans.kinds import PartnerState
from app.plans.models import Flow, Partner, Project
from app.plans.rules.projects import (
    CARRYING,
    ENDED,
    acts_for,
    has_part,
    may_edit_project,
    sees_project,
)


def visible_flows(viewer: Viewer) -> Select[Flow]:
    return select(Flow).join(Flow.project).where(sees_project(viewer))


def sees_amounts(
    viewer: Viewer, project: Project, flow: Flow, readers: list[int] | None = None
) -> bool:
    """A flow's quantity and price: its own organisation, and those to whom it was opened.

    Not even the territory's pilot, unless her organisation carried the project when the flow was
    declared or opened again: nobody lets themselves in by joining later (domain.md §5, §6).
    `readers`: the flow's `amount_readers`, where they are known already.
    """
    readers = amount_readers(project, flow) if readers is None else readers
    if project.territory_id in viewer.observes:
        # who looks on reads what was opened to their organisation by name, and nothing else
        readers = [one for one in readers if _said(flow).get(one)]
        return bool(viewer.organisations & set(readers))
    return bool(viewer.organisations & {flow.organisation_id, *readers})


def amount_readers(project: Project, flow: Flow) -> list[int]:
    """The organisations that read a flow's quantity beside the one that declared it.

    By default the partners that had confirmed their part and carry the project when it was
    declared; one by one, whoever the organisation that declared it opened it to, or closed it to.
    Nobody reads on after leaving the project.
    """
    said = _said(flow)
    by_default = {
        partner.organisation_id
        for partner in carriers(project)
        if had_confirmed(partner, flow.opened_at)
    }
    return [
        one
        for one in _present(project)
        if one != flow.organisation_id and said.get(one, one in by_default)
    ]


def amount_newcomers(project: Project, flow: Flow, readers: list[int] | None = None) -> list[int]:
    """Confirmed partners who came later, and wait for the flow to be opened to them."""
    readers = amount_readers(project, flow) if readers is None else readers
    settled = {flow.organisation_id, *readers, *_said(flow)}
    return [
        partner.organisation_id
        for partner in carriers(project)
        if partner.organisation_id not in settled
    ]


def _said(flow: Flow) -> dict[int, bool]:
    """What the organisation that declared it said of single readers, against the default."""
    return {access.organisation_id: access.is_open for access in flow.accesses}


def _present(project: Project) -> list[int]:
    """The organisations that have a part in the project, whatever it is."""
    return [
        partner.organisation_id
        for partner in project.partners
        if partner.state is not PartnerState.RETIRED
    ]


def carriers(project: Project) -> list[Partner]:
    """The partners that have confirmed their part and carry the project."""
    return [
        partner
        for partner in project.partners
        if partner.state is PartnerState.CONFIRMED and partner.role in CARRYING
    ]


def had_confirmed(partner: Partner, at: datetime) -> bool:
    """Whether their part was theirs already when something was last opened."""
    return partner.confirmed_at is not None and partner.confirmed_at <= at


def may_open_flow(viewer: Viewer, flow: Flow) -> bool:
    """Only the organisation that declared a quantity shows it to more partners."""
    return acts_for(viewer, flow.organisation_id, flow.project)


def may_ask_to_read(viewer: Viewer, project: Project, flow: Flow) -> bool:
    """Members of an organisation that has a part in the project ask the one that declared it."""
    asking = viewer.organisations & set(_present(project))
    return flow.quantity is not None and bool(asking) and not sees_amounts(viewer, project, flow)


def may_remove_flow(viewer: Viewer, project: Project, flow: Flow) -> bool:
    """Taken back by its organisation, or by who edits the project: that shows nobody anything."""
    own = acts_for(viewer, flow.organisation_id, project) and project.state not in ENDED
    return own or may_edit_project(viewer, project)


def may_declare_flow(viewer: Viewer, project: Project) -> bool:
    """Whoever edits the project, and any confirmed partner that carries it, for itself."""
    return may_edit_project(viewer, project) or (
        project.state not in ENDED and has_part(viewer, project, CARRYING)
    )
