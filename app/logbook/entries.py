"""The change log as frozen values: one line a row, one entry for what one request did. Pure."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, TypeAlias

from app.journal.kinds import Action, Via


class Hidden(enum.Enum):
    """Stands for a value that this reader may not read: that it changed may be said."""

    HIDDEN = enum.auto()


HIDDEN = Hidden.HIDDEN
# what was before and what is after
Pair: TypeAlias = tuple[Any, Any]


@dataclass(frozen=True)
class Line:
    """One changed row; `fields` is {name: (before, after)} in the log's plain values."""

    id: int
    at: datetime
    actor_id: int | None
    via: Via
    territory_id: int | None
    project_id: int | None
    entity: str
    entity_id: int
    action: Action
    fields: Mapping[str, Pair]
    batch: str
    undoes: str | None = None

    @property
    def row(self) -> tuple[str, int]:
        return self.entity, self.entity_id

    def after(self, name: str) -> Any:
        return self.fields.get(name, (None, None))[1]

    def before(self, name: str) -> Any:
        return self.fields.get(name, (None, None))[0]


@dataclass(frozen=True)
class Entry:
    """What one request did in one project, as far as its reader may read it.

    `is_cut`: the batch has more lines than were read.
    """

    lines: tuple[Line, ...]
    is_cut: bool = False

    @property
    def first(self) -> Line:
        return self.lines[0]


def gather(lines: Iterable[Line]) -> list[Entry]:
    """Entries of lines that come newest first, those of a batch side by side."""
    return [
        Entry(tuple(sorted(found, key=lambda line: line.id)))
        for _key, found in groupby(lines, key=_request)
    ]


def _request(line: Line) -> tuple[datetime, str, int]:
    return line.at, line.batch, line.project_id or 0
