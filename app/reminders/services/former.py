"""An occasion decided again keeps how it stood: the register and the figures read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.reminders.models import Relance
from app.reminders.queries.former import told_and_freed

OCCASION = ("subject_kind", "subject_id", "basis", "code")
_AT_ONCE = 500


def keep_former(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Before these occasions are written: copy those that a mail had told, under their next number.

    The rows are locked in one order, so that of two writers at once the second finds them decided.
    """
    wanted = {_key(row) for row in rows}
    ids = sorted({row["subject_id"] for row in rows})
    former = [
        row._asdict()
        for start in range(0, len(ids), _AT_ONCE)
        for row in told_and_freed(session, ids[start : start + _AT_ONCE])
        if _key(row._mapping) in wanted
    ]
    if former:
        session.execute(insert(Relance), former)


def _key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in OCCASION)
