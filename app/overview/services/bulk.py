"""One change to many steps at once, by the verbs that change one. The caller commits."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.core.calendar import working_days_earlier, working_days_later
from app.core.refusals import RefusedError
from app.core.viewer import Viewer
from app.journal.recorder import in_batch
from app.overview.kinds import Bulk
from app.plans.models import Step
from app.plans.queries.addressees import addressees_of
from app.plans.queries.project import editable_steps
from app.plans.rules import may_edit_step, may_report
from app.plans.services.for_you import tell_entrusted
from app.plans.services.steps import (
    abandon_step,
    complete_step,
    describe_step,
    hand_step,
    reschedule_step,
    start_step,
)

MOST = 500
FURTHEST = 260
NOT_YOURS = "vous n’y avez pas la main"
NO_DATE = "sans date"
NO_CHANGE = "déjà ainsi"
_REPORTS = (Bulk.DONE, Bulk.STARTED)


@dataclass(frozen=True)
class Change:
    """What to do: to whom, until when, or by how many working days, as `how` needs it."""

    how: Bulk
    organisation_id: int = 0
    person_id: int | None = None
    due_on: date | None = None
    days: int = 0


@dataclass
class Outcome:
    """`batch` is the journal's; `left` are (title, why) of the steps that stayed as they were;
    `told` are who hears by mail that some are theirs."""

    batch: str
    done: int = 0
    left: list[tuple[str, str]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


def locked_steps(
    session: Session, viewer: Viewer, plan_id: int, public_ids: Sequence[str]
) -> Sequence[Step]:
    """Those of the plan that the viewer reads, in the order of their ids, ours until the commit."""
    query = editable_steps(viewer).where(
        Step.public_id.in_(public_ids), Step.project.has(plan_id=plan_id)
    )
    locked = query.order_by(Step.id).with_for_update(of=Step)
    found = session.scalars(locked.execution_options(populate_existing=True))
    return found.unique().all()


def change_steps(
    session: Session,
    viewer: Viewer,
    steps: Sequence[Step],
    change: Change,
    *,
    zone: str,
    today: date,
    now: datetime,
) -> Outcome:
    """Every step that it can be done to; `zone` is the territory's, of holidays.

    Raises RefusedError where it can be done to none, whoever asks.
    """
    _require_sense(change, today)
    if not steps:
        raise RefusedError("Cochez d’abord au moins une étape.")
    outcome = Outcome(secrets.token_hex(8))
    in_batch(session, outcome.batch)
    before = addressees_of(session, [one.id for one in steps]) if change.how is Bulk.HAND else None
    for step in steps:
        try:
            _change(session, viewer, step, change, zone=zone, today=today, now=now)
        except RefusedError as refusal:
            outcome.left.append((step.title, str(refusal)))
        else:
            outcome.done += 1
    if before is not None:
        by_id = viewer.person_id
        outcome.told = tell_entrusted(session, steps, by_id=by_id, now=now, before=before)
    return outcome


def _require_sense(change: Change, today: date) -> None:
    if change.how is Bulk.DUE and (change.due_on is None or change.due_on < today):
        raise RefusedError("Donnez une nouvelle date, à partir d’aujourd’hui.")
    if change.how is Bulk.SHIFT and not 0 < abs(change.days) <= FURTHEST:
        raise RefusedError("Dites de combien de jours ouvrés, de 1 à 260, ou de −1 à −260.")
    if change.how is Bulk.HAND and not change.organisation_id:
        raise RefusedError("Choisissez qui en devient responsable.")


def _change(
    session: Session,
    viewer: Viewer,
    step: Step,
    change: Change,
    *,
    zone: str,
    today: date,
    now: datetime,
) -> None:
    """Raises RefusedError before anything of the step has changed."""
    may = may_report if change.how in _REPORTS else may_edit_step
    if not may(viewer, step):
        raise RefusedError(NOT_YOURS)
    before = step.version
    _run(session, step, change, zone=zone, today=today, now=now)
    session.flush()
    if step.version == before:
        raise RefusedError(NO_CHANGE)


def _run(
    session: Session, step: Step, change: Change, *, zone: str, today: date, now: datetime
) -> None:
    match change.how:
        case Bulk.HAND:
            _hand(session, step, change)
        case Bulk.DUE | Bulk.SHIFT:
            reschedule_step(session, step, due_on=_day_of(step, change, zone), now=now)
        case Bulk.DONE:
            complete_step(session, step, today=today)
        case Bulk.STARTED:
            start_step(session, step)
        case Bulk.ABANDONED:
            abandon_step(session, step)
        case Bulk.MILESTONE | Bulk.NO_MILESTONE:
            _mark(session, step, is_milestone=change.how is Bulk.MILESTONE, now=now)


def _hand(session: Session, step: Step, change: Change) -> None:
    there = (change.organisation_id, change.person_id)
    if (step.lead_organisation_id, step.lead_person_id) == there:
        raise RefusedError(NO_CHANGE)
    hand_step(session, step, organisation_id=change.organisation_id, person_id=change.person_id)


def _day_of(step: Step, change: Change, zone: str) -> date:
    if change.how is Bulk.DUE and change.due_on is not None:
        return change.due_on
    if step.due_on is None:
        raise RefusedError(NO_DATE)
    if change.days < 0:
        return working_days_earlier(step.due_on, -change.days, zone)
    return working_days_later(step.due_on, change.days, zone)


def _mark(session: Session, step: Step, *, is_milestone: bool, now: datetime) -> None:
    describe_step(
        session,
        step,
        seen_version=step.version,
        title=step.title,
        description=step.description,
        lead_organisation_id=step.lead_organisation_id,
        lead_person_id=step.lead_person_id,
        due_on=step.due_on,
        due_text=step.due_text,
        is_milestone=is_milestone,
        now=now,
    )
