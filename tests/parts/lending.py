"""PostgreSQL databases lent to one test after another, each time as if just copied.

Copying a database and removing it takes longer than most tests. What a test left is found by the
places and transactions of rows, and only those tables are emptied, vacuumed and filled again:
rows then lie where they lay in the original. Where the tables themselves were changed, or where
anything is in doubt, the database goes and the next test gets a new copy.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field

import psycopg
from psycopg import sql

from tests.parts import dialects
from tests.parts.postgres import SUPERUSER, PostgresServer

# beside the tables of the application, where neither it nor Alembic looks
KEEP = """
    CREATE SCHEMA kept;
    CREATE TABLE kept.altered (what text);
    CREATE FUNCTION kept.note() RETURNS event_trigger LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO kept.altered VALUES (tg_tag); END $$;
    CREATE EVENT TRIGGER altered ON ddl_command_end EXECUTE FUNCTION kept.note();
"""
TABLES = (
    "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
)
SEQUENCES = """
    SELECT sequencename, coalesce(last_value, start_value), last_value IS NOT NULL
    FROM pg_sequences WHERE schemaname = 'public'
"""
# those that rest in `dialects` may stay
OTHERS = """
    FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND pid <> ALL(%s)
"""
CUT = f"SELECT count(pg_terminate_backend(pid, 10000)) {OTHERS}"
STAYING = f"SELECT count(*) {OTHERS}"
LOCK_TIMEOUT = "SET lock_timeout = '10s'"
_numbers = itertools.count(1)


class DoubtError(Exception):
    """A database that cannot be set back."""


@dataclass
class _Lent:
    """One database, the connection that sets it back, and how it was."""

    name: str
    control: psycopg.Connection
    look: sql.Composed
    filled: frozenset[str]
    sequences: sql.Composed
    before: dict[str, str] = field(default_factory=dict)


class Lender:
    """Lends copies of `template`: a database that nobody is connected to."""

    def __init__(self, server: PostgresServer, template: str) -> None:
        self._server = server
        # the original stays as it is: others copy it as well
        self._template = f"{template}_to_lend"
        self._free: list[_Lent] = []
        server.create_database(self._template, template)
        with self._connect(self._template) as connection:
            filled = [name for name in _names(connection, TABLES) if _has_rows(connection, name)]
            connection.execute(KEEP.encode())
            for name in filled:
                copied = sql.SQL("CREATE TABLE kept.{0} AS TABLE public.{0}")
                connection.execute(copied.format(sql.Identifier(name)))
            connection.execute("DELETE FROM kept.altered")
        self._filled = frozenset(filled)

    def lend(self) -> _Lent:
        """A database that nobody else has; give it to `take_back` afterwards."""
        return self._free.pop() if self._free else self._copy()

    def url(self, lent: _Lent) -> str:
        return self._server.url(lent.name)

    def take_back(self, lent: _Lent) -> None:
        """Have it ready for somebody else, whatever was done to it."""
        try:
            _set_back(lent, dialects.resting(lent.name))
        except (psycopg.Error, DoubtError):
            self._remove(lent)
        else:
            self._free.append(lent)

    def close(self) -> None:
        """Remove what nobody needs any more."""
        while self._free:
            self._remove(self._free.pop())
        self._server.drop_database(self._template)

    def _copy(self) -> _Lent:
        name = f"lent_{next(_numbers)}"
        self._server.create_database(name, self._template)
        control = self._connect(name)
        # foreign keys and triggers ask nothing of whoever sets back
        control.execute("SET session_replication_role = replica")
        control.execute(LOCK_TIMEOUT)
        lent = _Lent(
            name,
            control,
            look=_looking(_names(control, TABLES), self._filled),
            filled=self._filled,
            sequences=_setting(control),
        )
        lent.before = _seen(lent)
        dialects.keep(name)
        return lent

    def _remove(self, lent: _Lent) -> None:
        dialects.let_go(lent.name)
        lent.control.close()
        self._server.drop_database(lent.name)

    def _connect(self, name: str) -> psycopg.Connection:
        place = str(self._server.socket_dir)
        return psycopg.connect(host=place, user=SUPERUSER, dbname=name, autocommit=True)


def _set_back(lent: _Lent, resting: list[int]) -> None:
    if _count(lent, CUT, resting) and _count(lent, STAYING, resting):
        raise DoubtError("somebody stays connected")
    seen = _seen(lent)
    if seen["altered"]:
        raise DoubtError("its tables are not what they were")
    touched = [name for name, rows in seen.items() if rows != lent.before[name]]
    if touched:
        _refill(lent, touched)
    lent.control.execute(lent.sequences)


def _count(lent: _Lent, asked: str, resting: list[int]) -> int:
    found = lent.control.execute(asked.encode(), [resting], prepare=True).fetchone()
    return int(found[0]) if found else 0


def _refill(lent: _Lent, touched: list[str]) -> None:
    _for_each(lent, "DELETE FROM public.{}", touched)
    tables = sql.SQL(", ").join(sql.Identifier("public", name) for name in touched)
    # an emptied table begins at its beginning again
    lent.control.execute(sql.SQL("VACUUM {}").format(tables))
    _for_each(
        lent, "INSERT INTO public.{0} SELECT * FROM kept.{0}", lent.filled.intersection(touched)
    )
    lent.before = _seen(lent)


def _for_each(lent: _Lent, statement: str, names: Iterable[str]) -> None:
    """In one journey."""
    statements = (sql.SQL(statement).format(sql.Identifier(name)) for name in names)
    lent.control.execute(sql.SQL("; ").join(statements))


def _looking(tables: list[str], filled: frozenset[str]) -> sql.Composed:
    """Asks each table for something that changes when its rows do: places and transactions.

    A table without rows has no size until somebody writes.
    """
    rows = "SELECT {}, coalesce(string_agg(ctid::text || xmin, ' ' ORDER BY ctid), '') FROM {}"
    size = "SELECT {}, coalesce(nullif(pg_relation_size({}::regclass), 0)::text, '')"
    asked = [
        sql.SQL(rows).format(name, sql.Identifier("public", name))
        if name in filled
        else sql.SQL(size).format(name, f'public."{name}"')
        for name in tables
    ]
    altered = sql.SQL("SELECT 'altered', coalesce(min(what), '') FROM kept.altered")
    return sql.SQL(" UNION ALL ").join([*asked, altered])


def _seen(lent: _Lent) -> dict[str, str]:
    return dict(lent.control.execute(lent.look, prepare=True).fetchall())


def _setting(connection: psycopg.Connection) -> sql.Composed:
    """Sets every sequence as it is now."""
    setting = [
        sql.SQL("setval({}, {}, {})").format(f'public."{name}"', value, called)
        for name, value, called in connection.execute(SEQUENCES).fetchall()
    ]
    return sql.SQL("SELECT {}").format(sql.SQL(", ").join(setting))


def _names(connection: psycopg.Connection, asked: str) -> list[str]:
    return [str(name) for (name,) in connection.execute(asked.encode()).fetchall()]


def _has_rows(connection: psycopg.Connection, name: str) -> bool:
    asked = sql.SQL("SELECT 1 FROM public.{} LIMIT 1").format(sql.Identifier(name))
    return connection.execute(asked).fetchone() is not None
