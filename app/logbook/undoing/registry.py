"""How rows go back to what they were: each kind registers what can, and by which verbs."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from app.core.database import UtcDateTime
from app.core.viewer import Viewer
from app.journal.kinds import Action
from app.logbook.entries import Line


class When(NamedTuple):
    """The instant of the undo and the territory's day; `person_id` is who undoes."""

    now: datetime
    today: date
    person_id: int


class Back(NamedTuple):
    """One row on its way back: `wanted` is {column: value} as the row had them, typed.

    `row` is the entity, or None where the line tells of its removal; then `project` stands for it.
    """

    line: Line
    row: Any
    project: Any
    wanted: Mapping[str, Any]


@dataclass(frozen=True)
class Undo:
    """What of one model goes back, for one action.

    `may` is the ordinary right to make that change today; `obstacle` says in a sentence why it
    cannot be, without asking the database; `run` goes through the room's own verbs.
    """

    model: type[Any]
    fields: frozenset[str]
    may: Callable[[Viewer, Back], bool]
    run: Callable[[Session, list[Back], When], None]
    obstacle: Callable[[Back], str | None] = lambda _back: None
    action: Action = Action.UPDATED


_undos: dict[tuple[str, Action], Undo] = {}


def register(*undos: Undo) -> None:
    """Make these changes undoable in this process; registering one again replaces it."""
    _undos.update({(one.model.__name__, one.action): one for one in undos})


def undo_of(line: Line) -> Undo | None:
    return _undos.get((line.entity, line.action))


def back(line: Line, undo: Undo, row: Any, project: Any) -> Back:
    """The line with what stood before it, as the columns hold it."""
    wanted = {name: typed(undo.model, name, pair[0]) for name, pair in line.fields.items()}
    return Back(line, row, project, wanted)


def typed(model: type[Any], name: str, value: Any) -> Any:
    """A value of the change log as the column holds it."""
    if value is None:
        return None
    column = inspect(model).columns[name]
    enum_class = getattr(column.type, "enum_class", None)
    if enum_class is not None and issubclass(enum_class, enum.Enum):
        return enum_class(value)
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(value)
    kind = column.type.python_type
    if kind is date:
        return date.fromisoformat(value)
    return Decimal(str(value)) if kind is Decimal else value
