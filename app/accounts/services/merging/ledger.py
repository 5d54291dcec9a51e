"""What a merge changes, row by row, written down so that it can be put back."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Table, and_, delete, insert, select, update
from sqlalchemy.orm import Session

from app.accounts.services.merging.references import Reference
from app.core.database import Base

Row: TypeAlias = Mapping[str, Any]
Move: TypeAlias = dict[str, Any]


class Ledger:
    """Changes rows by their tables, past the ORM and the change log, and keeps how they were.

    The change log tells of the merge itself, once; versions of the moved rows stay.
    """

    def __init__(self, session: Session) -> None:
        session.flush()
        self._session = session
        self.moves: list[Move] = []

    def repoint(self, reference: Reference, gone_id: int, kept_id: int) -> None:
        """Let every row that refers to the one refer to the other. Nothing may clash any more."""
        table, column = reference.table, reference.column
        names = [one.name for one in table.primary_key if one is not column]
        found = self._session.execute(
            select(*(table.c[name] for name in names), column).where(_refers(reference, gone_id))
        )
        keys = [list(row[:-1]) for row in found]
        if not keys:
            return
        self._session.execute(
            update(table).where(_refers(reference, gone_id)).values({column.name: kept_id})
        )
        self.moves.append(
            {"do": "repoint", "table": table.name, "column": column.name, "keys": keys}
        )

    def change(self, table: Table, row: Row, values: Mapping[str, Any]) -> None:
        """Set these columns of a row that was read before, where they differ."""
        changed = {name: value for name, value in values.items() if row[name] != value}
        if not changed:
            return
        self._session.execute(update(table).where(_is(table, row)).values(changed))
        self.moves.append(
            {
                "do": "change",
                "table": table.name,
                "key": packed({one.name: row[one.name] for one in table.primary_key}),
                "before": packed({name: row[name] for name in changed}),
                "after": packed(changed),
            }
        )

    def remove(self, table: Table, row: Row) -> None:
        """Take a row away that says nothing more, or that is the record itself."""
        self._session.execute(delete(table).where(_is(table, row)))
        self.moves.append({"do": "remove", "table": table.name, "row": packed(row)})

    def note(self, table: Table, row: Row, before: Row, after: Row) -> None:
        """Write down what somebody else changed already."""
        self.moves.append(
            {
                "do": "change",
                "table": table.name,
                "key": packed({one.name: row[one.name] for one in table.primary_key}),
                "before": packed(before),
                "after": packed(after),
            }
        )


def put_back(session: Session, move: Move, gone_id: int, kept_id: int) -> None:
    """Undo one change. What was edited since keeps its edit."""
    table = Base.metadata.tables[move["table"]]
    if move["do"] == "remove":
        session.execute(insert(table).values(unpacked(table, move["row"])))
    elif move["do"] == "repoint":
        _point_back(session, table, move, gone_id, kept_id)
    else:
        _change_back(session, table, move)


def _point_back(session: Session, table: Table, move: Move, gone_id: int, kept_id: int) -> None:
    column = table.c[move["column"]]
    names = [one.name for one in table.primary_key if one is not column]
    for key in move["keys"]:
        its = (table.c[name] == value for name, value in zip(names, key, strict=True))
        session.execute(update(table).where(column == kept_id, *its).values({column.name: gone_id}))


def _change_back(session: Session, table: Table, move: Move) -> None:
    key, before = unpacked(table, move["key"]), unpacked(table, move["before"])
    after = unpacked(table, move["after"])
    row = session.execute(select(table).where(_is(table, key))).mappings().one_or_none()
    if row is None:
        return
    kept = {name: value for name, value in before.items() if row[name] == after[name]}
    if kept:
        session.execute(update(table).where(_is(table, key)).values(kept))


def rows_of(session: Session, table: Table, *where: ColumnElement[bool]) -> list[Row]:
    """Whole rows as they stand, by the names of their columns."""
    return [dict(row) for row in session.execute(select(table).where(*where)).mappings()]


def _refers(reference: Reference, row_id: int) -> ColumnElement[bool]:
    if reference.by is None:
        return reference.column == row_id
    return and_(reference.column == row_id, reference.by == reference.value)


def _is(table: Table, row: Row) -> ColumnElement[bool]:
    return and_(*(one == row[one.name] for one in table.primary_key))


def packed(row: Row) -> dict[str, Any]:
    """A row's values as JSON keeps them; the columns know what they were."""
    return {name: _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return value


def unpacked(table: Table, values: Row) -> dict[str, Any]:
    """The other way round."""
    return {name: _read(table.c[name].type.python_type, value) for name, value in values.items()}


def _read(kind: type[Any], value: Any) -> Any:
    if value is None or isinstance(value, kind):
        return value
    if issubclass(kind, date):
        return kind.fromisoformat(value)
    if kind is bytes:
        return bytes.fromhex(value)
    return kind(value)
