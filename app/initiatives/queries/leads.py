"""The catalogue: leads and projects in one list, and what may answer each other."""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    func,
    literal,
    null,
    select,
    tuple_,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from app.accounts.models import ActivityZone, Organisation
from app.core.folding import fold
from app.core.viewer import Viewer
from app.initiatives.kinds.leads import LIVE, LeadState
from app.initiatives.matching import Half, Pair, pairs
from app.initiatives.models import Opportunity, opportunity_organisation
from app.initiatives.rules.leads import sees_lead
from app.plans.kinds import FlowDirection, PartnerState, ResourceKind
from app.plans.models import Flow, Partner, Project
from app.plans.rules import ENDED, lists_project, visible_flows

PAGE = 50
# enough to find what answers each other, however long the catalogue
MOST_HALVES = 200


class Tab(enum.StrEnum):
    """What the list shows; the values stand in addresses."""

    LEADS = "pistes"
    PROJECTS = "projets"
    PASSED_ON = "transmises"
    REFUSED = "refusees"
    ALL = "toutes"


_STATES = {
    Tab.LEADS: LIVE,
    Tab.PASSED_ON: (LeadState.PASSED_ON,),
    Tab.REFUSED: (LeadState.REFUSED,),
    # a lead that became a project stands in the list as that project
    Tab.ALL: (*LIVE, LeadState.PASSED_ON, LeadState.REFUSED),
}


@dataclass(frozen=True)
class CatalogueFilter:
    """What the list is asked for; `after` is the (instant, is a project, id) of the last line."""

    tab: Tab = Tab.LEADS
    text: str = ""
    after: tuple[datetime, int, int] | None = None


@dataclass(frozen=True)
class CatalogueLine:
    """A lead or a project."""

    at: datetime
    is_project: bool
    id: int
    public_id: str
    title: str
    state: str
    direction: FlowDirection | None
    resource: ResourceKind | None
    zone: str | None
    passed_to: str | None
    origin: str | None
    organisations: list[str] = field(default_factory=list)


def catalogue(
    session: Session, viewer: Viewer, territory_id: int, asked: CatalogueFilter
) -> list[CatalogueLine]:
    """The latest first, one more than a page as a sign of more; three statements at most."""
    parts = []
    if asked.tab is not Tab.PROJECTS:
        parts.append(_leads(viewer, territory_id, asked))
    if asked.tab in (Tab.PROJECTS, Tab.ALL):
        parts.append(_projects(viewer, territory_id, asked))
    rows = union_all(*parts).subquery()
    key = (rows.c.at, rows.c.is_project, rows.c.id)
    query = select(rows).order_by(*(one.desc() for one in key)).limit(PAGE + 1)
    if asked.after is not None:
        query = query.where(tuple_(*key) < asked.after)
    found = [_line(row) for row in session.execute(query)]
    named = _organisations(session, [one.id for one in found if not one.is_project])
    carried = _partners(session, [one.id for one in found if one.is_project])
    for line in found:
        line.organisations.extend((carried if line.is_project else named)[line.id])
    return found


def _line(row: Any) -> CatalogueLine:
    values = row._asdict()
    values["is_project"] = bool(values["is_project"])
    return CatalogueLine(**values)


def _matching(search_key: Any, text: str) -> list[ColumnElement[bool]]:
    return [search_key.contains(word, autoescape=True) for word in fold(text).split()]


def _leads(viewer: Viewer, territory_id: int, asked: CatalogueFilter) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Opportunity.captured_at.label("at"),
            literal(0, Integer).label("is_project"),
            Opportunity.id.label("id"),
            Opportunity.public_id.label("public_id"),
            Opportunity.title.label("title"),
            type_coerce(Opportunity.state, String).label("state"),
            Opportunity.direction.label("direction"),
            Opportunity.resource.label("resource"),
            ActivityZone.name.label("zone"),
            Opportunity.passed_to.label("passed_to"),
            type_coerce(null(), String).label("origin"),
        )
        .outerjoin(ActivityZone, ActivityZone.id == Opportunity.zone_id)
        .where(
            Opportunity.territory_id == territory_id,
            sees_lead(viewer),
            Opportunity.state.in_(_STATES[asked.tab]),
            *_matching(Opportunity.search_key, asked.text),
        )
    )


def _projects(
    viewer: Viewer, territory_id: int, asked: CatalogueFilter
) -> Select[*tuple[Any, ...]]:
    origin = (
        select(Opportunity.public_id)
        .where(Opportunity.project_id == Project.id, sees_lead(viewer))
        .correlate(Project)
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            Project.created_at.label("at"),
            literal(1, Integer).label("is_project"),
            Project.id.label("id"),
            Project.public_id.label("public_id"),
            Project.title.label("title"),
            type_coerce(Project.state, String).label("state"),
            type_coerce(null(), Opportunity.direction.type).label("direction"),
            type_coerce(null(), Opportunity.resource.type).label("resource"),
            ActivityZone.name.label("zone"),
            type_coerce(null(), String).label("passed_to"),
            origin.label("origin"),
        )
        .outerjoin(ActivityZone, ActivityZone.id == Project.zone_id)
        .where(
            Project.territory_id == territory_id,
            lists_project(viewer),
            *_matching(Project.search_key, asked.text),
        )
    )


def _organisations(session: Session, lead_ids: Collection[int]) -> dict[int, list[str]]:
    rows = session.execute(
        select(opportunity_organisation.c.opportunity_id, Organisation.name)
        .join(Organisation, Organisation.id == opportunity_organisation.c.organisation_id)
        .where(opportunity_organisation.c.opportunity_id.in_(lead_ids))
        .order_by(Organisation.search_key)
    )
    return _gathered(rows)


def _partners(session: Session, project_ids: Collection[int]) -> dict[int, list[str]]:
    """As the project's own page names them."""
    rows = session.execute(
        select(Partner.project_id, Organisation.name)
        .join(Organisation, Organisation.id == Partner.organisation_id)
        .where(Partner.project_id.in_(project_ids), Partner.state != PartnerState.RETIRED)
        .order_by(Partner.id)
    )
    return _gathered(rows)


def _gathered(rows: Any) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for key, name in rows:
        found[key].append(name)
    return found


class Count(NamedTuple):
    """How many leads are in a state."""

    state: LeadState
    number: int


def counts(session: Session, territory_id: int) -> list[Count]:
    """Of each state that there is, in the order of the enumeration."""
    rows = session.execute(
        select(Opportunity.state, func.count())
        .where(Opportunity.territory_id == territory_id)
        .group_by(Opportunity.state)
    )
    found = {row[0]: row[1] for row in rows}
    return [Count(state, found[state]) for state in LeadState if state in found]


def side_by_side(session: Session, viewer: Viewer, territory_id: int) -> list[Pair]:
    """Offers and needs that may answer each other, among what the viewer sees."""
    return pairs(
        [
            *_lead_halves(session, viewer, territory_id),
            *_flow_halves(session, viewer, territory_id),
        ]
    )


def _lead_halves(session: Session, viewer: Viewer, territory_id: int) -> list[Half]:
    rows = session.execute(
        select(
            Opportunity.id,
            Opportunity.title,
            Opportunity.public_id,
            Opportunity.direction,
            Opportunity.resource,
            ActivityZone.name,
        )
        .outerjoin(ActivityZone, ActivityZone.id == Opportunity.zone_id)
        .where(
            Opportunity.territory_id == territory_id,
            sees_lead(viewer),
            Opportunity.state.in_(LIVE),
            Opportunity.direction.is_not(None),
        )
        .order_by(Opportunity.id.desc())
        .limit(MOST_HALVES)
    ).all()
    named = _organisations(session, [row[0] for row in rows])
    return [
        Half(title, f"/pistes/{public_id}", direction, resource, zone, tuple(named[lead_id]))
        for lead_id, title, public_id, direction, resource, zone in rows
        if direction is not None
    ]


def _flow_halves(session: Session, viewer: Viewer, territory_id: int) -> list[Half]:
    """What projects exchange, by its label alone: amounts stay with the partners."""
    rows = session.execute(
        visible_flows(viewer)
        .with_only_columns(
            Flow.label,
            Project.public_id,
            Flow.direction,
            Flow.resource,
            ActivityZone.name,
            Organisation.name,
            Flow.project_id,
        )
        .join(Organisation, Organisation.id == Flow.organisation_id)
        .outerjoin(ActivityZone, ActivityZone.id == Project.zone_id)
        .where(Flow.territory_id == territory_id, Project.state.not_in(ENDED))
        .order_by(Flow.id.desc())
        .limit(MOST_HALVES)
    )
    return [
        Half(label, f"/projets/{public_id}", direction, resource, zone, (firm,), project_id)
        for label, public_id, direction, resource, zone, firm, project_id in rows
    ]
