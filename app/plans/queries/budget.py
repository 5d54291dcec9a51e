"""What the budget page of a project shows: one statement whatever the number of lines."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.plans.kinds import FundingState
from app.plans.models import Funding


class FundingLine(NamedTuple):
    """One funder, by today's name of its organisation where it is known here."""

    public_id: str
    funder: str
    amount_cents: int | None
    spent_cents: int | None
    state: FundingState


def funding_lines(session: Session, project_id: int) -> list[FundingLine]:
    rows = session.execute(
        select(
            Funding.public_id,
            func.coalesce(Organisation.name, Funding.funder),
            Funding.amount_cents,
            Funding.spent_cents,
            Funding.state,
        )
        .outerjoin(Organisation, Organisation.id == Funding.organisation_id)
        .where(Funding.project_id == project_id, Funding.removed_at.is_(None))
        .order_by(Funding.rank, Funding.id)
    )
    return [FundingLine._make(row) for row in rows]
