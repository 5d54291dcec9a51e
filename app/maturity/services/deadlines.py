"""By when an item of a programme is to be there. Rights were checked, the caller commits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.refusals import RefusedError, StaleError
from app.frameworks.models import Node
from app.maturity.models import Assessment, Deadline
from app.maturity.services.assessing import require_open


def set_deadline(
    session: Session, assessment: Assessment, *, ref: str, due_on: date | None, seen: date | None
) -> None:
    """Give an item its date, or take it away (None). `seen` is the date that the form showed.

    Raises StaleError when somebody else changed it meanwhile, RefusedError when the year is
    frozen or the item is not in the framework.
    """
    require_open(session, assessment)
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
        session.add(_dated(assessment, ref, due_on))
    else:
        row.due_on = due_on
    session.flush()


def take_dates_over(
    session: Session, assessment: Assessment, dates: Mapping[str, date]
) -> dict[str, date]:
    """Give items that have no date these ones, by ref; those that were given.

    A date that somebody set meanwhile stays. Raises RefusedError when the year is frozen.
    """
    require_open(session, assessment)
    has = set(session.scalars(select(Deadline.ref).where(Deadline.assessment_id == assessment.id)))
    known = set(session.scalars(select(Node.ref).where(Node.version_id == assessment.version_id)))
    taken = {ref: day for ref, day in dates.items() if ref in known - has}
    session.add_all(_dated(assessment, ref, day) for ref, day in taken.items())
    session.flush()
    return taken


def drop_dates(session: Session, assessment: Assessment, dates: Mapping[str, date]) -> None:
    """Take back those of these dates that nobody has moved since."""
    require_open(session, assessment)
    rows = session.scalars(
        select(Deadline).where(
            Deadline.assessment_id == assessment.id, Deadline.ref.in_(sorted(dates))
        )
    )
    for row in rows:
        if row.due_on == dates[row.ref]:
            session.delete(row)
    session.flush()


def _dated(assessment: Assessment, ref: str, due_on: date) -> Deadline:
    return Deadline(
        assessment_id=assessment.id,
        territory_id=assessment.territory_id,
        ref=ref,
        due_on=due_on,
    )
