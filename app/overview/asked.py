"""What the table's address asks for, read and written; pure, forgiving what it cannot read.

The address is the filter: a view keeps it as text, a bulk edit and the calendar take it along.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import TypeVar
from urllib.parse import parse_qsl, urlencode

from app.overview.kinds import Order, When
from app.plans.kinds import OPEN_STATUSES, Priority, ProjectKind, Stage, StepStatus

Kind = TypeVar("Kind", bound=enum.StrEnum)
LONGEST = 100
# an address that a view keeps
LONGEST_QUERY = 1000
DOWN = "desc"


@dataclass(frozen=True)
class StepFilter:
    """Axis, zone, organisation and person by their public ids; an empty one asks for all steps."""

    text: str = ""
    statuses: tuple[StepStatus, ...] = ()
    theme: str = ""
    zone: str = ""
    organisation: str = ""
    person: str = ""
    when: When | None = None
    since: date | None = None
    until: date | None = None
    priority: Priority | None = None
    kind: ProjectKind | None = None
    stage: Stage | None = None

    @property
    def is_set(self) -> bool:
        return self != StepFilter()

    def pairs(self) -> list[tuple[str, str]]:
        """What it says in an address, in one order: two that ask the same are written the same."""
        said = []
        for name, word in WORDS.items():
            value = getattr(self, name)
            several = value if isinstance(value, tuple) else (value,)
            said += [(word, _plain(one)) for one in several if one]
        return said

    def without(self, word: str, value: str) -> StepFilter:
        """The same but for one of its conditions."""
        return read([pair for pair in self.pairs() if pair != (word, value)])


WORDS: Mapping[str, str] = {
    "text": "q",
    "statuses": "statut",
    "theme": "axe",
    "zone": "zone",
    "organisation": "organisation",
    "person": "personne",
    "when": "quand",
    "since": "du",
    "until": "au",
    "priority": "priorite",
    "kind": "nature",
    "stage": "stade",
}
assert WORDS.keys() == {field.name for field in fields(StepFilter)}
OPEN = StepFilter(statuses=OPEN_STATUSES)


def read(pairs: Iterable[tuple[str, str]]) -> StepFilter:
    """The filter of an address; what nobody could have chosen is left out."""
    said: dict[str, list[str]] = {}
    for word, value in pairs:
        said.setdefault(word, []).append(value)

    def last(word: str) -> str:
        return said.get(word, [""])[-1].strip()[:LONGEST]

    chosen = said.get("statut", [])
    return StepFilter(
        text=last("q"),
        statuses=tuple(status for status in StepStatus if status.value in chosen),
        theme=last("axe"),
        zone=last("zone"),
        organisation=last("organisation"),
        person=last("personne"),
        when=_kind(When, last("quand")),
        since=_day(last("du")),
        until=_day(last("au")),
        priority=_kind(Priority, last("priorite")),
        kind=_kind(ProjectKind, last("nature")),
        stage=_kind(Stage, last("stade")),
    )


def read_query(query: str) -> StepFilter:
    return read(parse_qsl(query[:LONGEST_QUERY]))


def on_day(asked: StepFilter, day: date) -> StepFilter:
    """The same steps, of those due on one day."""
    return replace(asked, when=None, since=day, until=day)


@dataclass(frozen=True)
class Sorting:
    """By which column, in which direction."""

    by: Order = Order.DUE
    is_down: bool = False

    def pairs(self) -> list[tuple[str, str]]:
        direction = [("sens", DOWN)] if self.is_down else []
        by = [("tri", self.by.value)] if self.by is not Order.DUE else []
        return [*by, *direction]

    def turned_to(self, by: Order) -> Sorting:
        """What a click on a column's heading asks for: the other way round where it is this one."""
        return Sorting(by, is_down=by is self.by and not self.is_down)


def read_sorting(by: str, direction: str) -> Sorting:
    return Sorting(_kind(Order, by) or Order.DUE, direction == DOWN)


def clean(query: str) -> str:
    """A query as a view keeps it: filters and sorting, and nothing else that stood beside them."""
    said = dict(pairs := parse_qsl(query[:LONGEST_QUERY]))
    asked = read(pairs)
    sorting = read_sorting(said.get("tri", ""), said.get("sens", ""))
    return query_of(asked, sorting.pairs()) if asked.is_set else ""


def query_of(asked: StepFilter, *more: Sequence[tuple[str, str]]) -> str:
    """The text after the question mark."""
    return urlencode([*asked.pairs(), *(pair for pairs in more for pair in pairs)])


def _kind(kind: type[Kind], value: str) -> Kind | None:
    return kind(value) if value in {member.value for member in kind} else None


def _day(value: str) -> date | None:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2100 else None


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
