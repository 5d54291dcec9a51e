"""What time alone decides: the last day for an objection is over, a new pilot has come in."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
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

    def verb(session: Session, proposal_id: int) -> bool:
        proposal = locked(session, proposal_id)
        settle(session, proposal, now=now)
        return proposal.state is not ProposalState.OPEN

    return _each(open_session, due, "proposal", verb, now)


def release_former_pilots(open_session: Callable[[], Session], now: datetime) -> int:
    """Whoever passed the piloting on becomes what she chose, once the new one has come in."""
    with open_session() as session:
        waiting = [ask.id for ask in unfinished(session, now - FINISHED_WITHIN)]
    return _each(
        open_session,
        waiting,
        "hand-over",
        lambda session, ask_id: release(session, asks.locked(session, ask_id), now),
        now,
    )


def _each(
    open_session: Callable[[], Session],
    ids: Sequence[int],
    kind: str,
    verb: Callable[[Session, int], bool],
    now: datetime,
) -> int:
    """Run a verb on each, in a transaction of its own; answers how many it moved."""
    moved = 0
    for one in ids:
        try:
            with open_session() as session:
                acting(session, None, Via.JOB, now)
                moved += verb(session, one)
                session.commit()
        except Exception:  # one spoilt row must not stop the others
            log.exception("%s %s could not be settled", kind, one)
    return moved
