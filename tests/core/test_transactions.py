"""Who holds SQLite's one pen: whoever may write from the beginning, nobody who only reads."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from app.core.database import READ_ONLY, read_only
from app.web.database import db

# PostgreSQL lets several write
pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


@pytest.fixture
def engine(app: Flask) -> Iterator[Engine]:
    with app.app_context():
        yield db.engine


def is_held(engine: Engine) -> bool:
    """Whether somebody else who wants to write now would have to wait."""
    other = sqlite3.connect(str(engine.url.database), timeout=0, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return True
    finally:
        other.close()
    return False


def test_a_transaction_holds_the_pen_from_its_first_query(engine: Engine) -> None:
    with Session(engine) as session:
        session.execute(text("SELECT 1"))
        assert is_held(engine)
        session.rollback()
        assert not is_held(engine)


def test_one_that_only_reads_leaves_it_to_others(engine: Engine) -> None:
    with Session(engine) as session:
        read_only(session)
        session.execute(text("SELECT 1"))
        assert not is_held(engine)


def test_reading_once_is_not_reading_for_ever(engine: Engine) -> None:
    """The next transaction on the same connection may write again."""
    with Session(engine) as session:
        read_only(session)
        first = session.connection().connection.driver_connection
        session.rollback()
        assert session.connection().connection.driver_connection is first
        assert is_held(engine)


def test_what_was_said_of_a_connection_goes_when_it_does(engine: Engine) -> None:
    """One that was to read, and was given back before it did, serves a writer next."""
    with engine.connect() as unused:
        unused.execution_options(**{READ_ONLY: True})
        first = unused.connection.driver_connection
    with Session(engine) as session:
        assert session.connection().connection.driver_connection is first
        assert is_held(engine)
