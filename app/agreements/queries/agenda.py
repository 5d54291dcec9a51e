"""What the next meeting has to settle: decisions that somebody objects to."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.accounts.kinds import AskKind, AskState
from app.accounts.models import Ask, Organisation
from app.agreements.kinds import ProposalState
from app.agreements.models import Proposal
from app.agreements.rules import visible_proposals
from app.core.viewer import Viewer
from app.plans.models import Partner


@dataclass(frozen=True)
class Item:
    """One decision for the meeting; `objections` are (organisation, its words)."""

    proposal: Proposal
    partner: str | None
    objections: list[tuple[str, str | None]]


def agenda(session: Session, viewer: Viewer, territory_id: int) -> list[Item]:
    """Those of a territory that this viewer may read, the longest waiting first."""
    proposals = session.scalars(
        visible_proposals(viewer)
        .where(Proposal.territory_id == territory_id, Proposal.state == ProposalState.OBJECTED)
        .options(
            contains_eager(Proposal.project),
            joinedload(Proposal.partner).joinedload(Partner.organisation),
            joinedload(Proposal.proposed_by),
        )
        .order_by(Proposal.id)
    ).all()
    if not proposals:
        return []
    objections: dict[int, list[tuple[str, str | None]]] = {}
    for proposal_id, organisation, words in session.execute(
        select(Ask.subject_id, Organisation.name, Ask.words)
        .join(Organisation, Organisation.id == Ask.asked_organisation_id)
        .where(
            Ask.kind == AskKind.AGREEMENT,
            Ask.subject_id.in_([one.id for one in proposals]),
            Ask.state == AskState.DECLINED,
        )
        .order_by(Ask.id)
    ):
        objections.setdefault(proposal_id, []).append((organisation, words))
    return [
        Item(
            one,
            one.partner.organisation.name if one.partner else None,
            objections.get(one.id, []),
        )
        for one in proposals
    ]
