"""Writes the change log inside the transaction that changes the rows."""

from __future__ import annotations

import enum
import functools
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias

from sqlalchemy import event, insert, inspect
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction
from sqlalchemy.orm.attributes import get_history

from app.core.database import Base
from app.core.tracking import Tracked
from app.journal.kinds import Action, Via
from app.journal.models import Change

_ACTING = "maillage_acting"
UNTRACKED = "maillage_untracked"
# what was before and what is after, by the name of the column
Fields: TypeAlias = dict[str, list[Any]]


class UnrecordedChangeError(RuntimeError):
    """A tracked row was about to change without anybody knowing who did it, or in bulk."""


@dataclass(frozen=True)
class Acting:
    """Who changes things in this session, how, and at what instant; perhaps to undo a batch."""

    actor_id: int | None
    via: Via
    now: datetime
    batch: str = field(default_factory=functools.partial(secrets.token_hex, 8))
    undoes: str | None = None


def acting(session: Session, actor_id: int | None, via: Via, now: datetime) -> None:
    """Say who acts from here on in this session; required before a tracked row changes."""
    session.info[_ACTING] = Acting(actor_id, via, now)


def via(session: Session) -> Via | None:
    """The way in which this session acts, None before anybody said so."""
    who: Acting | None = session.info.get(_ACTING)
    return who.via if who else None


def taking_back(session: Session, batch: str) -> None:
    """Say that what changes from here on undoes this batch; `acting` was said before."""
    session.info[_ACTING] = replace(session.info[_ACTING], undoes=batch)


def in_batch(session: Session, batch: str) -> None:
    """Say by which name what changes from here on is found again; `acting` was said before."""
    session.info[_ACTING] = replace(session.info[_ACTING], batch=batch)


def batch_of(session: Session) -> str:
    """The name under which what changes now is found again, and undone; `acting` was said."""
    who: Acting = session.info[_ACTING]
    return who.batch


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
    groups = (
        (session.new, Action.CREATED),
        (session.dirty, Action.UPDATED),
        (session.deleted, Action.REMOVED),
    )
    write_lines(
        session,
        [
            (item, action, _fields(item, action))
            for items, action in groups
            for item in items
            if isinstance(item, Tracked)
        ],
    )


def write_lines(session: Session, changes: Iterable[tuple[Tracked, Action, Fields]]) -> None:
    """One line of the change log for each row of which something changed."""
    lines = [_line(session, *change) for change in changes if change[2]]
    if lines:
        session.connection().execute(_INSERT, lines)


def _line(session: Session, item: Tracked, action: Action, fields: Fields) -> dict[str, Any]:
    who: Acting | None = session.info.get(_ACTING)
    if who is None:
        raise UnrecordedChangeError(f"{type(item).__name__} changes, but nobody said who acts")
    territory_id, project_id = item.journal_place()
    return {
        "at": who.now,
        "actor_id": who.actor_id,
        "via": who.via,
        "batch": who.batch,
        "undoes": who.undoes,
        "territory_id": territory_id,
        "project_id": project_id,
        "entity": type(item).__name__,
        "entity_id": item.id,  # type: ignore[attr-defined]  # every table has one
        "action": action,
        "fields": fields,
    }


def _fields(item: Tracked, action: Action) -> Fields:
    fields: Fields = {}
    same = inspect(item).unmodified if action is Action.UPDATED else ()
    for name in item.__tracked__:
        if name in same:
            continue
        history = get_history(item, name)
        before = plain(history.deleted[0]) if history.deleted else None
        after = plain(getattr(item, name))
        if action is Action.REMOVED:
            fields[name] = [after, None]
        elif history.added and before != after:
            fields[name] = [before, after]
    return fields


def plain(value: Any) -> Any:
    """A value as the change log keeps it."""
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
