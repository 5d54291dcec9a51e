"""A status that was just given, or taken away, is as it was before. The caller commits."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.refusals import RefusedError
from app.journal.kinds import Action
from app.journal.models import Change
from app.journal.recorder import taking_back
from app.maturity.kinds import CriterionStatus
from app.maturity.models import Assessment, Criterion
from app.maturity.services.assessing import confirm_status, require_open

# as long as the journal takes entries back
UNDONE_WITHIN = timedelta(days=30)
MOVED_ON = "Ce n’est plus l’état actuel\u202f: quelqu’un a changé cela depuis. Rien n’est annulé."


def leaves_a_trace(session: Session, batch: str) -> bool:
    """Whether this act changed something: to confirm the same again changes nothing."""
    return session.scalar(select(Change.id).where(Change.batch == batch).limit(1)) is not None


def take_status_back(
    session: Session,
    assessment: Assessment,
    *,
    ref: str,
    batch: str,
    person_id: int | None,
    now: datetime,
) -> None:
    """Undo the last act on this node's status, where it is the one of this batch.

    A status that this act was the first to give goes; else what was said before stands again.
    Raises RefusedError when the year is frozen, when somebody has said something else since, or
    after a month.
    """
    require_open(session, assessment)
    row = session.scalar(
        select(Criterion).where(Criterion.assessment_id == assessment.id, Criterion.ref == ref)
    )
    last = _last(session, row) if row else None
    if row is None or last is None or last.batch != batch or last.at <= now - UNDONE_WITHIN:
        raise RefusedError(MOVED_ON)
    taking_back(session, batch)
    if last.action is Action.CREATED:
        session.delete(row)
        session.flush()
        return
    parts = _before(last, row, "fractions")
    confirm_status(
        session,
        assessment,
        ref=ref,
        status=CriterionStatus(_before(last, row, "status")),
        fractions=None if parts is None else [Decimal(part) for part in parts],
        concerned=_before(last, row, "concerned"),
        comment=_before(last, row, "comment") or "",
        text_id=_before(last, row, "text_id"),
        person_id=person_id,
        now=now,
        seen_version=row.version,
    )


def _last(session: Session, row: Criterion) -> Change | None:
    return session.scalar(
        select(Change)
        .where(Change.entity == Criterion.__name__, Change.entity_id == row.id)
        .order_by(Change.id.desc())
        .limit(1)
    )


def _before(last: Change, row: Criterion, name: str) -> Any:
    return last.fields[name][0] if name in last.fields else getattr(row, name)
