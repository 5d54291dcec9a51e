"""Which steps this room speaks of."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from app.initiatives.models import Decision, contact_note_step


def steps_spoken_of(session: Session, step_ids: Collection[int]) -> set[int]:
    """Those of these steps that a meeting decided, or that a call was about."""
    decided = select(Decision.step_id).where(Decision.step_id.in_(step_ids))
    called = select(contact_note_step.c.step_id).where(contact_note_step.c.step_id.in_(step_ids))
    return {step_id for step_id in session.scalars(union(decided, called)) if step_id is not None}
