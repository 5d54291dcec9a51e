"""Every figure that a condition of the démarche rests on, counted in one statement."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from app.accounts.kinds import OrganisationKind
from app.accounts.models import Organisation, organisation_territory
from app.accounts.portrait import parts
from app.core.clock import local_day
from app.initiatives.conditions import Figure, months_before, outline
from app.initiatives.kinds.campaigns import ContactState
from app.initiatives.kinds.leads import LeadState
from app.initiatives.kinds.meetings import GroupKind, MeetingKind, MeetingState
from app.initiatives.kinds.notes import NoteKind, NoteVisibility
from app.initiatives.kinds.stages import Known
from app.initiatives.models import (
    Campaign,
    CampaignContact,
    ContactNote,
    GroupMember,
    Initiative,
    Meeting,
    Opportunity,
    Results,
    WorkingGroup,
    group_theme,
)
from app.plans.kinds import PartnerState, ProjectState, Stage, StepStatus
from app.plans.models import ActionPlan, Partner, Project, Step, Theme
from app.plans.rules import CARRYING

RUNNING = (ProjectState.ACTIVE, ProjectState.PAUSED, ProjectState.CLOSED)
WORKS = (Stage.OPERATIONAL, Stage.LASTING)


def figures_of(
    session: Session, plan: ActionPlan, found: Initiative | None, today: date
) -> dict[Known, Figure]:
    """What stands today; what there is nothing of counts 0."""
    zone_id = found.pilot_zone_id if found else None
    row = session.execute(
        select(
            *(count.label(name) for name, count in _people(plan, zone_id).items()),
            *(count.label(name) for name, count in _meetings(plan).items()),
            *(count.label(name) for name, count in _projects(plan, zone_id).items()),
        )
    ).one()
    zone = found.pilot_zone if found else None
    portrait = parts(zone) if zone else {}
    return {
        Known.PILOT_ZONE: Figure(int(zone is not None)),
        Known.ZONE_RECORD: Figure(sum(portrait.values()), len(portrait)),
        Known.STEERING: Figure(row.steering),
        Known.CONTACTED: Figure(row.contacted, row.companies),
        Known.GATHERINGS: Figure(row.gatherings),
        Known.LEADS: Figure(row.leads),
        Known.WORKSHOPS: Figure(row.workshops),
        Known.GROUPS: Figure(row.groups_ready),
        Known.PLANNED: Figure(row.planned, row.projects),
        Known.COMMITMENTS: Figure(row.confirmed, row.approached),
        Known.GROUPS_MET: Figure(row.groups_met, row.groups),
        Known.OPERATIONAL: Figure(row.operational),
        Known.HANDED_OVER: Figure(row.themes_over + row.leads_over),
        Known.RESULTS: _fresh(row.last_results, Known.RESULTS, plan, today),
        Known.PLENARY: _fresh(row.last_plenary, Known.PLENARY, plan, today),
    }


def _fresh(last: datetime | None, known: Known, plan: ActionPlan, today: date) -> Figure:
    """Whether the last time is recent enough, and its day."""
    if last is None:
        return Figure(0)
    months = next(n.months for one in outline() for n in one.needs if n.known is known)
    day = local_day(last, plan.territory.time_zone)
    return Figure(int(day >= months_before(today, months or 0)), day=day)


def _count(query: Select[Any]) -> ScalarSelect[int]:
    return select(func.count()).select_from(query.subquery()).scalar_subquery()


def _people(plan: ActionPlan, zone_id: int | None) -> dict[str, ColumnElement[Any]]:
    """The steering group, the companies of the pilot zone, and those spoken with."""
    companies = (
        select(Organisation.id)
        .join(organisation_territory)
        .where(
            organisation_territory.c.territory_id == plan.territory_id,
            Organisation.kind == OrganisationKind.COMPANY,
            Organisation.zone_id == zone_id,
        )
    )
    members = (
        select(GroupMember.organisation_id)
        .join(WorkingGroup)
        .where(
            WorkingGroup.territory_id == plan.territory_id,
            WorkingGroup.kind == GroupKind.STEERING,
            WorkingGroup.ended_on.is_(None),
        )
        .distinct()
    )
    return {
        "steering": _count(members),
        "companies": _count(companies) if zone_id else literal(0),
        "contacted": _count(companies.where(_spoken_with(plan))) if zone_id else literal(0),
    }


def _spoken_with(plan: ActionPlan) -> ColumnElement[bool]:
    """In a campaign, or by a call or a visit that others may read of."""
    by_campaign = exists().where(
        CampaignContact.organisation_id == Organisation.id,
        CampaignContact.state != ContactState.TO_CONTACT,
        CampaignContact.campaign_id == Campaign.id,
        Campaign.territory_id == plan.territory_id,
    )
    by_note = exists().where(
        ContactNote.organisation_id == Organisation.id,
        ContactNote.territory_id == plan.territory_id,
        ContactNote.kind.in_((NoteKind.CALL, NoteKind.VISIT)),
        ContactNote.visibility != NoteVisibility.AUTHOR,
    )
    return or_(by_campaign.correlate(Organisation), by_note.correlate(Organisation))


def _meetings(plan: ActionPlan) -> dict[str, ColumnElement[Any]]:
    """Meetings that were held, the groups that they are of, and what was mailed."""
    held = select(Meeting.id).where(
        Meeting.territory_id == plan.territory_id, Meeting.state == MeetingState.HELD
    )
    groups = select(WorkingGroup.id).where(
        WorkingGroup.territory_id == plan.territory_id,
        WorkingGroup.kind == GroupKind.WORKING,
        WorkingGroup.ended_on.is_(None),
    )
    met = exists().where(Meeting.group_id == WorkingGroup.id, Meeting.state == MeetingState.HELD)
    themed = exists().where(group_theme.c.group_id == WorkingGroup.id)
    reported = or_(
        WorkingGroup.rapporteur_organisation_id.is_not(None),
        WorkingGroup.rapporteur_person_id.is_not(None),
    )
    return {
        "gatherings": _count(held.where(Meeting.kind == MeetingKind.GATHERING)),
        "workshops": _count(held.where(Meeting.kind == MeetingKind.WORKSHOP)),
        "groups": _count(groups),
        "groups_met": _count(groups.where(met.correlate(WorkingGroup))),
        "groups_ready": _count(groups.where(themed.correlate(WorkingGroup), reported)),
        "last_plenary": held.where(Meeting.kind == MeetingKind.PLENARY)
        .with_only_columns(func.max(Meeting.starts_at))
        .scalar_subquery(),
        "last_results": select(func.max(Results.sent_at))
        .where(Results.territory_id == plan.territory_id)
        .scalar_subquery(),
    }


def _projects(plan: ActionPlan, zone_id: int | None) -> dict[str, ColumnElement[Any]]:
    """Leads, and the launched projects of the plan that come from one or stand in the zone."""
    leads = select(Opportunity.id).where(Opportunity.territory_id == plan.territory_id)
    running = select(Project.id).where(Project.plan_id == plan.id, Project.state.in_(RUNNING))
    from_lead = Project.id.in_(
        select(Opportunity.project_id).where(Opportunity.project_id.is_not(None))
    )
    own = running.where(or_(from_lead, Project.zone_id == zone_id) if zone_id else from_lead)
    dated = exists().where(
        Step.project_id == Project.id,
        Step.status != StepStatus.ABANDONED,
        or_(Step.due_on.is_not(None), Step.due_text.is_not(None)),
    )
    partners = select(Partner.id).where(
        Partner.project_id.in_(own),
        Partner.role.in_(CARRYING),
        Partner.state != PartnerState.RETIRED,
    )
    taken_over = select(Theme.id).where(
        Theme.plan_id == plan.id, Theme.lead_organisation_id.is_not(None)
    )
    return {
        "leads": _count(leads),
        "projects": _count(own),
        "planned": _count(own.where(dated.correlate(Project))),
        "approached": _count(partners),
        "confirmed": _count(partners.where(Partner.state == PartnerState.CONFIRMED)),
        "operational": _count(running.where(Project.stage.in_(WORKS))),
        "themes_over": _count(taken_over),
        "leads_over": _count(leads.where(Opportunity.state == LeadState.PASSED_ON)),
    }
