"""Fixtures of the outbox's tests: a database on each engine, without an application."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session, sessionmaker

from tests.outbox.posting import register_kinds, sessions


@pytest.fixture
def make_session(empty_database_url: str) -> Iterator[sessionmaker[Session]]:
    made = sessions(empty_database_url)
    yield made
    made.kw["bind"].dispose()


@pytest.fixture(autouse=True)
def kinds() -> None:
    register_kinds()
