"""Who proposes, who answers for an organisation, who sees what is agreed (docs/roles.md)."""

from __future__ import annotations

from sqlalchemy import Select, and_, or_, select

from app.accounts.kinds import AskKind, TerritoryRoleKind
from app.accounts.models import Ask, Territory
from app.accounts.rules import may_animate, may_name
from app.agreements.kinds import LIVE, GivenBy, ProposalKind, ProposalState
from app.agreements.models import Commitment, Proposal
from app.agreements.subjects import TERRITORY
from app.core.viewer import Viewer
from app.plans.kinds import OPEN_STATUSES, PartnerRole, PartnerState, ProjectState
from app.plans.models import ActionPlan, Partner, Project, Step, Theme
from app.plans.rules import (
    CARRYING,
    ENDED,
    OWNING,
    acts_for,
    carries_project,
    may_edit_project,
    reads_steps,
    sees_project,
)

KINDS = (AskKind.AGREEMENT, AskKind.COMMITMENT, AskKind.HAND_OVER, AskKind.OPENING)


def visible_proposals(viewer: Viewer) -> Select[Proposal]:
    """Those of projects that the viewer drives or carries: who looks on is told the result."""
    return (
        select(Proposal).join(Proposal.project).where(sees_project(viewer), carries_project(viewer))
    )


def may_see_proposals(viewer: Viewer, project: Project) -> bool:
    """The predicate beside `visible_proposals`, for whoever sees the project."""
    return reads_steps(viewer, project)


def may_propose(viewer: Viewer, project: Project) -> bool:
    """Who drives the project, and its confirmed owners."""
    return may_edit_project(viewer, project)


def may_pass_on(viewer: Viewer, step: Step) -> bool:
    """Who edits the project, and members of the organisation that leads the step today."""
    own = acts_for(viewer, step.lead_organisation_id, step.project)
    return own or may_edit_project(viewer, step.project)


def answerable_asks(viewer: Viewer) -> Select[Ask]:
    """Questions of this room to the viewer's organisations; any member answers for their own.

    One put to a person by name is that person's alone; who observes a territory looks on there,
    unless they are asked to pilot it.
    """
    return select(Ask).where(
        Ask.kind.in_(KINDS),
        Ask.asked_organisation_id.in_(viewer.organisations),
        or_(Ask.asked_person_id.is_(None), Ask.asked_person_id == viewer.person_id),
        or_(Ask.territory_id.not_in(viewer.observes), Ask.subject_kind == TERRITORY),
    )


def may_answer(viewer: Viewer, ask: Ask) -> bool:
    """The predicate beside `answerable_asks`."""
    return (
        ask.kind in KINDS
        and ask.asked_organisation_id in viewer.organisations
        and ask.asked_person_id in (None, viewer.person_id)
        and (ask.territory_id not in viewer.observes or ask.subject_kind == TERRITORY)
    )


def may_withdraw(viewer: Viewer, proposal: Proposal) -> bool:
    """Who proposed it, while they may still propose."""
    own = proposal.proposed_by_id == viewer.person_id
    return proposal.state in LIVE and own and may_propose(viewer, proposal.project)


def may_conclude(viewer: Viewer, proposal: Proposal) -> bool:
    """What was objected to is settled by the meeting; who animates the territory notes it."""
    animates = proposal.territory_id in viewer.animates
    return proposal.state is ProposalState.OBJECTED and animates


def is_own_affair(viewer: Viewer, partner: Partner, kind: ProposalKind, role: PartnerRole) -> bool:
    """What an organisation does to its own part at once: leave it, or take a smaller one."""
    if not acts_for(viewer, partner.organisation_id, partner.project):
        return False
    return kind is ProposalKind.REMOVE or (
        kind is ProposalKind.ROLE and _weight(role) < _weight(partner.role)
    )


def takes_agreement(project: Project, partner: Partner | None) -> bool:
    """Nobody is asked about a draft, nor about a partner who has not confirmed a part."""
    if project.state is ProjectState.DRAFT:
        return False
    return partner is None or partner.state is PartnerState.CONFIRMED


def owners(project: Project) -> list[Partner]:
    """The partners that own it together: the confirmed lead and co-owners."""
    return [
        partner
        for partner in project.partners
        if partner.role in OWNING and partner.state is PartnerState.CONFIRMED
    ]


def speaks_for_project(viewer: Viewer, project: Project) -> set[int]:
    """The organisations whose agreement a proposer's own word gives."""
    if project.territory_id in viewer.observes:
        return set()
    return set(viewer.organisations)


def may_seek_word(viewer: Viewer, partner: Partner) -> bool:
    """Ask a partner to confirm, or note a yes that it said aloud: who edits the project."""
    return may_edit_project(viewer, partner.project)


def is_over(step: Step) -> bool:
    """Whether nobody can take a step on any more: it is done or given up, or its project ended."""
    return step.status not in OPEN_STATUSES or step.project.state in ENDED


def may_see_themes(viewer: Viewer, plan: ActionPlan) -> bool:
    """Whoever sees the plan, but for who looks on: who is behind is not for them."""
    return plan.territory_id not in viewer.observes


def drivable_themes(viewer: Viewer) -> Select[Theme]:
    """Themes of territories the viewer animates, and those their organisations have taken over.

    As everywhere, who observes a territory acts for no organisation there.
    """
    return select(Theme).where(
        or_(
            Theme.territory_id.in_(viewer.animates),
            and_(
                Theme.lead_organisation_id.in_(viewer.organisations),
                Theme.territory_id.not_in(viewer.observes),
            ),
        )
    )


def may_drive_theme(viewer: Viewer, theme: Theme) -> bool:
    """The predicate beside `drivable_themes`: pass it on, or give it back to the territory."""
    if theme.territory_id in viewer.animates:
        return True
    took_over = theme.lead_organisation_id in viewer.organisations
    return took_over and theme.territory_id not in viewer.observes


def may_hand_territory(viewer: Viewer, territory: Territory) -> bool:
    """Offer the piloting to somebody else: who has it."""
    return may_name(viewer, territory.id, TerritoryRoleKind.PILOT)


def may_ask_adherence(viewer: Viewer, territory: Territory) -> bool:
    """Ask organisations whether they adhere, note a yes said aloud: who animates the territory."""
    return may_animate(viewer, territory)


def may_adhere(viewer: Viewer, organisation_id: int, territory: Territory) -> bool:
    """Any member says yes for their own; who observes a territory looks on there."""
    return organisation_id in viewer.organisations and territory.id not in viewer.observes


def may_leave_charter(viewer: Viewer, given: Commitment, territory: Territory) -> bool:
    """Its managers, as they leave a project; and who animates, where the yes was merely noted."""
    own = given.organisation_id in viewer.manages and territory.id not in viewer.observes
    return own or (given.given_by is GivenBy.WORD and may_animate(viewer, territory))


def _weight(role: PartnerRole) -> int:
    """How much a part weighs: owning more than contributing, contributing more than following."""
    if role in OWNING:
        return 2
    return 1 if role in CARRYING else 0
