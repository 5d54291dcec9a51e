"""What is ticked off within a step. Verbs: rights were checked, the caller commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.refusals import RefusedError
from app.plans.models import CheckItem, Step

# a step with more to tick off than this is a project
MOST = 50
LONGEST = 200


def add_checks(session: Session, step: Step, labels: Sequence[str]) -> list[CheckItem]:
    """One thing to tick off for each line that says something; what stands there stands once."""
    said = list(dict.fromkeys(" ".join(label.split())[:LONGEST] for label in labels))
    wanted = [label for label in said if label]
    if not wanted:
        raise RefusedError("Écrivez d’abord ce qu’il y a à cocher, une chose par ligne.")
    session.execute(select(Step.id).where(Step.id == step.id).with_for_update())
    standing = set(session.scalars(select(CheckItem.label).where(CheckItem.step_id == step.id)))
    new = [label for label in wanted if label not in standing]
    if len(standing) + len(new) > MOST:
        raise RefusedError(
            f"Une étape garde au plus {MOST} points à cocher : faites-en plutôt des étapes."
        )
    made = [
        CheckItem(
            step_id=step.id, project_id=step.project_id, territory_id=step.territory_id, label=label
        )
        for label in new
    ]
    session.add_all(made)
    session.flush()
    return made


def tick(item: CheckItem, *, done: bool, person_id: int, now: datetime) -> None:
    """Ticked twice, it stays ticked by whoever was first."""
    if done == (item.done_at is not None):
        return
    item.done_at, item.done_by_id = (now, person_id) if done else (None, None)


def remove_check(session: Session, item: CheckItem) -> None:
    session.delete(item)


def all_ticked(session: Session, step: Step) -> bool:
    """Whether the step has something to tick off, and nothing of it is left."""
    left = func.count().filter(CheckItem.done_at.is_(None))
    counted = session.execute(select(func.count(), left).where(CheckItem.step_id == step.id)).one()
    return counted[0] > 0 and counted[1] == 0
