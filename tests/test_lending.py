"""A test's database is as if just copied, whoever had it before: or else tests prove nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, NullPool, create_engine, select, text
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.journal.kinds import Via
from app.journal.recorder import acting
from tests.cast import NOW
from tests.parts.lending import Lender
from tests.parts.postgres import SUPERUSER, PostgresServer

TEMPLATE = "template_bakery"
# one table with rows, one without, bound to each other
BAKERY = """
    CREATE TABLE baker (id bigserial PRIMARY KEY, name text UNIQUE);
    CREATE TABLE bread (id bigserial PRIMARY KEY, baker_id bigint REFERENCES baker, name text);
    INSERT INTO baker (name) VALUES ('Lucie'), ('Anne'), ('Marc');
"""
STATE = (
    "SELECT ctid::text, * FROM baker",
    "SELECT ctid::text, * FROM bread",
    "SELECT sequencename, last_value FROM pg_sequences ORDER BY 1",
    "SELECT pg_relation_size('baker'), pg_relation_size('bread')",
)


@pytest.mark.parametrize("_turn", ["first", "second"])
def test_what_another_test_wrote_is_not_there(session: Session, _turn: str) -> None:
    """Each turn finds the cast alone, on both engines, and writes for the other one to find."""
    people = session.scalars(select(Person)).all()
    assert len(people) == 8
    assert "Zoé" not in {one.name for one in people}
    last = max(one.id for one in people)
    acting(session, None, Via.COMMAND, NOW)
    for one in people:
        one.name = "Zoé"
    session.add(added := newcomer())
    session.commit()
    # numbers, too, are given as to the first
    assert added.id == last + 1


@pytest.mark.parametrize("_turn", ["first", "second"])
def test_an_empty_database_is_empty(empty_session: Session, _turn: str) -> None:
    assert empty_session.scalars(select(Person)).all() == []
    acting(empty_session, None, Via.COMMAND, NOW)
    empty_session.add(added := newcomer())
    empty_session.commit()
    assert added.id == 1


def newcomer() -> Person:
    return Person(name="Zoé Meyer", email="zoe@example.org", search_key="zoe", created_at=NOW)


@pytest.fixture(scope="module")
def lender(postgres: PostgresServer) -> Iterator[Lender]:
    postgres.create_database(TEMPLATE)
    with connected(postgres, TEMPLATE) as connection:
        connection.execute(BAKERY)
    lending = Lender(postgres, TEMPLATE)
    yield lending
    lending.close()
    postgres.drop_database(TEMPLATE)


def connected(server: PostgresServer, database: str) -> psycopg.Connection[Any]:
    place = str(server.socket_dir)
    return psycopg.connect(host=place, user=SUPERUSER, dbname=database, autocommit=True)


def state(server: PostgresServer, database: str) -> list[list[Any]]:
    """Rows and where they lie, numbers to come, and how large the tables are."""
    with connected(server, database) as connection:
        return [connection.execute(asked.encode()).fetchall() for asked in STATE]


@pytest.mark.parametrize(
    "done",
    [
        "SELECT name FROM baker",
        "INSERT INTO bread (baker_id, name) VALUES (1, 'Seigle')",
        "UPDATE baker SET name = 'Zoé' WHERE id = 2",
        "UPDATE baker SET name = name",
        "DELETE FROM baker WHERE id = 3",
        "DELETE FROM baker; INSERT INTO baker SELECT g, g::text FROM generate_series(1, 3000) g",
        "TRUNCATE baker CASCADE",
        "BEGIN; INSERT INTO bread (baker_id) VALUES (1); ROLLBACK",
        "SELECT nextval('bread_id_seq')",
        "SELECT setval('baker_id_seq', 100)",
        "INSERT INTO bread (baker_id) VALUES (1); UPDATE bread SET name = 'Son'; DELETE FROM bread",
        "VACUUM FULL baker",
    ],
)
def test_it_comes_back_to_the_byte(postgres: PostgresServer, lender: Lender, done: str) -> None:
    lent = lender.lend()
    before = state(postgres, lent.name)
    with connected(postgres, lent.name) as connection:
        connection.execute(done.encode())
    lender.take_back(lent)
    again = lender.lend()
    assert (again.name, state(postgres, again.name)) == (lent.name, before)
    lender.take_back(again)


@pytest.mark.parametrize(
    "done",
    [
        "ALTER TABLE bread ADD COLUMN weight integer",
        "DROP TABLE bread",
        "CREATE TABLE flour (kind text)",
        "CREATE INDEX named ON bread (name)",
        "DROP SCHEMA public CASCADE; CREATE SCHEMA public",
    ],
)
def test_other_tables_are_another_database(
    postgres: PostgresServer, lender: Lender, done: str
) -> None:
    lent = lender.lend()
    before = state(postgres, lent.name)
    with connected(postgres, lent.name) as connection:
        connection.execute(done.encode())
    lender.take_back(lent)
    again = lender.lend()
    assert again.name != lent.name
    assert state(postgres, again.name) == before
    lender.take_back(again)


def test_two_at_a_time_are_two(lender: Lender) -> None:
    one, other = lender.lend(), lender.lend()
    assert one.name != other.name
    lender.take_back(one)
    lender.take_back(other)


def test_whoever_stays_connected_is_cut_and_writes_nothing(
    postgres: PostgresServer, lender: Lender
) -> None:
    lent = lender.lend()
    before = state(postgres, lent.name)
    left = connected(postgres, lent.name)
    left.execute("BEGIN; INSERT INTO bread (baker_id) VALUES (1)")
    lender.take_back(lent)
    with pytest.raises(psycopg.OperationalError):
        left.execute("COMMIT")
    left.close()
    again = lender.lend()
    assert (again.name, state(postgres, again.name)) == (lent.name, before)
    lender.take_back(again)


@pytest.fixture
def bakery(lender: Lender) -> Iterator[Engine]:
    """An engine whose connections are closed at once, and rest."""
    lent = lender.lend()
    yield create_engine(lender.url(lent), poolclass=NullPool)
    lender.take_back(lent)


def asked(engine: Engine, *statements: str) -> Any:
    """What the last one answers; nothing is committed."""
    with engine.connect() as connection:
        *first, last = statements
        for one in first:
            connection.execute(text(one))
        return connection.execute(text(last)).scalar()


def test_a_connection_that_rested_forgot_what_it_was_used_for(bakery: Engine) -> None:
    process = asked(
        bakery,
        "SET SESSION statement_timeout = '7s'",
        "SELECT pg_advisory_lock(7)",
        "CREATE TEMP TABLE crumbs AS SELECT 1",
        "INSERT INTO bread (baker_id) VALUES (1)",
        "SELECT pg_backend_pid()",
    )
    assert asked(bakery, "SELECT pg_backend_pid()") == process
    assert asked(bakery, "SHOW statement_timeout") == "0"
    assert asked(bakery, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == 0
    assert asked(bakery, "SELECT to_regclass('pg_temp.crumbs')") is None
    assert asked(bakery, "SELECT count(*) FROM bread") == 0


def test_levels_and_modes_are_forgotten_too(bakery: Engine) -> None:
    careful = bakery.execution_options(isolation_level="SERIALIZABLE", postgresql_readonly=True)
    assert asked(careful, "SHOW transaction_isolation") == "serializable"
    assert asked(bakery, "SHOW transaction_isolation") == "read committed"
    assert asked(bakery, "SHOW transaction_read_only") == "off"
