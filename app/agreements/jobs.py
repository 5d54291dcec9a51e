"""What time alone decides: the last day for an objection is over, a new pilot has come in."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.services import asks
from app.agreements.kinds import ProposalState
from app.agreements.models import Proposal
from app.agreements.queries.piloting import unfinished
from app.agreements.services.piloting import FINISHED_WITHIN, release
from app.agreements.services.proposals import locked, settle
from app.journal.kinds import Via
from app.journal.recorder import acting

log = logging.getLogger(__name__)
MOST = 500
# a day is over everywhere on earth within this time
DAY_ENDS_WITHIN = timedelta(hours=14)


def settle_due(open_session: Callable[[], Session], now: datetime) -> int:
    """Settle each proposal whose day is over, one transaction each; answers how many moved.

    One that fails is logged and left for the next time; the others go on.
    """
    with open_session() as session:
        due = session.scalars(
            select(Proposal.id)
            .where(
                Proposal.state == ProposalState.OPEN,
                Proposal.open_until < (now + DAY_ENDS_WITHIN).date(),
            )
            .order_by(Proposal.id)
            .limit(MOST)
        ).all()
    moved = 0
    for proposal_id in due:
        try:
            with open_session() as session:
                acting(session, None, Via.JOB, now)
                proposal = locked(session, proposal_id)
                settle(session, proposal, now=now)
                moved += proposal.state is not ProposalState.OPEN
                session.commit()
        except Exception:  # one spoilt row must not stop the others
            log.exception("proposal %s could not be settled", proposal_id)
    return moved


def release_former_pilots(open_session: Callable[[], Session], now: datetime) -> int:
    """Whoever passed the piloting on becomes what she chose, once the new one has come in."""
    released = 0
    with open_session() as session:
        acting(session, None, Via.JOB, now)
        for ask in unfinished(session, now - FINISHED_WITHIN):
            released += release(session, asks.locked(session, ask.id), now)
        session.commit()
    return released
