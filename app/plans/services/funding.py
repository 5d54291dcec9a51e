"""Writes a project's budget and its funding lines. Rights were checked, the caller commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.folding import fold
from app.core.refusals import RefusedError, require_version
from app.plans.kinds import FundingState
from app.plans.models import Funding, Project

# the tracker goes out with two columns for each
MOST_LINES = 50


@dataclass(frozen=True)
class FundingText:
    """What the form says of one line; amounts in cents, None where nobody has said them."""

    funder: str
    organisation_id: int | None
    amount_cents: int | None
    spent_cents: int | None
    state: FundingState


def plan_budget(project: Project, *, seen_version: int | None, cents: int | None) -> None:
    """Say what the project is to cost. Raises StaleError when the form is out of date."""
    require_version(project.version, seen_version)
    project.budget_cents = cents


def add_funding(session: Session, project: Project, text: FundingText) -> Funding:
    """One more line, after the others."""
    line = Funding(project_id=project.id, territory_id=project.territory_id)
    line.rank = _next_rank(session, project.id)
    _say(line, text)
    session.add(line)
    session.flush()
    return line


def change_funding(line: Funding, *, seen_version: int | None, text: FundingText) -> None:
    """What is known of a line now. Raises StaleError when the form is out of date."""
    if line.removed_at is not None:
        raise RefusedError("Ce financement a été retiré entre-temps.")
    require_version(line.version, seen_version)
    _say(line, text)


def remove_funding(line: Funding, *, now: datetime) -> None:
    """Take a line off the budget; it is kept, so that it can come back."""
    if line.removed_at is None:
        line.removed_at = now


def restore_funding(session: Session, line: Funding) -> None:
    """Put a line back where it stood."""
    if line.removed_at is not None:
        _next_rank(session, line.project_id)
        line.removed_at = None


def _say(line: Funding, text: FundingText) -> None:
    line.funder, line.organisation_id = text.funder, text.organisation_id
    line.amount_cents, line.spent_cents = text.amount_cents, text.spent_cents
    line.state = text.state


def _next_rank(session: Session, project_id: int) -> int:
    """Behind the project's last line, while there is room; whoever else adds one waits."""
    session.execute(select(Project.id).where(Project.id == project_id).with_for_update())
    count, last = session.execute(
        select(func.count(), func.max(Funding.rank)).where(
            Funding.project_id == project_id, Funding.removed_at.is_(None)
        )
    ).one()
    if count >= MOST_LINES:
        raise RefusedError("Un projet tient au plus 50 financements : regroupez les plus petits.")
    return (last or 0) + 1


def write_fundings(
    session: Session,
    project: Project,
    known: Sequence[Funding],
    wanted: Sequence[tuple[str, int | None]],
    *,
    now: datetime,
) -> None:
    """The funders as a tracker has them, in this order; what else was noted of one stays."""
    left = list(known)
    for rank, (funder, cents) in enumerate(wanted, start=1):
        line = next((one for one in left if fold(one.funder) == fold(funder)), None)
        if line is None:
            line = Funding(project_id=project.id, territory_id=project.territory_id)
            session.add(line)
        else:
            left.remove(line)
        line.rank, line.funder, line.amount_cents = rank, funder, cents
    for one in left:
        remove_funding(one, now=now)
    session.flush()
