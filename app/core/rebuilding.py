"""SQLite changes no constraint in place: a migration writes the table anew, with its rows."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, inspect


def rebuild(bind: Connection, table: str, shape: str, values: Mapping[str, str]) -> None:
    """Give a table its new shape, with every row; ids go on from where they were.

    `shape`: its CREATE TABLE; `values`: {new column: the expression of its value in old rows}.
    A column that the shape does not have is dropped.
    """
    kept = [
        column["name"]
        for column in inspect(bind).get_columns(table)
        if f"\n    {column['name']} " in shape and column["name"] not in values
    ]
    last = bind.exec_driver_sql("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).scalar()
    head = f"CREATE TABLE {table} ("
    if head not in shape:
        raise ValueError(f"the new shape of {table} is of another table")
    bind.exec_driver_sql(shape.replace(head, f"CREATE TABLE new_{table} (", 1))
    into, of = ", ".join([*kept, *values]), ", ".join([*kept, *values.values()])
    # names and expressions of a migration of ours
    bind.exec_driver_sql(f"INSERT INTO new_{table} ({into}) SELECT {of} FROM {table}")  # noqa: S608  # nosec B608
    bind.exec_driver_sql(f"DROP TABLE {table}")
    bind.exec_driver_sql(f"ALTER TABLE new_{table} RENAME TO {table}")
    if last is not None:
        bind.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
        bind.exec_driver_sql("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, last))
