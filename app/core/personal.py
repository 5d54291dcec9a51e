"""What a room holds about people, as it declares it: the one place where a table's fate is said.

Each room has a `personal.py` with one `PersonalData`; `app/privacy/rooms.py` names them all. A
test walks every table: a column that can hold something about somebody and has no fate fails it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Select, Table
from sqlalchemy.orm import Session

from app.core.database import Base
from app.core.redaction import Redactor, Traces

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Holding:
    """One table, and what becomes of each of its columns when a person is erased.

    Names of columns are written in one text, with spaces between. `whose`: the column that says
    whom a row is about; of that person's rows `blank` says what stands there afterwards, or
    `removed` that they go. `text`: written by people, so that anybody may be named in it;
    `published`: a territory's own word to everybody, which stays as it was published.
    `pointers`: ids of people, which stay and lead to a row without a name. `neutral`: text and
    ids that tell nothing about anybody. `what` and `kept` are French words for the register of
    processing; a table that tells nothing about people has none.
    """

    model: type[Base]
    what: str = ""
    kept: str = ""
    whose: str = ""
    blank: Mapping[str, Any] = field(default_factory=dict)
    removed: bool = False
    text: str = ""
    published: str = ""
    pointers: str = ""
    neutral: str = ""
    unexported: str = ""

    @property
    def table(self) -> Table:
        return cast("Table", self.model.__table__)

    @property
    def declared(self) -> set[str]:
        """Every column whose fate is said."""
        said = f"{self.whose} {self.text} {self.published} {self.pointers} {self.neutral}"
        return {*said.split(), *self.blank}


@dataclass(frozen=True)
class Section:
    """A part of what a person gets of their data: `fields` are its stable keys in French words.

    `read(session, person_id)` yields one record each; `tables` names those that it tells of.
    """

    key: str
    title: str
    tables: str
    fields: Mapping[str, str]
    read: Callable[[Session, int], Iterable[Record]]


@dataclass(frozen=True)
class HeldFile:
    """A file that a person sent: its name in the archive, and its bytes part by part."""

    name: str
    parts: Callable[[], Iterator[bytes]]


@dataclass(frozen=True)
class Leaving:
    """A person who is being erased: who, when, and by what they were known.

    Their names go from the texts of the territories that they belonged to; `addresses` finds
    their e-mail and telephone alone, wherever they stand.
    """

    person_id: int
    now: datetime
    today: date
    known: Traces
    redactor: Redactor
    addresses: Redactor
    territory_ids: frozenset[int]

    def redactor_in(self, territory_id: int | None) -> Redactor:
        """What takes them out of something of this territory, or of none."""
        here = territory_id is None or territory_id in self.territory_ids
        return self.redactor if here else self.addresses


@dataclass(frozen=True)
class PersonalData:
    """One room's part. Every callable runs in the caller's transaction and commits nothing.

    `known_as` finds names, addresses and telephones that the room keeps of a person; `let_go`
    runs the room's verbs for somebody who leaves, before rows are blanked; `seen_since(moment)`
    selects the ids of people who did something here since then; `files(session, person_id,
    data_dir)` yields those that they sent, which lie in that folder.
    """

    holdings: tuple[Holding, ...]
    sections: tuple[Section, ...] = ()
    known_as: Callable[[Session, int], Traces] | None = None
    let_go: Callable[[Session, Leaving], None] | None = None
    seen_since: Callable[[datetime], Select[int | None]] | None = None
    files: Callable[[Session, int, Path], Iterator[HeldFile]] | None = None
