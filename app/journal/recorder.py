"""Writes the change log inside the transaction that changes the rows."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import event, insert, inspect
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction
from sqlalchemy.orm.attributes import get_history

from app.core.database import Base, new_public_id
from app.core.tracking import Tracked
from app.journal.kinds import Action, Via
from app.journal.models import Change

_ACTING = "maillage_acting"
UNTRACKED = "maillage_untracked"


class UnrecordedChangeError(RuntimeError):
    """A tracked row was about to change without anybody knowing who did it, or in bulk."""


@dataclass(frozen=True)
class Acting:
    """Who changes things in this session, how, and at what instant."""

    actor_id: int | None
    via: Via
    now: datetime
    batch: str = field(default_factory=new_public_id)


def acting(session: Session, actor_id: int | None, via: Via, now: datetime) -> None:
    """Say who acts from here on in this session; required before a tracked row changes."""
    session.info[_ACTING] = Acting(actor_id, via, now)


def install() -> None:
    """Let every session of this process write the change log. Safe to call again."""
    Base.registry.configure()
    for mapper in Base.registry.mappers:
        if issubclass(mapper.class_, Tracked):
            for name in mapper.class_.__tracked__:
                # without it, setting an expired attribute would forget what stood there
                getattr(mapper.class_, name).impl.active_history = True
    for name, listener in (("after_flush", _record), ("do_orm_execute", _refuse_bulk)):
        if not event.contains(Session, name, listener):
            event.listen(Session, name, listener)


# built once: each change of each row passes here
_INSERT = insert(Base.metadata.tables[Change.__tablename__])


def _record(session: Session, _context: UOWTransaction) -> None:
    rows = [
        *(_row(session, item, Action.CREATED) for item in session.new if _counts(item)),
        *(_row(session, item, Action.UPDATED) for item in session.dirty if _counts(item)),
        *(_row(session, item, Action.REMOVED) for item in session.deleted if _counts(item)),
    ]
    changed = [row for row in rows if row["fields"]]
    if changed:
        session.connection().execute(_INSERT, changed)


def _counts(item: object) -> bool:
    return isinstance(item, Tracked)


def _row(session: Session, item: Tracked, action: Action) -> dict[str, Any]:
    fields = _fields(item, action)
    who: Acting | None = session.info.get(_ACTING)
    if who is None and fields:
        raise UnrecordedChangeError(f"{type(item).__name__} changes, but nobody said who acts")
    territory_id, project_id = item.journal_place()
    return {
        "at": who.now if who else None,
        "actor_id": who.actor_id if who else None,
        "via": who.via if who else None,
        "batch": who.batch if who else None,
        "territory_id": territory_id,
        "project_id": project_id,
        "entity": type(item).__name__,
        "entity_id": inspect(item).identity[0] if inspect(item).identity else item.id,  # type: ignore[attr-defined]
        "action": action,
        "fields": fields,
    }


def _fields(item: Tracked, action: Action) -> dict[str, list[Any]]:
    fields = {}
    same = inspect(item).unmodified if action is Action.UPDATED else ()
    for name in item.__tracked__:
        if name in same:
            continue
        history = get_history(item, name)
        before = _plain(history.deleted[0]) if history.deleted else None
        after = _plain(getattr(item, name))
        if action is Action.REMOVED:
            fields[name] = [after, None]
        elif history.added and before != after:
            fields[name] = [before, after]
    return fields


def _plain(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value


def _refuse_bulk(state: ORMExecuteState) -> None:
    if not (state.is_update or state.is_delete) or state.execution_options.get(UNTRACKED):
        return
    mapper = state.bind_mapper
    if mapper is not None and issubclass(mapper.class_, Tracked):
        raise UnrecordedChangeError(
            f"a bulk statement on {mapper.class_.__name__} would leave no trace in the journal"
        )
