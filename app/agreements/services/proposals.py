"""Shared decisions: proposed, answered, taken effect or settled. The caller checked rights."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import AskKind, AskState
from app.accounts.models import Ask, Territory
from app.accounts.services import asks
from app.agreements.kinds import LIVE, ProposalKind, ProposalState
from app.agreements.models import Proposal
from app.agreements.outcome import Voice, open_until, outcome
from app.agreements.rules import owners, takes_agreement
from app.agreements.services import questions
from app.agreements.services.parts import leave, take_role
from app.agreements.services.telling import tell_asker
from app.core.clock import local_day
from app.core.refusals import RefusedError
from app.plans.kinds import PartnerRole, PartnerState
from app.plans.models import Partner, Project
from app.plans.rules import ENDED, OWNING
from app.plans.services.projects import (
    abandon_project,
    close_project,
    hand_lead,
    require_able_to_lead,
)

SUBJECT = "proposal"
TEXT_VERSION = "agreement-1"


@dataclass(frozen=True)
class Wanted:
    """What somebody wants decided: about the whole project, or about one partner in it."""

    kind: ProposalKind
    partner: Partner | None = None
    role: PartnerRole | None = None
    reason: str | None = None


def propose(
    session: Session,
    project: Project,
    wanted: Wanted,
    *,
    person_id: int,
    speaks_for: Collection[int],
    now: datetime,
) -> Proposal:
    """Put a decision to the other co-owners; with nobody to ask it takes effect at once.

    `speaks_for` are the proposer's organisations, whose agreement the proposal itself gives.
    Raises RefusedError for what cannot be decided, or is proposed already.
    """
    session.execute(select(Project.id).where(Project.id == project.id).with_for_update())
    _require_possible(session, project, wanted)
    proposal = _made(session, project, wanted, person_id=person_id, now=now)
    _ask_others(session, proposal, _asked(project, wanted, speaks_for), now=now)
    settle(session, proposal, now=now)
    return proposal


def _made(
    session: Session, project: Project, wanted: Wanted, *, person_id: int, now: datetime
) -> Proposal:
    """The proposal as it opens, with the last day for an objection."""
    territory = project.territory
    proposal = Proposal(
        territory_id=project.territory_id,
        project=project,
        kind=wanted.kind,
        partner=wanted.partner,
        subject_id=wanted.partner.id if wanted.partner else 0,
        role=wanted.role,
        reason=wanted.reason,
        proposed_by_id=person_id,
        proposed_at=now,
        open_until=open_until(local_day(now, territory.time_zone), territory.holiday_zone),
        state=ProposalState.OPEN,
    )
    session.add(proposal)
    session.flush()
    return proposal


def _ask_others(
    session: Session, proposal: Proposal, asked: Mapping[int, bool], *, now: datetime
) -> None:
    """One question to each organisation of `asked`; whether its silence would be no yes."""
    project = proposal.project
    for organisation_id, must_agree in asked.items():
        questions.put(
            session,
            kind=AskKind.AGREEMENT,
            subject=(SUBJECT, proposal.id),
            organisation_id=organisation_id,
            asker_id=proposal.proposed_by_id,
            place=(project.territory_id, project.id),
            text_version=TEXT_VERSION,
            payload={"must_agree": must_agree},
            now=now,
            expires_at=_end_of(proposal, project.territory),
        )


def speak(
    session: Session,
    proposal: Proposal,
    ask: Ask,
    *,
    agrees: bool,
    words: str | None,
    person_id: int,
    now: datetime,
) -> None:
    """An organisation's answer, also another one than it gave before.

    Raises RefusedError when the proposal is settled, or an objection says no reason.
    """
    locked(session, proposal.id)
    # read again behind the lock: of two taps at once, the first may have settled everything
    ask = asks.locked(session, ask.id)
    if ask.state is (AskState.ACCEPTED if agrees else AskState.DECLINED):
        return
    if proposal.state not in LIVE:
        raise RefusedError("Cette décision est déjà réglée.")
    if not (agrees or ask.payload.get("must_agree")):
        require_words(words)
    if ask.state is not AskState.OPEN or ask.expires_at <= now:
        ask.state, ask.answered_at, ask.answered_by_id = AskState.OPEN, None, None
        ask.expires_at = max(ask.expires_at, now + timedelta(minutes=1))
    if agrees:
        asks.accept(session, ask, person_id=person_id, now=now, words=words)
    else:
        asks.decline(session, ask, person_id=person_id, now=now, words=words)
    tell_asker(session, ask, now=now)


def require_words(words: str | None) -> None:
    if not (words or "").strip():
        raise RefusedError("Dites en quelques mots ce qui vous retient : la rencontre en parlera.")


def withdraw(session: Session, proposal: Proposal, *, now: datetime) -> None:
    """Its proposer takes it back; nothing has changed, nobody is asked any more."""
    locked(session, proposal.id)
    if proposal.state not in LIVE:
        raise RefusedError("Cette décision est déjà réglée.")
    _end(session, proposal, ProposalState.WITHDRAWN, now)


def conclude(session: Session, proposal: Proposal, *, adopted: bool, now: datetime) -> None:
    """What the meeting decided about an objection: it takes effect now, or is dropped."""
    locked(session, proposal.id)
    if proposal.state is not ProposalState.OBJECTED:
        raise RefusedError("Cette décision n’attend plus la rencontre.")
    if adopted:
        _take_effect(session, proposal, now)
    else:
        _end(session, proposal, ProposalState.DROPPED, now)


def settle(session: Session, proposal: Proposal, *, now: datetime) -> None:
    """Bring a live proposal to where its answers and its day have brought it."""
    if proposal.state not in LIVE:
        return
    today = local_day(now, proposal.project.territory.time_zone)
    reached = outcome(voices(session, proposal), is_over=today > proposal.open_until)
    match reached:
        case ProposalState.EFFECTIVE:
            _take_effect(session, proposal, now)
        case ProposalState.DROPPED | ProposalState.LAPSED:
            _end(session, proposal, reached, now)
        case _:
            proposal.state = reached
    session.flush()


def locked(session: Session, proposal_id: int) -> Proposal:
    """The proposal as it stands now; nobody else settles it until this transaction ends."""
    query = select(Proposal).where(Proposal.id == proposal_id).with_for_update()
    return session.scalars(query, execution_options={"populate_existing": True}).one()


def asks_of(session: Session, proposal: Proposal) -> list[Ask]:
    """The questions to the other organisations, in the order in which they were put."""
    return list(
        session.scalars(
            select(Ask)
            .where(
                Ask.kind == AskKind.AGREEMENT,
                Ask.subject_kind == SUBJECT,
                Ask.subject_id == proposal.id,
            )
            .order_by(Ask.id)
        )
    )


def voices(session: Session, proposal: Proposal) -> list[Voice]:
    return [
        Voice(ask.state, bool(ask.payload.get("must_agree"))) for ask in asks_of(session, proposal)
    ]


def _still_asked(session: Session, ask: Ask) -> bool:
    proposal = session.get(Proposal, ask.subject_id)
    return proposal is not None and proposal.state in LIVE


def _answered(session: Session, ask: Ask, now: datetime) -> None:
    settle(session, locked(session, ask.subject_id), now=now)


# a yes and a no alike: what follows is read from all the answers
HANDLER = asks.Handler(stands=_still_asked, run=_answered, refuse=_answered)


def _require_possible(session: Session, project: Project, wanted: Wanted) -> None:
    """Raise RefusedError for what the verb itself would refuse, before anybody is asked."""
    live = session.scalar(
        select(Proposal.id).where(
            Proposal.project_id == project.id,
            Proposal.kind == wanted.kind,
            Proposal.subject_id == (wanted.partner.id if wanted.partner else 0),
            Proposal.state.in_(LIVE),
        )
    )
    if live is not None:
        raise RefusedError("C’est déjà proposé : la réponse des co-porteurs est attendue.")
    if wanted.kind is ProposalKind.ABANDON and not (wanted.reason or "").strip():
        raise RefusedError("Dites en quelques mots pourquoi le projet s’arrête.")
    _require_standing(project, wanted.partner)
    partner = wanted.partner
    if partner is None:
        return
    if wanted.kind is ProposalKind.LEAD:
        require_able_to_lead(partner)
    elif partner.role is PartnerRole.LEAD or wanted.role is PartnerRole.LEAD:
        raise RefusedError("Passez d’abord le rôle de chef de file à un autre partenaire.")


def _require_standing(project: Project, partner: Partner | None) -> None:
    if project.state in ENDED:
        raise RefusedError("Ce projet est terminé entre-temps.")
    if partner is not None and partner.state is PartnerState.RETIRED:
        raise RefusedError("Ce partenaire s’est retiré entre-temps.")


def _asked(project: Project, wanted: Wanted, speaks_for: Collection[int]) -> dict[int, bool]:
    """The organisations to ask, with whether their silence would be no yes."""
    if not takes_agreement(project, wanted.partner):
        return {}
    asked = {one.organisation_id: False for one in owners(project)}
    if wanted.partner is not None:
        burden = wanted.kind is ProposalKind.LEAD or (wanted.role in OWNING)
        asked[wanted.partner.organisation_id] = burden
    return {one: must for one, must in asked.items() if one not in speaks_for}


def _take_effect(session: Session, proposal: Proposal, now: datetime) -> None:
    """Run the verb; where it has become impossible meanwhile, the proposal lapses and says why."""
    try:
        _run(session, proposal, now)
    except RefusedError as refusal:
        proposal.note = str(refusal)[:400]
        _end(session, proposal, ProposalState.LAPSED, now)
    else:
        _end(session, proposal, ProposalState.EFFECTIVE, now)


def _run(session: Session, proposal: Proposal, now: datetime) -> None:
    project, partner = proposal.project, proposal.partner
    _require_standing(project, partner)
    match proposal.kind:
        case ProposalKind.CLOSE:
            close_project(project)
        case ProposalKind.ABANDON:
            abandon_project(project, reason=proposal.reason or "")
        case ProposalKind.LEAD:
            assert partner is not None
            hand_lead(session, project, partner)
        case ProposalKind.REMOVE:
            assert partner is not None
            leave(session, partner, now=now)
        case ProposalKind.ROLE:
            assert partner is not None and proposal.role is not None
            take_role(session, partner, proposal.role, now=now)


def _end(session: Session, proposal: Proposal, state: ProposalState, now: datetime) -> None:
    proposal.state, proposal.settled_at = state, now
    for ask in asks_of(session, proposal):
        asks.withdraw(ask)
    session.flush()


def _end_of(proposal: Proposal, territory: Territory) -> datetime:
    """The last instant of the last day for an objection, where the territory is."""
    return datetime.combine(
        proposal.open_until + timedelta(days=1), time(), ZoneInfo(territory.time_zone)
    )
