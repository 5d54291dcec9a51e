"""Counts over a territory's data that a framework's criteria may ask for by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Exists, Function, ScalarSelect, and_, exists, func, select
from sqlalchemy.orm import Session

from app.accounts.kinds import OrganisationKind, TerritoryRoleKind
from app.accounts.models import Organisation, Territory, TerritoryRole, organisation_territory
from app.core.clock import local_day
from app.initiatives.kinds.meetings import MeetingState
from app.initiatives.models import Meeting
from app.journal.models import Change
from app.plans.kinds import PartnerState, ProjectKind, ProjectState, Stage
from app.plans.models import Flow, Partner, Project
from app.plans.rules import CARRYING

_WORKING = (Stage.OPERATIONAL, Stage.LASTING)
_PUBLISHED = (ProjectState.ACTIVE, ProjectState.CLOSED)


@dataclass(frozen=True)
class TerritoryFacts:
    """The territory's clock, and its counts by the name that `indicateur` gives them."""

    time_zone: str
    counts: dict[str, int]


def territory_facts(session: Session, territory_id: int, year: int) -> TerritoryFacts:
    """Two statements whatever the number of projects.

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
        {
            "animation_nommee": animating,
            "entreprises_engagees": engaged,
            "rencontres_tenues_annee": held,
            "synergies_operationnelles_annee": len(working),
            "synergies_collectivite": sum(working),
        },
    )


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
