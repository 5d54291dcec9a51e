"""Which steps of a project wait for which, as `order` thinks of them."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.calendar import next_working_day
from app.plans.kinds import OPEN_STATUSES
from app.plans.models import Dependency, Step
from app.plans.order import Dated, Slip, slips


def waits_in(session: Session, project_id: int) -> dict[int, set[int]]:
    """{step: the steps that it waits for} of a project."""
    waits: defaultdict[int, set[int]] = defaultdict(set)
    for link in session.execute(
        select(Dependency.step_id, Dependency.awaited_id).where(Dependency.project_id == project_id)
    ):
        waits[link.step_id].add(link.awaited_id)
    return dict(waits)


def followers(
    session: Session, step: Step, *, planned: date | None, expected: date, zone: str
) -> list[Slip]:
    """What moves in the project when a step planned for one day is done on another."""
    rows = session.execute(
        select(Step.id, Step.due_on, Step.status).where(Step.project_id == step.project_id)
    )
    dated = [
        Dated(row.id, planned if row.id == step.id else row.due_on, row.status in OPEN_STATUSES)
        for row in rows
    ]
    return slips(dated, waits_in(session, step.project_id), {step.id: expected}, zone)


def late_followers(session: Session, step: Step, *, today: date, zone: str) -> list[Slip]:
    """What slips since an open step is past its date: at best it is done on the next worked day."""
    if step.due_on is None or step.due_on >= today or step.status not in OPEN_STATUSES:
        return []
    best = next_working_day(today, zone)
    return followers(session, step, planned=step.due_on, expected=best, zone=zone)
