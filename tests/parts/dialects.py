"""The dialects of all engines of a process, so alike that they share what was compiled for one.

SQLAlchemy keeps a statement's SQL by the dialect that it was written for, and nearly every test
has an engine of its own. In production one engine lasts as long as its process.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

# some thousand statements are written in the whole of the tests
STATEMENTS_KEPT = 4000


class _Alike:
    """Equal to whatever is of its class."""

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))


class Sqlite(_Alike, SQLiteDialect_pysqlite):
    supports_statement_cache = True


class Postgresql(_Alike, PGDialect_psycopg):
    supports_statement_cache = True


_statements: LRUCache[Any, Any] = LRUCache(STATEMENTS_KEPT)


def share() -> None:
    """Let engines that are made from now on have these dialects."""
    registry.register("sqlite", __name__, Sqlite.__name__)
    registry.register("postgresql.psycopg", __name__, Postgresql.__name__)


def remember(engine: Engine) -> None:
    """Let an engine find what others of its kind have compiled."""
    engine.update_execution_options(compiled_cache=_statements)
