"""How a row stood at an earlier moment: today's row, with every later change undone. Pure.

Undoing needs only the change log since that moment, so a territory whose projects were imported
without any past is read as well as one whose whole life is in the log.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class LogEntry:
    """One change of one row; `fields` is {name: [before, after]} in the log's plain values."""

    at: datetime
    entity: str
    entity_id: int
    is_creation: bool
    fields: Mapping[str, list[Any]]


class History:
    """The change log of some rows, from any day on."""

    def __init__(self, entries: Iterable[LogEntry]) -> None:
        """Take entries in the order in which they were written."""
        self._entries: dict[tuple[str, int], list[LogEntry]] = defaultdict(list)
        for entry in entries:
            self._entries[entry.entity, entry.entity_id].append(entry)

    def row_at(
        self, moment: datetime, entity: str, entity_id: int, present: Mapping[str, Any]
    ) -> Mapping[str, Any] | None:
        """The row's fields at a moment, in plain values; None when it was not there yet.

        `present` holds today's values of the fields that are asked for. What happened at the
        moment itself has happened.
        """
        stood = dict(present)
        for entry in reversed(self._entries.get((entity, entity_id), [])):
            if entry.at <= moment:
                break
            if entry.is_creation:
                return None
            stood.update({name: entry.fields[name][0] for name in present if name in entry.fields})
        return stood
