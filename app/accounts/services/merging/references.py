"""Everything that points to an organisation or a person, read from the tables themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Column, PrimaryKeyConstraint, Table, UniqueConstraint

from app.core.database import REFERS, Base


class Reference(NamedTuple):
    """A column that holds ids of a table's rows; with `by`, only where that column says `value`."""

    table: Table
    column: Column[int]
    by: Column[str] | None = None
    value: str | None = None


class UniqueKey(NamedTuple):
    """What may not stand twice in a table: `others` beside the reference, among rows `where`."""

    others: tuple[str, ...]
    where: str | None


def references_to(target: str) -> list[Reference]:
    """Foreign keys and declared plain ids (`refers_to`, `refers_by`), of every room."""
    return [
        reference
        for table in Base.metadata.sorted_tables
        for column in table.columns
        for reference in _of(table, column, target)
    ]


def _of(table: Table, column: Column[int], target: str) -> Iterator[Reference]:
    if any(key.column.table.name == target for key in column.foreign_keys):
        yield Reference(table, column)
    kind, tables = column.info.get(REFERS, (None, {}))
    for value, name in tables.items():
        if name == target:
            yield Reference(table, column, table.c[kind] if kind else None, value)


def unique_keys(reference: Reference) -> list[UniqueKey]:
    """Those that the reference is part of, the ones with the fewest other columns first."""
    name = reference.column.name
    found = [
        UniqueKey(_others(constraint.columns.keys(), name), None)
        for constraint in reference.table.constraints
        if isinstance(constraint, UniqueConstraint | PrimaryKeyConstraint)
        and name in constraint.columns
    ]
    found += [
        UniqueKey(_others(index.columns.keys(), name), _condition(index))
        for index in reference.table.indexes
        if index.unique and name in index.columns
    ]
    return sorted(found, key=lambda key: (len(key.others), key))


def _others(columns: list[str], name: str) -> tuple[str, ...]:
    return tuple(one for one in columns if one != name)


def _condition(index: object) -> str | None:
    """A partial index's condition; both engines have the same."""
    where = getattr(index, "dialect_options")["sqlite"]["where"]  # noqa: B009  typed as object
    return None if where is None else str(where)
