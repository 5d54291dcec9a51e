"""No id is ever given twice: an undone merge, the change log and old links go by ids."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.database import Base


@pytest.fixture
def engine_name() -> str:
    """PostgreSQL's sequences never go back by themselves."""
    return "sqlite"


def test_every_table_still_says_so_after_its_migrations(empty_session: Session) -> None:
    """A migration that rebuilds a SQLite table has to say `sqlite_autoincrement` again."""
    query = text("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
    written = {row.name: row.sql for row in empty_session.execute(query)}
    forgetful = [
        table.name
        for table in Base.metadata.sorted_tables
        if "id" in table.c and table.autoincrement_column is not None
        if "AUTOINCREMENT" not in written[table.name].upper()
    ]
    assert forgetful == []
