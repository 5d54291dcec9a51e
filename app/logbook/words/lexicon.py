"""The words of one tracked model. Rooms above register theirs; a test fails where one lacks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from app.journal.kinds import Action
from app.logbook.entries import Line
from app.logbook.kinds import Audience, Topic
from app.logbook.reading import Names
from app.logbook.words.forms import Field


class Clause(NamedTuple):
    """What was done. `covers` are the fields that it tells; `is_whole`: it names its own subject,
    otherwise the person who did it goes before."""

    text: str
    covers: frozenset[str] = frozenset()
    is_whole: bool = False


Tell: TypeAlias = Callable[[Line, Names], "Clause | None"]


def taken_off(thing: Callable[[Line, Names], str]) -> Tell:
    """Of rows that are kept when they are taken off: « a retiré », « a remis »."""

    def tell(line: Line, names: Names) -> Clause | None:
        if "removed_at" not in line.fields:
            return None
        verb = "retiré" if line.after("removed_at") else "remis"
        return Clause(f"a {verb} {thing(line, names)}", frozenset({"removed_at"}))

    return tell


@dataclass(frozen=True)
class Lexicon:
    """How changes of one model are told.

    `thing` names the row with its article; `one`, `many` count such rows. `created`, `updated`,
    `removed` give the main clause, else a general one stands. `known` are columns of the row that
    the words need, and `refers` says which of them are ids of what. Columns of `known` are open.
    """

    model: type[Any]
    topic: Topic
    audience: Audience
    one: str
    many: str
    thing: Callable[[Line, Names], str]
    fields: Mapping[str, Field]
    feminine: bool = False
    created: Tell | None = None
    updated: Tell | None = None
    removed: Tell | None = None
    known: tuple[str, ...] = ()
    refers: Mapping[str, str] = field(default_factory=dict)
    # of a new row these alone are told
    at_creation: tuple[str, ...] = ()
    # columns that are told together, put into one before they are read
    joined: Callable[[Line], Line] = lambda line: line
    # several new rows beside something else, in one sentence
    gathered: Callable[[list[Line], Names], str] | None = None

    def clause(self, line: Line, names: Names) -> Clause:
        """The main clause of a line: never empty."""
        tells = {
            Action.CREATED: self.created,
            Action.UPDATED: self.updated,
            Action.REMOVED: self.removed,
        }
        tell = tells[line.action]
        found = tell(line, names) if tell else None
        return found or Clause(f"a {_DONE[line.action]} {self.thing(line, names)}")

    @property
    def ids(self) -> Mapping[str, str]:
        """{column: entity} of every id that the words may name."""
        tracked = {name: one.refers for name, one in self.fields.items() if one.refers}
        return {**tracked, **self.refers}


_DONE = {Action.CREATED: "ajouté", Action.UPDATED: "modifié", Action.REMOVED: "retiré"}
_lexicons: dict[str, Lexicon] = {}


def register(*lexicons: Lexicon) -> None:
    """Make these models readable in this process; registering one again replaces it."""
    _lexicons.update({one.model.__name__: one for one in lexicons})


def lexicons() -> Mapping[str, Lexicon]:
    """{name of the model: its words}; what has none is shown to nobody."""
    return _lexicons
