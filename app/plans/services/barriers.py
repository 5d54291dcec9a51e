"""What holds a project up, and what lifts it. Verbs: rights were checked, the caller commits."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from app.core.refusals import RefusedError, require_version
from app.plans.kinds import BarrierKind, StepStatus
from app.plans.models import Barrier, Project, Step
from app.plans.services.steps import start_step


def note_barrier(
    session: Session,
    project: Project,
    *,
    kind: BarrierKind,
    note: str,
    lever: str,
    helper_id: int | None,
    person_id: int,
    today: date,
) -> Barrier:
    """What stands in the way of the whole project, what would lift it, and who can."""
    barrier = Barrier(
        project_id=project.id,
        territory_id=project.territory_id,
        kind=kind,
        note=note.strip(),
        lever=lever.strip(),
        helper_id=helper_id,
        noted_on=today,
        noted_by_id=person_id,
    )
    session.add(barrier)
    session.flush()
    return barrier


def describe_barrier(
    barrier: Barrier,
    *,
    seen_version: int | None,
    kind: BarrierKind,
    note: str,
    lever: str,
    helper_id: int | None,
) -> None:
    """Raises StaleError when the form is out of date."""
    require_version(barrier.version, seen_version)
    barrier.kind, barrier.note, barrier.lever = kind, note.strip(), lever.strip()
    barrier.helper_id = helper_id


def lift_barrier(barrier: Barrier, *, how: str, today: date) -> None:
    """It no longer holds; `how` is what the next one in its place will want to read."""
    if barrier.lifted_on is not None:
        raise RefusedError("Ce frein est déjà levé.")
    barrier.lifted_on, barrier.lifted_how = max(today, barrier.noted_on), how.strip()


def bring_back(barrier: Barrier) -> None:
    barrier.lifted_on, barrier.lifted_how = None, ""


def unblock(
    session: Session, step: Step, *, how: str, person_id: int, today: date
) -> Barrier | None:
    """The step goes on; what lifted its barrier is kept where somebody said it."""
    if step.status is not StepStatus.BLOCKED:
        raise RefusedError("Cette étape n’est plus bloquée.")
    kept = None
    if how.strip():
        kept = Barrier(
            project_id=step.project_id,
            territory_id=step.territory_id,
            step_id=step.id,
            kind=step.barrier or BarrierKind.ORGANISATION,
            note=step.barrier_note or step.title,
            lever=step.lever or "",
            noted_on=min(step.blocked_on or today, today),
            noted_by_id=person_id,
            lifted_on=today,
            lifted_how=how.strip(),
        )
        session.add(kept)
    start_step(session, step)
    return kept
