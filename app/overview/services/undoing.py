"""A bulk edit taken back: each step as it stood, where nobody has touched it since."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from app.core.refusals import RefusedError
from app.core.viewer import Viewer
from app.journal.kinds import Action
from app.journal.models import Change
from app.journal.recorder import taking_back
from app.logbook.entries import Line
from app.logbook.undoing.registry import Undo, When, back
from app.logbook.undoing.services import UNDONE_WITHIN
from app.logbook.undoing.steps import STEP_UNDO
from app.overview.services.bulk import NOT_YOURS, Outcome, locked_steps
from app.plans.models import Partner, Step
from app.plans.quick_entry import drop_idle_partners

TOO_LATE = "C’est déjà annulé, ou trop ancien : changez ces étapes là où elles sont."
SINCE = "changée depuis"


def take_back(
    session: Session, viewer: Viewer, plan_id: int, batch: str, *, today: date, now: datetime
) -> Outcome:
    """Undo one's own bulk edit. Raises RefusedError where nothing of it can be."""
    said = list(session.scalars(select(Change).where(Change.batch == batch).order_by(Change.id)))
    mine = bool(said) and all(one.actor_id == viewer.person_id for one in said)
    undone = exists().where(Change.actor_id == viewer.person_id, Change.undoes == batch)
    if not mine or said[0].at <= now - UNDONE_WITHIN or session.scalar(select(undone)):
        raise RefusedError(TOO_LATE)
    lines = {one.entity_id: one for one in _merged(said)}
    ids = session.scalars(select(Step.public_id).where(Step.id.in_(lines))).all()
    steps = locked_steps(session, viewer, plan_id, ids)
    last = _last_words(session, list(lines))
    taking_back(session, batch)
    outcome, when = Outcome(batch), When(now, today, viewer.person_id)
    for step in steps:
        line = lines[step.id]
        is_fresh = last[step.id] == line.id
        reason = _put_back(session, viewer, step, line, when) if is_fresh else SINCE
        if reason:
            outcome.left.append((step.title, reason))
        else:
            outcome.done += 1
    joined = [one.entity_id for one in said if one.entity == Partner.__name__]
    session.flush()
    drop_idle_partners(session, joined)
    return outcome


def _merged(said: Iterable[Change]) -> list[Line]:
    """One line a step: how it was before the first change, how it stood after the last."""
    fields: dict[int, dict[str, tuple[object, object]]] = {}
    latest: dict[int, Change] = {}
    for one in said:
        if one.entity != Step.__name__ or one.action is not Action.UPDATED:
            continue
        known = fields.setdefault(one.entity_id, {})
        for name, (before, after) in one.fields.items():
            known[name] = (known[name][0] if name in known else before, after)
        latest[one.entity_id] = one
    return [
        Line(
            id=one.id,
            at=one.at,
            actor_id=one.actor_id,
            via=one.via,
            territory_id=one.territory_id,
            project_id=one.project_id,
            entity=one.entity,
            entity_id=row,
            action=one.action,
            fields=fields[row],
            batch=one.batch,
        )
        for row, one in latest.items()
    ]


def _last_words(session: Session, step_ids: Sequence[int]) -> dict[int, int]:
    """{step: the last line of the journal about it}"""
    rows = session.execute(
        select(Change.entity_id, func.max(Change.id))
        .where(Change.entity == Step.__name__, Change.entity_id.in_(step_ids))
        .group_by(Change.entity_id)
    )
    return {row[0]: row[1] for row in rows}


def _put_back(session: Session, viewer: Viewer, step: Step, line: Line, when: When) -> str | None:
    """Why it stays as it is, or None when it stands as before."""
    undo: Undo = STEP_UNDO
    found = back(line, undo, step, step.project)
    if not undo.may(viewer, found):
        return NOT_YOURS
    try:
        undo.run(session, [found], when)
        session.flush()
    except RefusedError as refusal:
        return str(refusal)
    return None
