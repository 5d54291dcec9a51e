"""Comparing a whole database before and after: what must change nothing, changes nothing."""

from __future__ import annotations

from typing import Any

from sqlalchemy import inspect, text
from sqlalchemy.orm import Session


def everything(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table that stands in the database. Ends the session's transaction."""
    found = {
        table: sorted(
            (tuple(row) for row in session.execute(text(f'SELECT * FROM "{table}"'))), key=repr
        )
        for table in inspect(session.connection()).get_table_names()
    }
    session.rollback()
    return found
