"""Counts over a territory's data that a framework's criteria may ask for by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Exists,
    Function,
    ScalarSelect,
    String,
    and_,
    exists,
    func,
    literal,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from app.accounts.kinds import OrganisationKind, TerritoryRoleKind
from app.accounts.models import Organisation, Territory, TerritoryRole, organisation_territory
from app.core.clock import local_day
from app.initiatives.kinds.campaigns import ContactState
from app.initiatives.kinds.meetings import MeetingState
from app.initiatives.models import Campaign, CampaignContact, Meeting, Results
from app.journal.models import Change
from app.maturity.kinds import MEETS_AS, Networking
from app.plans.kinds import PartnerState, ProjectKind, ProjectState, Stage
from app.plans.models import Flow, Partner, Project
from app.plans.rules import CARRYING

_WORKING = (Stage.OPERATIONAL, Stage.LASTING)
_PUBLISHED = (ProjectState.ACTIVE, ProjectState.CLOSED)


@dataclass(frozen=True)
class TerritoryFacts:
    """The territory's clock, and its counts by the name that `indicateur` gives them.

    `networking`: the latest year, up to the one asked for, in which each kind was done.
    """

    time_zone: str
    year: int
    counts: Mapping[str, int]
    networking: Mapping[Networking, int] = field(default_factory=dict)

    def within(self, cycle: int) -> Mapping[str, int]:
        """All counts; those of a cycle look at so many years, the one asked for included."""
        done = self.networked(cycle)
        return {**self.counts, "genres_action_reseau": len(done)}

    def networked(self, cycle: int) -> frozenset[Networking]:
        return frozenset(kind for kind, last in self.networking.items() if last > self.year - cycle)


def territory_facts(session: Session, territory_id: int, year: int) -> TerritoryFacts:
    """Three statements whatever the number of projects.

    A synergy counts as operational in a year when it had become so by the year's end and was
    not abandoned by then (indicator eci_18; the journal tells when). An engaged company has
    confirmed its part in a running or closed project (eci_19).
    """
    zone, animating, engaged, held = session.execute(
        select(Territory.time_zone, _animating(), _engaged(), _held(year)).where(
            Territory.id == territory_id
        )
    ).one()
    working = [
        own_flow
        for began, ended, own_flow in _synergies(session, territory_id)
        if local_day(began, zone).year <= year
        and (ended is None or local_day(ended, zone).year > year)
    ]
    return TerritoryFacts(
        zone,
        year,
        {
            "animation_nommee": animating,
            "entreprises_engagees": engaged,
            "rencontres_tenues_annee": held,
            "synergies_operationnelles_annee": len(working),
            "synergies_collectivite": sum(working),
        },
        _networking(session, territory_id, year),
    )


def _networking(session: Session, territory_id: int, year: int) -> dict[Networking, int]:
    """When each kind of networking action was last done: what the data know of the four.

    To inform is a campaign in which somebody was reached, or results that were mailed.
    """
    ends = datetime(year + 1, 1, 1, tzinfo=UTC)
    met = (
        select(type_coerce(Meeting.kind, String), func.max(Meeting.starts_at))
        .where(
            Meeting.territory_id == territory_id,
            Meeting.state == MeetingState.HELD,
            Meeting.starts_at < ends,
        )
        .group_by(Meeting.kind)
    )
    mailed = select(literal("results"), func.max(Results.sent_at)).where(
        Results.territory_id == territory_id, Results.sent_at < ends
    )
    reached = (
        select(literal("campaign"), func.max(CampaignContact.changed_at))
        .join(Campaign, Campaign.id == CampaignContact.campaign_id)
        .where(
            Campaign.territory_id == territory_id,
            CampaignContact.state != ContactState.TO_CONTACT,
            CampaignContact.changed_at < ends,
        )
    )
    found: dict[Networking, int] = {}
    rows: list[Any] = list(session.execute(union_all(met, mailed, reached)))
    for what, last in rows:
        if last is not None:
            kind = MEETS_AS.get(what, Networking.INFORM)
            found[kind] = max(found.get(kind, 0), last.year)
    return found


def _animating() -> ScalarSelect[int]:
    return (
        select(func.count(TerritoryRole.id))
        .where(
            TerritoryRole.territory_id == Territory.id,
            TerritoryRole.ended_on.is_(None),
            TerritoryRole.role.in_((TerritoryRoleKind.PILOT, TerritoryRoleKind.FACILITATOR)),
        )
        .correlate(Territory)
        .scalar_subquery()
    )


def _engaged() -> ScalarSelect[int]:
    return (
        select(func.count(func.distinct(Partner.organisation_id)))
        .join(Organisation, Organisation.id == Partner.organisation_id)
        .join(Project, Project.id == Partner.project_id)
        .where(
            Partner.territory_id == Territory.id,
            Partner.state == PartnerState.CONFIRMED,
            Partner.role.in_(CARRYING),
            Organisation.kind == OrganisationKind.COMPANY,
            Project.state.in_(_PUBLISHED),
        )
        .correlate(Territory)
        .scalar_subquery()
    )


def _held(year: int) -> ScalarSelect[int]:
    """Meetings that took place in the year; nobody meets in the hours between two zones' years."""
    begins, ends = (datetime(one, 1, 1, tzinfo=UTC) for one in (year, year + 1))
    return (
        select(func.count(Meeting.id))
        .where(
            Meeting.territory_id == Territory.id,
            Meeting.state == MeetingState.HELD,
            Meeting.starts_at >= begins,
            Meeting.starts_at < ends,
        )
        .correlate(Territory)
        .scalar_subquery()
    )


def _synergies(session: Session, territory_id: int) -> list[tuple[datetime, datetime | None, bool]]:
    """(since when it works, when it was abandoned, whether the collectivité itself exchanges).

    What came in bulk left no trace in the journal: its creation stands for what is not told.
    """
    reached = _told(func.min(Change.at), "stage", *_WORKING)
    abandoned = _told(func.max(Change.at), "state", ProjectState.ABANDONED)
    rows = session.execute(
        select(
            Project.state,
            func.coalesce(reached, Project.created_at),
            func.coalesce(abandoned, Project.created_at),
            _own_flow(),
        ).where(
            Project.territory_id == territory_id,
            Project.kind == ProjectKind.SYNERGY,
            Project.stage.in_(_WORKING),
            Project.state.in_((*_PUBLISHED, ProjectState.ABANDONED)),
        )
    )
    return [
        (since, left if state is ProjectState.ABANDONED else None, own_flow)
        for state, since, left, own_flow in rows
    ]


def _told(when: Function[datetime], field: str, *values: str) -> ScalarSelect[datetime]:
    """When the journal says that a project's field took one of these values."""
    after = Change.fields[(field, 1)].as_string()
    return (
        select(when)
        .where(
            Change.entity == Project.__name__,
            Change.entity_id == Project.id,
            after.in_(values),
        )
        .correlate(Project)
        .scalar_subquery()
    )


def _own_flow() -> Exists:
    return (
        exists()
        .where(
            Flow.project_id == Project.id,
            and_(
                Organisation.id == Flow.organisation_id,
                Organisation.kind == OrganisationKind.COLLECTIVITE,
                organisation_territory.c.organisation_id == Organisation.id,
                organisation_territory.c.territory_id == Project.territory_id,
            ),
        )
        .correlate(Project)
    )
