"""Values of a year become values of its days, read by whoever read them before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, create_engine, text
from sqlalchemy.types import Boolean, DateTime, Integer, Numeric

from tests.test_migrations import bare_url, migrate

__all__ = ["bare_url"]
NOTED = "2026-01-25 09:00:00+00:00"


def test_a_year_becomes_its_days_and_was_opened_when_it_was_noted(
    bare_url: str, tmp_path: Path
) -> None:
    migrate(bare_url, tmp_path, "0008")
    engine = create_engine(bare_url)
    with engine.begin() as connection:
        tables = MetaData()
        tables.reflect(connection)
        for table in ("territory", "action_plan", "project", "indicator"):
            insert(connection, tables, table)
        for number, year in enumerate((2025, 2024), start=1):
            value = {"id": number, "year": year, "value": "32.5", "method": "measured"}
            insert(connection, tables, "measurement", **value)
        insert(connection, tables, "funding", rank=1, funder="ADEME", state="paid")
        noted = {"entity": "Measurement", "entity_id": 1, "action": "created", "at": NOTED}
        insert(connection, tables, "change", via="page", fields="{}", **noted)
    migrate(bare_url, tmp_path)
    with engine.begin() as connection:
        moved = text(
            "SELECT starts_on, ends_on, value, opened_at, public_id FROM measurement ORDER BY id"
        )
        found = [tuple(str(cell) for cell in row) for row in connection.execute(moved)]
        lines = connection.execute(text("SELECT funder, state, version FROM funding")).all()
    engine.dispose()
    assert [row[:2] for row in found] == [
        ("2025-01-01", "2025-12-31"),
        ("2024-01-01", "2024-12-31"),
    ]
    assert {float(row[2]) for row in found} == {32.5}
    # where the journal knows nothing, since the project began
    assert [row[3][:10] for row in found] == ["2026-01-25", "2026-01-01"]
    assert len({row[4] for row in found}) == 2
    assert [tuple(line) for line in lines] == [("ADEME", "paid", 1)]


def insert(connection: Connection, tables: MetaData, name: str, **given: Any) -> None:
    """A row with what its table demands, and nothing else."""
    values = dict(given)
    for column in tables.tables[name].columns:
        if column.nullable or column.name in values:
            continue
        values[column.name] = _anything(column)
    names = ", ".join(f'"{one}"' for one in values)
    places = ", ".join(f":{one}" for one in values)
    connection.execute(text(f'INSERT INTO "{name}" ({names}) VALUES ({places})'), values)


def _anything(column: Any) -> object:
    words = {"kind": "action", "stage": "discussion", "state": "active", "send_hour": 7}
    if column.name in words:
        return words[column.name]
    if isinstance(column.type, Boolean):
        return False
    if isinstance(column.type, DateTime):
        return "2026-01-01 00:00:00+00:00"
    if isinstance(column.type, (Integer, Numeric)):
        return 1
    return "1"
