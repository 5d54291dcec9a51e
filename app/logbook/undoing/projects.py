"""Projects, their partners' parts, and flows that were taken back."""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.models import ActivityZone
from app.agreements.kinds import ProposalKind
from app.agreements.rules import is_own_affair, takes_agreement
from app.core.refusals import RefusedError
from app.core.viewer import Viewer
from app.journal.kinds import Action
from app.logbook.undoing.registry import Back, Undo, When
from app.plans.kinds import PartnerRole, PartnerState, ProjectState
from app.plans.models import Flow, Partner, Project, Theme
from app.plans.rules import (
    CARRYING,
    ENDED,
    acts_for,
    may_declare_flow,
    may_edit_project,
    may_reopen_project,
)
from app.plans.services.projects import (
    change_role,
    describe_project,
    hand_lead,
    launch_project,
    move_stage,
    pause_project,
    reopen_project,
)

_DESCRIBED = frozenset({"title", "description", "kind", "synergy_type", "theme_id", "zone_id"})
_STATE = frozenset({"state", "ended_reason"})


def _may_project(viewer: Viewer, back: Back) -> bool:
    if back.wanted.keys() <= _STATE:
        return may_reopen_project(viewer, back.row)
    return may_edit_project(viewer, back.row)


def _project_obstacle(_viewer: Viewer, back: Back) -> str | None:
    wanted = back.wanted.get("state")
    if wanted is ProjectState.DRAFT:
        return "Un projet lancé ne redevient pas un brouillon : ses partenaires l’ont vu."
    if wanted in ENDED:
        return "Clore ou abandonner se fait depuis la page du projet, pas d’ici."
    return None


def _run_project(session: Session, backs: list[Back], when: When) -> None:
    for one in backs:
        project, wanted = one.row, one.wanted
        if wanted.keys() & _DESCRIBED:
            _describe(session, project, one)
        if "stage" in wanted:
            move_stage(session, project, wanted["stage"], today=when.today)
        if "state" in wanted:
            _to_state(project, wanted["state"], when)


def _describe(session: Session, project: Project, back: Back) -> None:
    values = {name: back.wanted.get(name, getattr(project, name)) for name in _DESCRIBED}
    theme, zone = values["theme_id"], values["zone_id"]
    places = (
        (theme, Theme, Theme.plan_id == project.plan_id),
        (zone, ActivityZone, ActivityZone.territory_id == project.territory_id),
    )
    for row_id, model, own in places:
        if row_id is not None and not session.scalar(
            select(exists().where(model.id == row_id, own))
        ):
            raise RefusedError("L’axe ou la zone d’avant n’existe plus.")
    describe_project(project, seen_version=project.version, **values)


def _to_state(project: Project, state: ProjectState, when: When) -> None:
    if project.state in ENDED:
        reopen_project(project, now=when.now)
    if state is ProjectState.PAUSED:
        pause_project(project)
    elif project.state is ProjectState.PAUSED:
        launch_project(project, now=when.now)


PROJECT_UNDO = Undo(
    model=Project,
    fields=_DESCRIBED | _STATE | {"stage"},
    may=_may_project,
    obstacle=_project_obstacle,
    run=_run_project,
)


def _may_partner(viewer: Viewer, back: Back) -> bool:
    return may_edit_project(viewer, back.project)


def _partner_obstacle(viewer: Viewer, back: Back) -> str | None:
    if back.line.after("state") == PartnerState.RETIRED:
        return "Un partenaire retiré revient en étant ajouté de nouveau, et en confirmant."
    if "state" in back.wanted:
        return "Un accord ne s’annule pas d’ici : l’organisation peut se retirer du projet."
    if back.wanted["role"] in CARRYING and back.row.role not in CARRYING:
        return (
            "Cette place donne à lire des quantités : l’organisation doit la confirmer de nouveau."
        )
    own = is_own_affair(viewer, back.row, ProposalKind.ROLE, back.wanted["role"])
    if takes_agreement(back.project, back.row) and not own:
        return "Cela se décide avec les autres porteurs : proposez-le depuis la page du projet."
    return None


def _run_partner(_session: Session, backs: list[Back], _when: When) -> None:
    """The lead first, so that there is always one."""
    for one in sorted(backs, key=lambda one: one.wanted["role"] is not PartnerRole.LEAD):
        if one.wanted["role"] is PartnerRole.LEAD:
            hand_lead(_session, one.project, one.row)
        else:
            change_role(one.row, one.wanted["role"])
        _session.flush()


PARTNER_UNDO = Undo(
    model=Partner,
    fields=frozenset({"role", "state"}),
    may=_may_partner,
    obstacle=_partner_obstacle,
    run=_run_partner,
)


def _may_restore(viewer: Viewer, back: Back) -> bool:
    """Its own organisation alone: the quantity is its secret."""
    own = acts_for(viewer, back.wanted["organisation_id"], back.project)
    return own and may_declare_flow(viewer, back.project)


def _restore_obstacle(_viewer: Viewer, back: Back) -> str | None:
    staying = {
        one.organisation_id
        for one in back.project.partners
        if one.state is not PartnerState.RETIRED
    }
    if back.wanted["organisation_id"] not in staying:
        return "L’organisation de ce flux n’est plus partenaire du projet."
    return None


def _restore(session: Session, backs: list[Back], _when: When) -> None:
    """The row with its own id and its own day of opening: nobody reads it who did not before."""
    for one in backs:
        flow = Flow(
            id=one.line.entity_id,
            project_id=one.project.id,
            territory_id=one.project.territory_id,
            **one.wanted,
        )
        try:
            with session.begin_nested():
                session.add(flow)
        except IntegrityError:
            raise RefusedError("Ce flux est déjà revenu.") from None


FLOW_RESTORE = Undo(
    model=Flow,
    fields=frozenset(Flow.__tracked__),
    may=_may_restore,
    obstacle=_restore_obstacle,
    run=_restore,
    action=Action.REMOVED,
)
