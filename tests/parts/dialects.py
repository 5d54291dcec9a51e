"""The dialects of all engines of a process, so alike that they share what was made for one.

SQLAlchemy keeps a statement's SQL by the dialect that it was written for, and nearly every test
has an engine of its own. In production one engine lasts as long as its process. So does its
connection: what PostgreSQL learns of a hundred tables takes longer than what a test asks of them,
and a connection to a database that is kept rests when it is closed, and is the next one.
"""

from __future__ import annotations

import os
from typing import Any

import psycopg
from sqlalchemy import Engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

# some thousand statements are written in the whole of the tests
STATEMENTS_KEPT = 4000
# what else a closed connection would leave behind
FORGET = b"RESET ALL; UNLISTEN *; DISCARD TEMP; DISCARD SEQUENCES; SELECT pg_advisory_unlock_all()"

# by the name of their database; a process that was forked has connections of its own
_resting: dict[tuple[str, int], list[psycopg.Connection]] = {}


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

    def connect(self, *arguments: Any, **named: Any) -> Any:
        rested = _resting.get((str(named.get("dbname")), os.getpid()))
        return rested.pop() if rested else super().connect(*arguments, **named)

    def do_close(self, dbapi_connection: Any) -> None:
        kept = _resting.get((dbapi_connection.info.dbname, os.getpid()))
        if kept is None or dbapi_connection.closed or not _comes_to_rest(dbapi_connection):
            dbapi_connection.close()
        else:
            kept.append(dbapi_connection)


def _comes_to_rest(connection: psycopg.Connection) -> bool:
    """Whether nothing is left in it of what it was used for."""
    try:
        connection.rollback()
        connection.isolation_level = connection.read_only = connection.deferrable = None
        connection.autocommit = True
        connection.execute(FORGET)
        connection.autocommit = False
    except psycopg.Error:
        return False
    return True


def keep(database: str) -> None:
    """Let connections to a database rest from now on."""
    _resting[database, os.getpid()] = []


def let_go(database: str) -> None:
    """Close those that rest, and let none rest any more."""
    for connection in _resting.pop((database, os.getpid()), ()):
        connection.close()


def resting(database: str) -> list[int]:
    """The processes of the server that wait for the next one who asks."""
    return [one.info.backend_pid for one in _resting[database, os.getpid()]]


_statements: LRUCache[Any, Any] = LRUCache(STATEMENTS_KEPT)


def share() -> None:
    """Let engines that are made from now on have these dialects."""
    registry.register("sqlite", __name__, Sqlite.__name__)
    registry.register("postgresql.psycopg", __name__, Postgresql.__name__)


def remember(engine: Engine) -> None:
    """Let an engine find what others of its kind have compiled."""
    engine.update_execution_options(compiled_cache=_statements)
