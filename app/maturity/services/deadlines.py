"""By when an item of a programme is to be there. Rights were checked, the caller commits."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.refusals import RefusedError, StaleError
from app.frameworks.models import Node
from app.maturity.models import Assessment, Deadline


def set_deadline(
    session: Session, assessment: Assessment, *, ref: str, due_on: date | None, seen: date | None
) -> None:
    """Give an item its date, or take it away (None). `seen` is the date that the form showed.

    Raises StaleError when somebody else changed it meanwhile, RefusedError when the year is
    frozen or the item is not in the framework.
    """
    session.refresh(assessment, with_for_update=True)
    if assessment.frozen_at is not None:
        raise RefusedError("Cette année est figée\u202f: elle ne change plus.")
    known = select(Node.id).where(Node.version_id == assessment.version_id, Node.ref == ref)
    if session.scalar(known) is None:
        raise RefusedError("Ce critère n’est pas dans ce référentiel.")
    row = session.scalar(
        select(Deadline).where(Deadline.assessment_id == assessment.id, Deadline.ref == ref)
    )
    if (row.due_on if row else None) != seen:
        raise StaleError
    if due_on is None:
        if row is not None:
            session.delete(row)
    elif row is None:
        session.add(
            Deadline(
                assessment_id=assessment.id,
                territory_id=assessment.territory_id,
                ref=ref,
                due_on=due_on,
            )
        )
    else:
        row.due_on = due_on
    session.flush()
