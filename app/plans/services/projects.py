"""What people do to plans and projects. Verbs: rights were checked, the caller commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.folding import fold
from app.core.rank import between
from app.core.refusals import RefusedError, require_version
from app.plans.conditions import Condition, missing_rule
from app.plans.kinds import (
    PartnerRole,
    PartnerState,
    PlanState,
    ProjectKind,
    ProjectState,
    Stage,
    SynergyType,
)
from app.plans.models import ActionPlan, Comment, FlowAccess, Partner, Project, Theme
from app.plans.outline import Axis
from app.plans.queries.conditions import stage_facts
from app.plans.rules import CARRYING

# the same words of the same person within this time are a second tap on the same button
SECOND_TAP = timedelta(minutes=10)


def open_plan(session: Session, *, territory_id: int, title: str, now: datetime) -> ActionPlan:
    plan = ActionPlan(
        territory_id=territory_id, title=title.strip(), state=PlanState.ACTIVE, created_at=now
    )
    session.add(plan)
    session.flush()
    return plan


def add_theme(
    session: Session, plan: ActionPlan, *, title: str, key: str | None = None, aliases: str = ""
) -> Theme:
    theme = Theme(
        plan_id=plan.id,
        territory_id=plan.territory_id,
        key=key,
        title=title.strip(),
        aliases=aliases,
        rank=between(
            session.scalar(select(func.max(Theme.rank)).where(Theme.plan_id == plan.id)), None
        ),
    )
    session.add(theme)
    session.flush()
    return theme


def add_outline(session: Session, plan: ActionPlan, outline: Sequence[Axis]) -> None:
    """Give a plan the axes of an outline, in their order."""
    for axis in outline:
        add_theme(session, plan, title=axis.title, key=axis.key, aliases=" · ".join(axis.aliases))


def open_project(
    session: Session,
    *,
    plan: ActionPlan,
    title: str,
    kind: ProjectKind,
    synergy_type: SynergyType | None,
    lead_organisation_id: int,
    now: datetime,
    description: str = "",
    theme_id: int | None = None,
    zone_id: int | None = None,
) -> Project:
    """A draft « en discussion », carried by one organisation so far; a draft mails nobody."""
    project = Project(
        plan_id=plan.id,
        territory_id=plan.territory_id,
        theme_id=theme_id,
        zone_id=zone_id,
        title=title.strip(),
        description=description,
        kind=kind,
        synergy_type=synergy_type if kind is ProjectKind.SYNERGY else None,
        stage=Stage.DISCUSSION,
        state=ProjectState.DRAFT,
        rank=between(
            session.scalar(select(func.max(Project.rank)).where(Project.plan_id == plan.id)), None
        ),
        search_key=fold(title)[:400],
        created_at=now,
    )
    session.add(project)
    name_partner(session, project, organisation_id=lead_organisation_id, role=PartnerRole.LEAD)
    session.flush()
    return project


def describe_project(
    project: Project,
    *,
    seen_version: int | None,
    title: str,
    description: str,
    kind: ProjectKind,
    synergy_type: SynergyType | None,
    theme_id: int | None,
    zone_id: int | None,
) -> None:
    """Change what a project says of itself. Raises StaleError when the form is out of date."""
    require_version(project.version, seen_version)
    project.title = title.strip()
    project.search_key = fold(title)[:400]
    project.description = description
    project.kind = kind
    project.synergy_type = synergy_type if kind is ProjectKind.SYNERGY else None
    project.theme_id = theme_id
    project.zone_id = zone_id


def move_stage(session: Session, project: Project, stage: Stage, *, today: date) -> None:
    """Say how far a project is. « Opérationnelle » is a rule, not an opinion (domain.md §2)."""
    missing = missing_rule(stage, stage_facts(session, project, today))
    if missing is not None:
        raise RefusedError(_WITHOUT_RULE[missing])
    project.stage = stage


_WITHOUT_RULE = {
    Condition.EXCHANGED: "Une synergie d’échange est opérationnelle quand au moins un échange a "
    "lieu pour de vrai. Notez-le d’abord : qui fournit, qui reçoit, depuis quand.",
    Condition.SHARED: "Une mutualisation est opérationnelle quand au moins deux organisations "
    "s’en servent. Notez-les d’abord, avec la date.",
    Condition.TWO_CONFIRMED: "Une action est opérationnelle quand au moins deux partenaires "
    "confirmés y prennent part. Confirmez d’abord les partenaires.",
}


def launch_project(project: Project, *, now: datetime) -> None:
    """End the draft or the pause: the partners see the project and its steps count."""
    if project.state not in (ProjectState.DRAFT, ProjectState.PAUSED):
        raise RefusedError("Ce projet est déjà lancé.")
    project.state = ProjectState.ACTIVE
    project.active_since = now


def pause_project(project: Project) -> None:
    if project.state is not ProjectState.ACTIVE:
        raise RefusedError("Seul un projet actif se met en pause.")
    project.state = ProjectState.PAUSED


def abandon_project(project: Project, *, reason: str) -> None:
    """Stop for good, with the reason that the next reader will want."""
    if not reason.strip():
        raise RefusedError("Dites en quelques mots pourquoi le projet s’arrête.")
    project.state = ProjectState.ABANDONED
    project.ended_reason = reason.strip()


def close_project(project: Project) -> None:
    """What there was to do is done; the project stays readable."""
    project.state = ProjectState.CLOSED


def reopen_project(project: Project, *, now: datetime) -> None:
    if project.state not in (ProjectState.ABANDONED, ProjectState.CLOSED):
        raise RefusedError("Ce projet n’est pas terminé.")
    project.state = ProjectState.ACTIVE
    project.active_since = now
    project.ended_reason = None


def add_partner(
    session: Session, project: Project, *, organisation_id: int, role: PartnerRole
) -> Partner:
    """Name an organisation as a partner, « pressenti » until it confirms its part."""
    partner = name_partner(session, project, organisation_id=organisation_id, role=role)
    session.flush()
    return partner


def name_partner(
    session: Session, project: Project, *, organisation_id: int, role: PartnerRole
) -> Partner:
    """The same for a verb that flushes at its end: a table names thousands of them."""
    live = [p for p in project.partners if p.state is not PartnerState.RETIRED]
    if any(partner.organisation_id == organisation_id for partner in live):
        raise RefusedError("Cette organisation est déjà partenaire du projet.")
    if role is PartnerRole.LEAD and any(partner.role is PartnerRole.LEAD for partner in live):
        raise RefusedError("Le projet a déjà un chef de file.")
    partner = Partner(
        project=project,
        territory_id=project.territory_id,
        organisation_id=organisation_id,
        role=role,
        state=PartnerState.APPROACHED,
    )
    session.add(partner)
    return partner


def confirm_partner(
    partner: Partner, *, person_id: int | None, text_version: str, now: datetime
) -> None:
    """A deliberate yes: who, when, and to which wording."""
    if partner.state is PartnerState.RETIRED:
        raise RefusedError("Ce partenaire s’est retiré du projet.")
    if partner.state is not PartnerState.CONFIRMED:
        partner.state = PartnerState.CONFIRMED
        partner.confirmed_at = now
        partner.confirmed_by_id = person_id
        partner.text_version = text_version


def change_role(partner: Partner, role: PartnerRole) -> None:
    """Change a part. Taking the lead goes through `hand_lead`, so that there is always one."""
    if PartnerRole.LEAD in (partner.role, role) and partner.role is not role:
        raise RefusedError("Passez d’abord le rôle de chef de file à un autre partenaire.")
    if role in CARRYING and partner.role not in CARRYING:
        # a part that reads quantities is agreed to anew, and reads what is opened from then on
        partner.state, partner.confirmed_at = PartnerState.APPROACHED, None
    partner.role = role


def require_able_to_lead(partner: Partner) -> None:
    """Raise RefusedError for a partner that has not confirmed, or does not carry the project."""
    if partner.state is not PartnerState.CONFIRMED or partner.role not in CARRYING:
        raise RefusedError("Le chef de file doit être un partenaire confirmé qui porte le projet.")


def hand_lead(session: Session, project: Project, partner: Partner) -> None:
    """Another partner leads from now on; the former lead stays as a co-owner."""
    require_able_to_lead(partner)
    for other in project.partners:
        if other.role is PartnerRole.LEAD and other.state is not PartnerState.RETIRED:
            other.role = PartnerRole.CO_OWNER
    session.flush()  # the former lead goes first: the database allows one
    partner.role = PartnerRole.LEAD


def retire_partner(session: Session, partner: Partner, *, by_itself: bool = False) -> None:
    """Leave: the row stays in the history, and what was opened to it by name is closed.

    The lead may leave by itself, too: nobody is held in a project. Others cannot take it out.
    """
    if partner.role is PartnerRole.LEAD and not by_itself:
        raise RefusedError("Passez d’abord le rôle de chef de file à un autre partenaire.")
    partner.state = PartnerState.RETIRED
    opened = select(FlowAccess).where(
        FlowAccess.project_id == partner.project_id,
        FlowAccess.organisation_id == partner.organisation_id,
        FlowAccess.is_open,
    )
    for access in session.scalars(opened):
        access.is_open = False


def say(
    session: Session,
    project: Project,
    *,
    author_id: int,
    body: str,
    now: datetime,
    step_id: int | None = None,
) -> Comment:
    """Add a message. The same words again within minutes are a second tap: they stand once."""
    words = body.strip()
    if not words:
        raise RefusedError("Écrivez d’abord votre message.")
    session.execute(select(Project.id).where(Project.id == project.id).with_for_update())
    said = session.scalar(
        select(Comment).where(
            Comment.project_id == project.id,
            Comment.step_id.is_not_distinct_from(step_id),
            Comment.author_id == author_id,
            Comment.body == words,
            Comment.said_at > now - SECOND_TAP,
        )
    )
    if said is not None:
        return said
    comment = Comment(
        project_id=project.id,
        territory_id=project.territory_id,
        step_id=step_id,
        author_id=author_id,
        body=words,
        said_at=now,
    )
    session.add(comment)
    session.flush()
    return comment
