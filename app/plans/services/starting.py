"""Projects that start from a pattern or from another project. The caller checked rights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.accounts.labels import ORGANISATION_KINDS
from app.accounts.models import ActivityZone
from app.core.calendar import working_days_between
from app.plans.kinds import PartnerRole, PartnerState, StepStatus
from app.plans.models import (
    ActionPlan,
    Indicator,
    Project,
    SavedPattern,
    SavedRole,
    SavedStep,
    Theme,
)
from app.plans.patterns import Family, Pattern, PatternFlow, PatternStep, Role
from app.plans.services.projects import add_partner, open_project
from app.plans.services.steps import add_step, declare_flow

# of a project that nobody carries any more
NOBODY = Role("r0", "Chef de file", PartnerRole.LEAD)
# a part that somebody has to take; who looks on or pays is asked anew for each project
CAST = (PartnerRole.LEAD, PartnerRole.CO_OWNER, PartnerRole.CONTRIBUTOR)


@dataclass(frozen=True)
class Start:
    """Where and when a project starts. `cast`: the organisation that takes each role, by key."""

    title: str
    starts_on: date
    cast: Mapping[str, int]
    theme_id: int | None = None
    zone_id: int | None = None
    description: str = ""


def start_project(
    session: Session, plan: ActionPlan, pattern: Pattern, start: Start, *, now: datetime
) -> Project:
    """A draft with the pattern's partners, steps and flows. What nobody takes falls to the lead."""
    lead = start.cast[pattern.leading.key]
    project = open_project(
        session,
        plan=plan,
        title=start.title,
        kind=pattern.kind,
        synergy_type=pattern.synergy,
        lead_organisation_id=lead,
        now=now,
        description=start.description,
        theme_id=start.theme_id,
        zone_id=start.zone_id,
    )
    _invite(session, project, pattern, start)
    _plan_steps(session, project, pattern, start, now)
    _declare(session, project, pattern, start, now)
    return project


def _invite(session: Session, project: Project, pattern: Pattern, start: Start) -> None:
    """Whoever takes a role becomes a partner; who takes two has the first."""
    taken = {start.cast[pattern.leading.key]}
    for role in pattern.others:
        chosen = start.cast.get(role.key)
        if chosen is not None and chosen not in taken:
            add_partner(session, project, organisation_id=chosen, role=role.part)
            taken.add(chosen)


def _plan_steps(
    session: Session, project: Project, pattern: Pattern, start: Start, now: datetime
) -> None:
    lead, zone = start.cast[pattern.leading.key], project.plan.territory.holiday_zone
    for step in pattern.steps:
        add_step(
            session,
            project,
            title=step.title,
            lead_organisation_id=start.cast.get(step.role, lead),
            due_on=step.due_on(start.starts_on, zone),
            is_milestone=step.is_milestone,
            now=now,
        )


def _declare(
    session: Session, project: Project, pattern: Pattern, start: Start, now: datetime
) -> None:
    """What the roles that are taken propose and look for, without a quantity; what is measured."""
    for flow in pattern.flows:
        if flow.role in start.cast:
            declare_flow(
                session,
                project,
                organisation_id=start.cast[flow.role],
                direction=flow.direction,
                resource=flow.resource,
                label=flow.label,
                quantity=None,
                unit=None,
                now=now,
            )
    place = {"project_id": project.id, "territory_id": project.territory_id}
    session.add_all(
        Indicator(label=label, unit=unit, **place) for label, unit in pattern.indicators
    )


def outline_of(project: Project, *, since: date | None = None) -> Pattern:
    """A project as a pattern: its partners as roles, its dates as working days from `since`.

    Without `since`, from its first date. What was abandoned is left out; what was done is not.
    """
    first, zone = since or first_day([project]), project.territory.holiday_zone
    roles = _roles(project)
    leading = next((r.key for r in roles.values() if r.part is PartnerRole.LEAD), NOBODY.key)

    def after(due_on: date | None) -> int | None:
        return working_days_between(first, due_on, zone) if first and due_on else None

    return Pattern(
        key=project.public_id,
        family=Family.OWN,
        title=project.title,
        summary="",
        synergy=project.synergy_type,
        roles=tuple(roles.values()) or (NOBODY,),
        steps=tuple(
            PatternStep(
                step.title,
                roles[step.lead_organisation_id].key
                if step.lead_organisation_id in roles
                else leading,
                after(step.due_on),
                step.is_milestone,
            )
            for step in project.steps
            if step.status is not StepStatus.ABANDONED
        ),
        flows=tuple(
            PatternFlow(roles[flow.organisation_id].key, flow.direction, flow.resource, flow.label)
            for flow in project.flows
            if flow.organisation_id in roles
        ),
    )


def first_day(projects: Sequence[Project]) -> date | None:
    """The earliest date of their steps, leaving out what was abandoned."""
    return min(
        (
            step.due_on
            for project in projects
            for step in project.steps
            if step.due_on and step.status is not StepStatus.ABANDONED
        ),
        default=None,
    )


def _roles(project: Project) -> dict[int, Role]:
    """The part of each organisation that carries the project, under the name of its kind.

    Where the lead has left, the first of them stands in: somebody leads whatever is started.
    """
    live = [p for p in project.partners if p.state is not PartnerState.RETIRED and p.role in CAST]
    live.sort(key=lambda partner: partner.role is not PartnerRole.LEAD)
    kinds = Counter[str]()
    roles = {}
    for number, partner in enumerate(live):
        kind = str(ORGANISATION_KINDS[partner.organisation.kind])
        kinds[kind] += 1
        title = f"{kind} ({kinds[kind]})" if kinds[kind] > 1 else kind
        part = partner.role if number else PartnerRole.LEAD
        roles[partner.organisation_id] = Role(f"r{number}", title, part)
    return roles


def copy_project(
    session: Session,
    source: Project,
    plan: ActionPlan,
    *,
    title: str,
    zone: ActivityZone | None,
    starts_on: date,
    keep: Collection[int],
    lead_organisation_id: int,
    now: datetime,
    since: date | None = None,
) -> Project:
    """The same project elsewhere: a draft whose dates keep their distance in working days.

    `keep`: the organisations that are asked again; what the others did falls to the lead. No
    quantity, message or answer comes along.
    """
    pattern = outline_of(source, since=since)
    cast = {role.key: one for one, role in _roles(source).items() if one in keep}
    theme = source.theme if source.plan_id == plan.id else None
    start = Start(
        title=title,
        starts_on=starts_on,
        cast={**cast, pattern.leading.key: lead_organisation_id},
        theme_id=theme.id if theme else None,
        zone_id=zone.id if zone else None,
        description=source.description,
    )
    return start_project(session, plan, pattern, start, now=now)


def save_pattern(
    session: Session, project: Project, *, summary: str, person_id: int, now: datetime
) -> SavedPattern:
    """Keep a project's outline for the territory, without a name of anybody in its roles."""
    outline = outline_of(project)
    saved = SavedPattern(
        territory_id=project.territory_id,
        title=project.title,
        summary=summary.strip(),
        synergy_type=project.synergy_type,
        saved_by_id=person_id,
        saved_at=now,
    )
    saved.roles = [
        SavedRole(territory_id=project.territory_id, key=r.key, title=r.title, part=r.part)
        for r in outline.roles
    ]
    saved.steps = [
        SavedStep(
            territory_id=project.territory_id,
            place=place,
            title=step.title,
            role=step.role,
            after=step.after,
            is_milestone=step.is_milestone,
        )
        for place, step in enumerate(outline.steps)
    ]
    session.add(saved)
    session.flush()
    return saved


def suiting(pattern: Pattern, themes: Sequence[Theme]) -> int | None:
    """The id of the first axis of a plan that the pattern suits."""
    keys = {theme.key: theme.id for theme in themes if theme.key}
    return next((keys[key] for key in pattern.themes if key in keys), None)
