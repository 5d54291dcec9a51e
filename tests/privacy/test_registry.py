"""Every table says what becomes of each of its columns when a person is erased."""

from __future__ import annotations

import inspect

import pytest
from sqlalchemy import JSON, Column, Enum, Integer, LargeBinary, String, Table

from app.core.database import Base
from app.core.personal import Holding
from app.privacy.rooms import HOLDINGS, ROOMS, SECTIONS

TABLES = Base.metadata.sorted_tables
DECLARED = {holding.table.name: holding for holding in HOLDINGS}


def names_a_person(column: Column[object]) -> bool:
    return any(key.column.table.name == "person" for key in column.foreign_keys)


def must_be_declared(column: Column[object]) -> bool:
    """Text, JSON, bytes, and ids that point somewhere without saying where."""
    if isinstance(column.type, Enum):
        return False
    if isinstance(column.type, String | JSON | LargeBinary):
        return True
    loose = isinstance(column.type, Integer) or "INT" in str(column.type)
    points = column.name.endswith("_id") and not column.foreign_keys
    return names_a_person(column) or (loose and points)


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_every_column_that_can_tell_of_somebody_has_a_fate(table: Table) -> None:
    holding = DECLARED.get(table.name)
    told = holding.declared if holding else set()
    untold = {c.name for c in table.columns if must_be_declared(c)} - told
    assert untold == set(), f"say in app/<room>/personal.py what becomes of {table.name}"


@pytest.mark.parametrize("holding", HOLDINGS, ids=lambda one: one.table.name)
def test_a_fate_is_said_once_of_a_column_that_there_is(holding: Holding) -> None:
    said = f"{holding.whose} {holding.pointers} {holding.neutral}".split()
    assert len(said) == len(set(said))
    assert holding.declared <= set(holding.table.columns.keys())
    assert not set(holding.text.split()) & set(said)


def test_every_room_says_it_once() -> None:
    assert len(DECLARED) == len(HOLDINGS)
    assert len(set(map(id, ROOMS))) == len(ROOMS)


@pytest.mark.parametrize("holding", HOLDINGS, ids=lambda one: one.table.name)
def test_what_names_people_is_exported_or_says_why_not(holding: Holding) -> None:
    names = holding.whose or holding.pointers
    told = {table for section in SECTIONS for table in section.tables.split()}
    assert not names or holding.unexported or holding.table.name in told


@pytest.mark.parametrize("holding", HOLDINGS, ids=lambda one: one.table.name)
def test_what_tells_of_people_stands_in_the_register_of_processing(holding: Holding) -> None:
    tells = bool(holding.whose or holding.pointers or holding.blank)
    assert bool(holding.what) == bool(holding.kept)
    assert not tells or holding.what


def test_what_a_person_gets_has_stable_and_different_keys() -> None:
    keys = [section.key for section in SECTIONS]
    assert len(keys) == len(set(keys))
    tables = {table.name for table in TABLES}
    assert {name for section in SECTIONS for name in section.tables.split()} <= tables


def test_a_column_that_is_not_declared_would_be_found() -> None:
    """The walk itself is not blind: a table of every sort of column, declared by nobody."""
    sorts = {
        "word": String(10),
        "tree": JSON(),
        "bytes": LargeBinary(),
        "some_id": Integer(),
    }
    assert all(must_be_declared(Column(name, kind)) for name, kind in sorts.items())
    assert not must_be_declared(Column("year", Integer()))
    assert not must_be_declared(Column("kind", Enum("a", "b", native_enum=False)))


def test_blank_values_are_ones_that_the_columns_take() -> None:
    for holding in HOLDINGS:
        for name, value in holding.blank.items():
            assert value is not None or holding.table.columns[name].nullable, (holding, name)
            assert not inspect.isfunction(value)
