"""The sheets to copy from: fourteen statements at most, whatever the plan's size."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.kinds import OrganisationKind, TerritoryRoleKind
from app.accounts.models import ActivityZone, Organisation, Territory, TerritoryRole
from app.core import clock
from app.initiatives.kinds.meetings import MeetingKind, MeetingState
from app.initiatives.models import Meeting
from app.plans.kinds import (
    BarrierKind,
    ElipseAxis,
    PartnerState,
    ProjectKind,
    ResourceKind,
    Stage,
    SynergyType,
)
from app.plans.models import ActionPlan, Barrier, Flow, Indicator, Project
from app.reports.figures import Period, period_of
from app.reports.naming import names_one_of
from app.reports.queries.contributions import contributions
from app.reports.queries.past import STANDING, PartnerThen, ProjectThen, projects_at, read_rows
from app.reports.records import (
    Facts,
    Key,
    OfProject,
    Records,
    SynergyRecord,
    Value,
    sorted_by_axis,
    told_of_projects,
)


class Place(NamedTuple):
    """Of a project, what the journal's reading does not tell."""

    kind: SynergyType | None
    since: date | None
    zone: str | None


Places = Mapping[int, Place]


def records(session: Session, territory: Territory, year: int, today: date) -> Records:
    """A year up to today, or the whole of one gone by; what stands as in the annual meeting."""
    period = period_of(year, today)
    until = clock.local_instant(period.last + timedelta(days=1), 0, territory.time_zone)
    now = projects_at(read_rows(session, territory.id, since=until, until=until), until)
    working = [project for project in now if project.is_working_synergy]
    found = contributions(session, territory.id, {year: now})[year]
    places = _places(session, territory.id)
    titles = {project.id: _title(project) for project in working}
    return Records(
        year=year,
        until=period.last,
        facts=_facts(session, territory, period, now, places),
        axes=sorted_by_axis(_indicators(session, territory.id, now), found, titles),
        synergies=_synergies(session, territory.id, period, working, places, found),
    )


def _title(project: ProjectThen) -> str | None:
    return None if names_one_of(project.title, _silent(project)) else project.title


def _silent(project: ProjectThen) -> list[str]:
    return [partner.name for partner in project.partners if not partner.named_publicly]


def _places(session: Session, territory_id: int) -> Places:
    rows = session.execute(
        select(Project.id, Project.synergy_type, Project.starts_on, ActivityZone.name)
        .outerjoin(ActivityZone, ActivityZone.id == Project.zone_id)
        .where(Project.territory_id == territory_id)
    )
    return {project_id: Place(kind, since, zone) for project_id, kind, since, zone in rows}


def _indicators(
    session: Session, territory_id: int, now: Iterable[ProjectThen]
) -> list[tuple[str, str, ElipseAxis | None]]:
    """Of the projects that stand in the plan; an abandoned one's figures are told nowhere."""
    standing = {project.id for project in now if project.state in STANDING}
    rows = session.execute(
        select(Indicator.project_id, Indicator.label, Indicator.unit, Indicator.axis).where(
            Indicator.territory_id == territory_id, Indicator.removed_at.is_(None)
        )
    )
    return [
        (label, unit.strip(), axis) for project, label, unit, axis in rows if project in standing
    ]


def _facts(
    session: Session,
    territory: Territory,
    period: Period,
    now: Sequence[ProjectThen],
    places: Places,
) -> Facts:
    begun, carrier = session.execute(
        select(ActionPlan.created_at, Organisation.name)
        .outerjoin(Organisation, Organisation.id == ActionPlan.lead_organisation_id)
        .where(ActionPlan.territory_id == territory.id)
        .order_by(ActionPlan.created_at, ActionPlan.id)
        .limit(1)
    ).one_or_none() or (None, None)
    standing = [project for project in now if project.state in STANDING]
    synergies = [project for project in standing if project.kind is ProjectKind.SYNERGY]
    kinds = Counter(kind for p in synergies if (kind := places[p.id].kind))
    stages = Counter(project.stage for project in synergies)
    return Facts(
        territory=territory.name,
        siren=territory.siren,
        animators=_animators(session, territory.id),
        since=clock.local_day(begun, territory.time_zone) if begun else None,
        carrier=carrier or territory.name,
        partners=_by_kind(
            one
            for project in standing
            for one in project.partners
            if one.state is PartnerState.CONFIRMED
        ),
        zones=tuple(
            session.scalars(
                select(ActivityZone.name)
                .where(ActivityZone.territory_id == territory.id)
                .order_by(ActivityZone.name)
            )
        ),
        synergies=tuple((kind, kinds[kind]) for kind in SynergyType),
        stages=tuple((stage, stages[stage]) for stage in Stage if stages[stage]),
        meetings=_held(session, territory, period),
    )


def _animators(session: Session, territory_id: int) -> int:
    return (
        session.scalar(
            select(func.count(TerritoryRole.person_id.distinct())).where(
                TerritoryRole.territory_id == territory_id,
                TerritoryRole.role.in_((TerritoryRoleKind.PILOT, TerritoryRoleKind.FACILITATOR)),
                TerritoryRole.ended_on.is_(None),
            )
        )
        or 0
    )


def _held(
    session: Session, territory: Territory, period: Period
) -> tuple[tuple[MeetingKind, int], ...]:
    begins = datetime(period.year, 1, 1, tzinfo=UTC)
    ends = datetime(period.year + 1, 1, 1, tzinfo=UTC)
    rows = session.execute(
        select(Meeting.kind, func.count(Meeting.id))
        .where(
            Meeting.territory_id == territory.id,
            Meeting.state == MeetingState.HELD,
            Meeting.starts_at >= begins,
            Meeting.starts_at < ends,
        )
        .group_by(Meeting.kind)
    )
    counted = {row[0]: int(row[1]) for row in rows}
    return tuple((kind, counted[kind]) for kind in MeetingKind if kind in counted)


def _by_kind(partners: Iterable[PartnerThen]) -> tuple[tuple[OrganisationKind, int], ...]:
    kinds = {partner.organisation_id: partner.kind for partner in partners}
    counted = Counter(kinds.values())
    return tuple((kind, counted[kind]) for kind in OrganisationKind if counted[kind])


def _synergies(
    session: Session,
    territory_id: int,
    period: Period,
    working: Sequence[ProjectThen],
    places: Places,
    found: Sequence[OfProject],
) -> tuple[SynergyRecord, ...]:
    flows: dict[int, list[tuple[ResourceKind, str]]] = defaultdict(list)
    for project_id, resource, label in session.execute(
        select(Flow.project_id, Flow.resource, Flow.label)
        .where(Flow.territory_id == territory_id)
        .order_by(Flow.id)
    ):
        flows[project_id].append((resource, label))
    shown, barriers = told_of_projects(found), _barriers(session, territory_id, period.last)
    return tuple(
        _synergy(one, places[one.id], flows[one.id], barriers[one.id], found, shown)
        for one in working
    )


def _barriers(session: Session, territory_id: int, until: date) -> dict[int, set[BarrierKind]]:
    """The kinds that each project met; what was said of them is its partners' own."""
    rows = session.execute(
        select(Barrier.project_id, Barrier.kind)
        .where(Barrier.territory_id == territory_id, Barrier.noted_on <= until)
        .distinct()
    )
    met: dict[int, set[BarrierKind]] = defaultdict(set)
    for project_id, kind in rows:
        met[project_id].add(kind)
    return met


def _synergy(
    project: ProjectThen,
    place: Place,
    flows: Iterable[tuple[ResourceKind, str]],
    barriers: Collection[BarrierKind],
    found: Iterable[OfProject],
    shown: Mapping[tuple[int, Key], Decimal],
) -> SynergyRecord:
    confirmed = [p for p in project.partners if p.state is PartnerState.CONFIRMED]
    named = tuple(p.name for p in confirmed if p.named_publicly)
    silent, keys = _silent(project), [one.key for one in found if one.project_id == project.id]
    results = tuple(
        Value(*key, shown[project.id, key], ()) for key in keys if (project.id, key) in shown
    )
    return SynergyRecord(
        public_id=project.public_id,
        title=_title(project),
        kind=place.kind or SynergyType.SHARING,
        stage=project.stage,
        since=place.since,
        theme=project.theme,
        zone=place.zone,
        partners=_by_kind(confirmed),
        named=named,
        unnamed=len(confirmed) - len(named),
        resources=tuple(
            (resource, None if names_one_of(label, silent) else label) for resource, label in flows
        ),
        barriers=tuple(kind for kind in BarrierKind if kind in barriers),
        results=results,
        withheld=len(keys) - len(results),
    )
