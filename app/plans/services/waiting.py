"""Steps that wait for others. Verbs: rights were checked, the caller commits."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.refusals import RefusedError
from app.plans.models import Dependency, Project, Step
from app.plans.order import closes_circle
from app.plans.queries.order import followers, waits_in
from app.plans.services.steps import reschedule_step


def wait_for(session: Session, step: Step, awaited: Step) -> Dependency | None:
    """The step begins once `awaited` is done; None where it waits for it already.

    Raises RefusedError for a circle, and for steps of two projects.
    """
    if step.project_id != awaited.project_id:
        raise RefusedError("Une étape n’attend que des étapes du même projet.")
    session.execute(select(Project.id).where(Project.id == step.project_id).with_for_update())
    waits = waits_in(session, step.project_id)
    if awaited.id in waits.get(step.id, ()):
        return None
    if closes_circle(waits, step.id, awaited.id):
        raise RefusedError(
            f"« {awaited.title} » attend déjà « {step.title} » : l’une attendrait l’autre sans fin."
        )
    made = Dependency(
        project_id=step.project_id,
        territory_id=step.territory_id,
        step_id=step.id,
        awaited_id=awaited.id,
    )
    session.add(made)
    session.flush()
    return made


def stop_waiting(session: Session, step: Step, awaited: Step) -> None:
    found = session.scalar(
        select(Dependency).where(Dependency.step_id == step.id, Dependency.awaited_id == awaited.id)
    )
    if found is not None:
        session.delete(found)
        session.flush()


def move_followers(
    session: Session,
    step: Step,
    *,
    planned: date | None,
    chosen: Collection[str],
    now: datetime,
    zone: str,
) -> list[Step]:
    """Move those of the followers that are chosen by public id; answers them.

    The days are computed anew from what stands, so that nobody moves a step twice.
    """
    session.execute(select(Project.id).where(Project.id == step.project_id).with_for_update())
    assert step.due_on is not None
    found = followers(session, step, planned=planned, expected=step.due_on, zone=zone)
    ids = [slip.id for slip in found]
    steps = {
        one.id: one
        for one in session.scalars(
            select(Step).where(Step.id.in_(ids)).order_by(Step.id).with_for_update()
        )
    }
    moved = []
    for slip in found:
        one = steps[slip.id]
        if one.public_id in chosen:
            reschedule_step(session, one, due_on=slip.to, now=now)
            moved.append(one)
    return moved
