"""A year that was opened for nothing is as if it had not been. The caller commits."""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.core.refusals import RefusedError
from app.files.models import Document
from app.frameworks.models import FrameworkVersion
from app.maturity.models import Assessment, Criterion, Deadline
from app.maturity.services.assessing import require_open
from app.maturity.shelf import KIND


def take_opening_back(session: Session, assessment: Assessment) -> None:
    """Undo the opening of a year in which nobody has done anything.

    Raises RefusedError once it is frozen, or holds a date, a file or a word of its own.
    """
    require_open(session, assessment)
    if _is_used(session, assessment):
        raise RefusedError("Cette année a déjà servi\u202f: elle reste ouverte.")
    for row in _criteria(session, assessment):
        session.delete(row)
    session.flush()
    session.delete(assessment)
    session.flush()


def _is_used(session: Session, assessment: Assessment) -> bool:
    dated = exists().where(Deadline.assessment_id == assessment.id)
    filed = exists().where(Document.subject_kind == KIND, Document.subject_id == assessment.id)
    if session.scalar(select(dated | filed)):
        return True
    before = _said_before(session, assessment)
    return any(
        row.version > 1 or (row.ref, row.confirmed_at) not in before
        for row in _criteria(session, assessment)
    )


def _criteria(session: Session, assessment: Assessment) -> list[Criterion]:
    query = select(Criterion).where(Criterion.assessment_id == assessment.id)
    return list(session.scalars(query.order_by(Criterion.id)))


def _said_before(session: Session, assessment: Assessment) -> set[tuple[str, object]]:
    """What earlier years said, by item and instant: opening copies it and changes neither."""
    this = select(FrameworkVersion.framework_id).where(FrameworkVersion.id == assessment.version_id)
    rows = session.execute(
        select(Criterion.ref, Criterion.confirmed_at)
        .join(Assessment, Assessment.id == Criterion.assessment_id)
        .join(FrameworkVersion, FrameworkVersion.id == Assessment.version_id)
        .where(
            Assessment.territory_id == assessment.territory_id,
            Assessment.year < assessment.year,
            FrameworkVersion.framework_id == this.scalar_subquery(),
        )
    )
    return {(ref, at) for ref, at in rows}
