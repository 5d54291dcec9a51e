"""What people do with leads. Verbs: rights were checked, the caller commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, Territory
from app.core.folding import fold
from app.core.refusals import RefusedError, require_version
from app.initiatives.kinds.leads import LIVE, LeadState
from app.initiatives.models import LONGEST_LEAD, Opportunity
from app.plans.kinds import (
    FlowDirection,
    PartnerRole,
    PlanState,
    ProjectKind,
    ProjectState,
    ResourceKind,
    SynergyType,
)
from app.plans.models import ActionPlan, Project
from app.plans.services.projects import SECOND_TAP, abandon_project, add_partner, open_project

UNDO_WITHIN = timedelta(days=1)
# what is used together; all else goes from one to the other
SHARED = frozenset(
    {
        ResourceKind.LOGISTICS,
        ResourceKind.CAPACITY,
        ResourceKind.EXPERTISE,
        ResourceKind.EQUIPMENT,
        ResourceKind.SPACE,
        ResourceKind.SERVICE,
    }
)


@dataclass(frozen=True)
class Lead:
    """What a lead says; its words alone are enough."""

    title: str
    direction: FlowDirection | None = None
    resource: ResourceKind | None = None
    zone_id: int | None = None
    organisations: Sequence[Organisation] = ()


def capture(
    session: Session,
    *,
    territory_id: int,
    lead: Lead,
    brought_by_id: int,
    brought_by_organisation_id: int | None,
    now: datetime,
) -> Opportunity:
    """Keep a lead. The same words again within minutes are a second tap: they stand once."""
    words = _require_words(lead)
    # two taps at once wait for each other here
    session.execute(select(Territory.id).where(Territory.id == territory_id).with_for_update())
    twice = session.scalar(
        select(Opportunity).where(
            Opportunity.territory_id == territory_id,
            Opportunity.brought_by_id == brought_by_id,
            Opportunity.title == words,
            Opportunity.captured_at > now - SECOND_TAP,
        )
    )
    if twice is not None:
        return twice
    found = Opportunity(
        territory_id=territory_id,
        brought_by_id=brought_by_id,
        brought_by_organisation_id=brought_by_organisation_id,
        captured_at=now,
        state=LeadState.OPEN,
    )
    _write(found, lead)
    session.add(found)
    session.flush()
    return found


def _require_words(lead: Lead) -> str:
    words = " ".join(lead.title.split())[:LONGEST_LEAD]
    if not words:
        raise RefusedError("Écrivez la piste en quelques mots.")
    return words


def _write(found: Opportunity, lead: Lead) -> None:
    found.title = _require_words(lead)
    found.search_key = fold(found.title)
    found.direction = lead.direction
    found.resource = lead.resource
    found.zone_id = lead.zone_id
    found.organisations = list(lead.organisations)


def describe_lead(
    session: Session, found: Opportunity, *, seen_version: int | None, lead: Lead
) -> None:
    """Say it better. Raises StaleError when the form is out of date."""
    require_version(found.version, seen_version)
    _write(found, lead)
    session.flush()


def _require_undecided(found: Opportunity) -> None:
    if found.state not in LIVE:
        raise RefusedError("Cette piste est déjà décidée : rouvrez-la d’abord.")


def make_project(
    session: Session, found: Opportunity, *, own_organisation_id: int | None, now: datetime
) -> Project:
    """A draft with the lead's words, its zone and its organisations; nobody is mailed.

    Whoever makes it leads it at first, or else the first organisation of the lead.
    """
    _require_undecided(found)
    plan = session.scalar(
        select(ActionPlan)
        .where(ActionPlan.territory_id == found.territory_id, ActionPlan.state == PlanState.ACTIVE)
        .order_by(ActionPlan.id.desc())
        .limit(1)
    )
    if plan is None:
        raise RefusedError("Ouvrez d’abord le plan d’action : le projet y prendra place.")
    concerned = [one.id for one in found.organisations]
    lead_id = own_organisation_id or next(iter(concerned), None)
    if lead_id is None:
        raise RefusedError("Dites d’abord quelle organisation est concernée.")
    project = open_project(
        session,
        plan=plan,
        title=found.title[:200],
        kind=ProjectKind.SYNERGY,
        synergy_type=SynergyType.SHARING if found.resource in SHARED else SynergyType.SUBSTITUTION,
        lead_organisation_id=lead_id,
        zone_id=found.zone_id,
        now=now,
    )
    for organisation_id in concerned:
        if organisation_id != lead_id:
            role = PartnerRole.CONTRIBUTOR
            add_partner(session, project, organisation_id=organisation_id, role=role)
    found.state, found.project_id = LeadState.PROJECT, project.id
    found.reason = None
    session.flush()
    return project


def keep(session: Session, found: Opportunity) -> None:
    """« Garder pour plus tard »."""
    _require_undecided(found)
    found.state = LeadState.KEPT
    session.flush()


def refuse(session: Session, found: Opportunity, *, reason: str) -> None:
    """Set it aside, with the reason that the next reader will want."""
    _require_undecided(found)
    if not reason.strip():
        raise RefusedError("Dites en quelques mots pourquoi cette piste s’arrête.")
    found.state, found.reason = LeadState.REFUSED, reason.strip()[:400]
    session.flush()


def pass_on(session: Session, found: Opportunity, *, to: str, reason: str) -> None:
    """« Transmise hors démarche »: somebody else takes it up."""
    _require_undecided(found)
    if not to.strip():
        raise RefusedError("Dites à qui la piste est transmise.")
    found.state, found.passed_to = LeadState.PASSED_ON, to.strip()[:200]
    found.reason = reason.strip()[:400] or None
    session.flush()


def reopen_lead(session: Session, found: Opportunity) -> None:
    """Take a decision back: to be looked at again. A project of its own is set aside as a draft."""
    if found.project is not None:
        if found.project.state is not ProjectState.DRAFT:
            raise RefusedError("Son projet est lancé : il se suit et s’arrête à sa page.")
        abandon_project(found.project, reason="Redevenue une piste.")
    found.state, found.project_id = LeadState.OPEN, None
    found.reason = found.passed_to = None
    session.flush()


def forget(session: Session, found: Opportunity, *, now: datetime) -> None:
    """Take a capture back, as if it had not been written; within a day."""
    _require_undecided(found)
    if now - found.captured_at > UNDO_WITHIN:
        raise RefusedError("Cette piste a plus d’un jour : refusez-la plutôt, avec un motif.")
    session.delete(found)
    session.flush()
