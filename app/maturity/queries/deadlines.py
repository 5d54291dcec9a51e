"""The dates that a year's assessment holds."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.maturity.models import Assessment, Deadline


def deadlines_of(session: Session, assessment: str | None) -> dict[str, date]:
    """By ref, of the assessment of this public id; none where nobody opened one."""
    rows = session.execute(
        select(Deadline.ref, Deadline.due_on)
        .join(Assessment, Assessment.id == Deadline.assessment_id)
        .where(Assessment.public_id == assessment)
    )
    return {row.ref: row.due_on for row in rows}
