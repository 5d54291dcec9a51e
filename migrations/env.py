"""Runs migrations on SQLite and PostgreSQL; SQLite with foreign keys off, checked at the end."""

from __future__ import annotations

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from app.core.database import Base, UtcDateTime, Words
from app.web.database import db


def render_item(type_: str, item: Any, autogen: Any) -> str | bool:
    """Migrations import nothing of the application: its types are written as plain ones."""
    if type_ == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if type_ == "type" and isinstance(item, Words):
        return repr(item).replace("Words(", "sa.Enum(", 1)
    return False


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_item=render_item,
        render_as_batch=True,
        compare_type=True,
    )
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        # a batch migration rebuilds tables; with foreign keys on, dropping the old one cascades
        connection.connection.cursor().execute("PRAGMA foreign_keys = OFF")
    with context.begin_transaction():
        context.run_migrations()
        if sqlite:
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise RuntimeError(f"the migration would leave broken references: {broken[:5]}")
    if sqlite:
        connection.connection.cursor().execute("PRAGMA foreign_keys = ON")


with current_app.app_context():
    engine = db.engine
with engine.connect() as connection:
    run(connection)
