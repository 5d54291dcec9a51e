"""What a project's partners have agreed to, and what waits for an agreement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased, joinedload

from app.accounts.kinds import AskKind, AskState
from app.accounts.models import Ask, Organisation, Person
from app.agreements.kinds import LIVE, CommitmentKind, GivenBy
from app.agreements.models import Commitment, Proposal
from app.agreements.rules import may_answer, may_conclude, may_withdraw
from app.core.viewer import Viewer
from app.plans.kinds import OPEN_STATUSES, PartnerState
from app.plans.models import Partner, Project, Step
from app.plans.rules import ENDED, acts_for

RECENT = 5


@dataclass(frozen=True)
class VoiceLine:
    """One organisation's answer to a proposal; `may_answer` when it is the viewer's to give."""

    ask: Ask
    organisation: str
    answered_by: str | None
    may_answer: bool


@dataclass(frozen=True)
class ProposalLine:
    proposal: Proposal
    partner: str | None
    voices: list[VoiceLine]
    may_withdraw: bool
    may_conclude: bool


@dataclass(frozen=True)
class CommitmentLine:
    """A yes that stands: `step` is the title of the step it is about, None for a part."""

    organisation: str
    step: str | None
    person: str | None
    noted_by: str | None
    given_by: GivenBy
    given_at: datetime
    text_version: str


@dataclass(frozen=True)
class Offer:
    """A step offered to another organisation that has not answered yet."""

    step: str
    step_public_id: str
    organisation: str
    asked_at: datetime


@dataclass(frozen=True)
class OwnStep:
    """An open step of one of the viewer's organisations, to which it has not said yes yet."""

    title: str
    public_id: str


@dataclass(frozen=True)
class Accords:
    live: list[ProposalLine]
    settled: list[ProposalLine]
    commitments: list[CommitmentLine]
    offers: list[Offer]
    own_steps: list[OwnStep]
    unconfirmed: int


def accords(session: Session, viewer: Viewer, project: Project, now: datetime) -> Accords:
    """Everything on one page, in six statements whatever the number of partners."""
    proposals = session.scalars(
        select(Proposal)
        .where(Proposal.project_id == project.id)
        .options(
            joinedload(Proposal.partner).joinedload(Partner.organisation),
            joinedload(Proposal.proposed_by),
        )
        .order_by(Proposal.id.desc())
    ).all()
    live = [one for one in proposals if one.state in LIVE]
    settled = [one for one in proposals if one.state not in LIVE][:RECENT]
    voices = _voices(session, viewer, [*live, *settled])
    return Accords(
        live=[_line(viewer, one, voices) for one in live],
        settled=[_line(viewer, one, voices) for one in settled],
        commitments=_commitments(session, project.id),
        offers=_offers(session, project.id, now),
        own_steps=_own_steps(session, viewer, project),
        unconfirmed=sum(
            partner.state in (PartnerState.APPROACHED, PartnerState.INVITED)
            for partner in project.partners
        ),
    )


def _line(viewer: Viewer, proposal: Proposal, voices: dict[int, list[VoiceLine]]) -> ProposalLine:
    return ProposalLine(
        proposal=proposal,
        partner=proposal.partner.organisation.name if proposal.partner else None,
        voices=voices.get(proposal.id, []),
        may_withdraw=may_withdraw(viewer, proposal),
        may_conclude=may_conclude(viewer, proposal),
    )


def _voices(
    session: Session, viewer: Viewer, proposals: Sequence[Proposal]
) -> dict[int, list[VoiceLine]]:
    rows = session.execute(
        select(Ask, Organisation.name, Person.name)
        .join(Organisation, Organisation.id == Ask.asked_organisation_id)
        .outerjoin(Person, Person.id == Ask.answered_by_id)
        .where(
            Ask.kind == AskKind.AGREEMENT,
            Ask.subject_kind == "proposal",
            Ask.subject_id.in_([one.id for one in proposals]),
        )
        .order_by(Ask.id)
    ).all()
    live = {one.id for one in proposals if one.state in LIVE}
    found: dict[int, list[VoiceLine]] = {}
    for ask, organisation, person in rows:
        mine = ask.subject_id in live and may_answer(viewer, ask)
        found.setdefault(ask.subject_id, []).append(VoiceLine(ask, organisation, person, mine))
    return found


def _commitments(session: Session, project_id: int) -> list[CommitmentLine]:
    noter = aliased(Person)
    rows = session.execute(
        select(
            Organisation.name,
            Step.title,
            Person.name,
            noter.name,
            Commitment.given_by,
            Commitment.given_at,
            Commitment.text_version,
        )
        .join(Organisation, Organisation.id == Commitment.organisation_id)
        .outerjoin(Person, Person.id == Commitment.person_id)
        .outerjoin(noter, noter.id == Commitment.noted_by_id)
        .outerjoin(
            Step, (Step.id == Commitment.subject_id) & (Commitment.kind == CommitmentKind.STEP)
        )
        .where(
            Commitment.project_id == project_id,
            Commitment.withdrawn_at.is_(None),
            (Step.id.is_(None)) | (Step.lead_organisation_id == Commitment.organisation_id),
        )
        .order_by(Organisation.search_key, Commitment.id)
    )
    return [CommitmentLine(*row) for row in rows]


def _own_steps(session: Session, viewer: Viewer, project: Project) -> list[OwnStep]:
    if project.state in ENDED:
        return []
    own = [one for one in viewer.organisations if acts_for(viewer, one, project)]
    promised = exists().where(
        Commitment.kind == CommitmentKind.STEP,
        Commitment.subject_id == Step.id,
        Commitment.organisation_id == Step.lead_organisation_id,
        Commitment.withdrawn_at.is_(None),
    )
    rows = session.execute(
        select(Step.title, Step.public_id)
        .where(
            Step.project_id == project.id,
            Step.lead_organisation_id.in_(own),
            Step.status.in_(OPEN_STATUSES),
            ~promised,
        )
        .order_by(Step.rank, Step.id)
    )
    return [OwnStep(*row) for row in rows]


def _offers(session: Session, project_id: int, now: datetime) -> list[Offer]:
    rows = session.execute(
        select(Step.title, Step.public_id, Organisation.name, Ask.asked_at)
        .join(Step, Step.id == Ask.subject_id)
        .join(Organisation, Organisation.id == Ask.asked_organisation_id)
        .where(
            Ask.kind == AskKind.HAND_OVER,
            Ask.subject_kind == "step",
            Ask.project_id == project_id,
            Ask.state == AskState.OPEN,
            Ask.expires_at > now,
        )
        .order_by(Ask.id)
    )
    return [Offer(*row) for row in rows]
