"""How a database stands: its migration, whether it is empty, and its counters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, Table, cast, func, literal, select, text
from sqlalchemy.dialects.postgresql import REGCLASS

from app.core.database import READ_ONLY
from app.upkeep.archive import UpkeepError, kept_tables

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def snapshot(engine: Engine) -> Connection:
    """A connection whose one transaction sees one moment, whatever others write meanwhile."""
    if engine.dialect.name == "sqlite":
        return engine.connect().execution_options(**{READ_ONLY: True})
    return engine.connect().execution_options(
        isolation_level="REPEATABLE READ", postgresql_readonly=True
    )


def newest_revision() -> str | None:
    """The migration that this version of Maillage wants."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def revision_of(connection: Connection) -> str | None:
    """The migration at which the database stands, None before the first."""
    return MigrationContext.configure(connection).get_current_revision()


def require_migrated(connection: Connection) -> str:
    """The revision. Raises UpkeepError unless the database stands where the code wants it."""
    stands, wanted = revision_of(connection), newest_revision()
    if stands is None or stands != wanted:
        raise UpkeepError(
            f"The database stands at migration {stands or 'none'} and this version of Maillage "
            f"wants {wanted}: run `flask --app wsgi db upgrade` first."
        )
    return stands


def filled_table(connection: Connection) -> str | None:
    """The name of a table that holds rows, None when the database is empty."""
    for table in kept_tables():
        if connection.execute(select(literal(1)).select_from(table).limit(1)).first():
            return table.name
    return None


def last_id(connection: Connection, table: Table) -> int | None:
    """The highest id that the table ever gave; None where it gives none."""
    column = table.autoincrement_column
    if column is None:
        return None
    if connection.dialect.name == "sqlite":
        query: Any = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
        # a migration that rebuilt an empty table leaves a zero
        found: int | None = connection.scalar(query, {"name": table.name}) or None
    else:
        found = connection.scalar(
            select(func.pg_sequence_last_value(_sequence(table, column.name)))
        )
    return found


def set_last_id(connection: Connection, table: Table, value: int | None) -> None:
    """Let the table's next id be above `value` and above every id it holds."""
    column = table.autoincrement_column
    if column is None:
        return
    held: int | None = connection.scalar(select(func.max(column)))
    highest = max(value or 0, held or 0)
    if not highest:
        return
    if connection.dialect.name != "sqlite":
        connection.execute(select(func.setval(_sequence(table, column.name), highest)))
        return
    given = {"name": table.name, "seq": highest}
    connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), given)
    connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :seq)"), given)


def _sequence(table: Table, column: str) -> Any:
    return cast(func.pg_get_serial_sequence(table.name, column), REGCLASS)
