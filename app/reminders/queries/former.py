"""What stands in the ledger and was told by a mail, though its occasion is free again."""

from __future__ import annotations

import functools
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.core.prepared import Kept
from app.outbox.kinds import LOST
from app.outbox.models import Mail
from app.reminders.kinds import Reason, RelanceState
from app.reminders.models import Relance


def came_back() -> ColumnElement[bool]:
    """Whether its mail was tried, and reached nobody: its address is not to be used again."""
    return and_(Mail.state.in_(LOST), Relance.reason == Reason.NO_ADDRESS)


def told_and_freed(session: Session, subject_ids: Collection[int]) -> Sequence[Any]:
    """The rows about these subjects that say what became of a mail, and may be decided again: all
    columns but the id, `former` being the next number that is free. Locked until the end."""
    return _told_and_freed().rows(session, {"ids": [*subject_ids]})


@functools.cache
def _told_and_freed() -> Kept:
    earlier = aliased(Relance)
    latest = (
        select(func.max(earlier.former))
        .where(
            earlier.subject_kind == Relance.subject_kind,
            earlier.subject_id == Relance.subject_id,
            earlier.basis == Relance.basis,
            earlier.code == Relance.code,
        )
        .scalar_subquery()
    )
    table = Relance.__table__
    assert isinstance(table, Table)
    copied = [one for one in table.c if one.name not in ("id", "former")]
    return Kept(
        select(*copied, (latest + 1).label("former"))
        .outerjoin(Mail, Mail.id == Relance.mail_id)
        .where(
            Relance.former == 0,
            Relance.state == RelanceState.RELEASED,
            Relance.subject_id.in_(bindparam("ids", expanding=True)),
            or_(Relance.answer.is_not(None), came_back()),
        )
        .order_by(Relance.subject_id, Relance.id)
        .with_for_update(of=Relance)
    )
