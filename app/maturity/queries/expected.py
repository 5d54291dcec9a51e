"""What the plan has given a day: meetings to be held, synergies to come into service."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Exists,
    ScalarSelect,
    Select,
    String,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from app.accounts.kinds import OrganisationKind
from app.accounts.models import Organisation, organisation_territory
from app.core.clock import local_day
from app.initiatives.kinds.meetings import MeetingKind, MeetingState
from app.initiatives.models import Meeting
from app.maturity.kinds import MEETS_AS, EvidenceKind
from app.maturity.outlook import Outlook, Promise, outlook
from app.maturity.queries.standing import Overview
from app.plans.conditions import ENOUGH
from app.plans.kinds import (
    OPEN_STATUSES,
    PartnerState,
    ProjectKind,
    ProjectState,
    Stage,
    StepStatus,
    SynergyType,
)
from app.plans.models import Exchange, Flow, Partner, Project, Step
from app.plans.rules import CARRYING


def promises(session: Session, territory_id: int, zone: str) -> list[Promise]:
    """Planned meetings, and synergies that their steps bring into service; one statement.

    A synergy is promised for the day of its last dated step where it runs, is being implemented,
    does not work yet, two carriers at least have confirmed, a milestone is open, each open
    milestone has a day and no open step is blocked. Days are those of the zone.
    """
    rows: list[Any] = list(
        session.execute(
            union_all(_meetings(territory_id), _steps(territory_id)).order_by("what", "of", "due")
        )
    )
    meetings = [
        Promise(
            EvidenceKind.MEETING,
            row.title,
            f"/rencontres/{row.of}",
            local_day(row.starts_at, zone),
            networking=MEETS_AS[MeetingKind(row.kind)],
        )
        for row in rows
        if row.what == EvidenceKind.MEETING
    ]
    return [*meetings, *_synergies(row for row in rows if row.what == EvidenceKind.STEP)]


def _synergies(steps: Iterable[Any]) -> Iterator[Promise]:
    """Of open steps, those of a project beside each other."""
    for of, rows in groupby(steps, key=lambda row: row.of):
        own = list(rows)
        milestones = [row for row in own if row.is_milestone]
        undated = any(row.due is None for row in milestones)
        blocked = any(row.kind == StepStatus.BLOCKED for row in own)
        if milestones and not undated and not blocked:
            yield Promise(
                EvidenceKind.PROJECT,
                own[0].title,
                f"/projets/{of}",
                max(row.due for row in own if row.due),
                own=own[0].own,
            )


def _meetings(territory_id: int) -> Select[Any]:
    return select(
        literal(EvidenceKind.MEETING.value).label("what"),
        Meeting.public_id.label("of"),
        Meeting.title.label("title"),
        type_coerce(Meeting.kind, String).label("kind"),
        Meeting.starts_at.label("starts_at"),
        cast(null(), Step.due_on.type).label("due"),
        false().label("is_milestone"),
        false().label("own"),
    ).where(Meeting.territory_id == territory_id, Meeting.state == MeetingState.PLANNED)


def _steps(territory_id: int) -> Select[Any]:
    """The open steps of synergies that may come into service."""
    return (
        select(
            literal(EvidenceKind.STEP.value),
            Project.public_id,
            Project.title,
            type_coerce(Step.status, String),
            cast(null(), Meeting.starts_at.type),
            Step.due_on,
            Step.is_milestone,
            type_coerce(_exchanges_itself(), Boolean),
        )
        .join(Step, Step.project_id == Project.id)
        .where(
            Project.territory_id == territory_id,
            Project.kind == ProjectKind.SYNERGY,
            Project.state == ProjectState.ACTIVE,
            Project.stage == Stage.IMPLEMENTATION,
            _confirmed() >= ENOUGH,
            ~_works(),
            Step.status.in_(OPEN_STATUSES),
        )
    )


def _confirmed() -> ScalarSelect[int]:
    """How many organisations have confirmed that they carry the project."""
    return (
        select(func.count(func.distinct(Partner.organisation_id)))
        .where(
            Partner.project_id == Project.id,
            Partner.state == PartnerState.CONFIRMED,
            Partner.role.in_(CARRYING),
        )
        .correlate(Project)
        .scalar_subquery()
    )


def _works() -> ColumnElement[bool]:
    """Whether its exchanges, past ones too, make it operational already (domain.md §2)."""
    users = (
        select(func.count(func.distinct(Exchange.user_id)))
        .where(
            Exchange.project_id == Project.id,
            or_(
                Project.synergy_type == SynergyType.SHARING,
                Exchange.giver_id != Exchange.user_id,
            ),
        )
        .correlate(Project)
        .scalar_subquery()
    )
    return users >= case((Project.synergy_type == SynergyType.SHARING, ENOUGH), else_=1)


def _exchanges_itself() -> Exists:
    """Whether the collectivité is to give or take something: it has declared a flow there."""
    return (
        exists()
        .where(
            Flow.project_id == Project.id,
            Organisation.id == Flow.organisation_id,
            Organisation.kind == OrganisationKind.COLLECTIVITE,
            organisation_territory.c.organisation_id == Organisation.id,
            organisation_territory.c.territory_id == Project.territory_id,
        )
        .correlate(Project)
    )


def outlooks(
    session: Session, territory_id: int, zone: str, found: Overview, today: date
) -> dict[str, Outlook]:
    """By framework key, what the plan will be worth at the end of each open year that is not
    over. No statement where none is."""
    by = date(found.year, 12, 31)
    is_over = by < today
    running = [one for one in found.standings if one.assessment and not one.frozen_on]
    if is_over or not running:
        return {}
    promised = promises(session, territory_id, zone)
    return {
        one.framework_key: outlook(
            found.grounds[one.framework_key], one, promised, today=today, by=by
        )
        for one in running
    }
