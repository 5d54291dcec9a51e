"""Migrations lead to what the models say, and lose nothing on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask_migrate import upgrade
from sqlalchemy import Engine, create_engine, inspect, text

from app.core.database import Base
from app.web.database import db
from tests.conftest import make_app
from tests.parts.postgres import PostgresServer


@pytest.fixture
def bare_url(request: pytest.FixtureRequest, engine_name: str, tmp_path: Path) -> Iterator[str]:
    """A database in which nothing stands."""
    if engine_name == "sqlite":
        yield f"sqlite:///{tmp_path / 'bare.sqlite3'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    server.create_database("bare")
    yield server.url("bare")
    server.drop_database("bare")


def migrate(url: str, folder: Path, revision: str = "head") -> None:
    app = make_app(url, folder)
    with app.app_context():
        upgrade(revision=revision)
        db.engine.dispose()


def shape(engine: Engine) -> dict[str, Any]:
    """Every table as the engine itself describes it, in an order of no meaning."""
    inspector = inspect(engine)
    return {
        table: {
            "columns": sorted(
                (column["name"], str(column["type"]), column["nullable"])
                for column in inspector.get_columns(table)
            ),
            "keys": sorted(
                (key["name"] or "", *key["constrained_columns"], key["referred_table"])
                for key in inspector.get_foreign_keys(table)
            ),
            "unique": sorted(
                (one["name"] or "", *one["column_names"])
                for one in inspector.get_unique_constraints(table)
            ),
            "checks": sorted(
                (one["name"] or "", re.sub(r"\s+", " ", one["sqltext"]))
                for one in inspector.get_check_constraints(table)
            ),
            "indexes": sorted(
                (
                    one["name"] or "",
                    one["unique"],
                    *(str(name) for name in one["column_names"]),
                    *sorted(f"{k} {v}" for k, v in one.get("dialect_options", {}).items()),
                )
                for one in inspector.get_indexes(table)
            ),
        }
        for table in inspector.get_table_names()
        if table != "alembic_version"
    }


def test_the_migrated_database_is_the_one_that_the_models_describe(
    bare_url: str, tmp_path: Path, engine_name: str, request: pytest.FixtureRequest
) -> None:
    migrate(bare_url, tmp_path)
    if engine_name == "sqlite":
        fresh = create_engine(f"sqlite:///{tmp_path / 'fresh.sqlite3'}")
    else:
        server: PostgresServer = request.getfixturevalue("postgres")
        server.create_database("fresh")
        fresh = create_engine(server.url("fresh"))
    Base.metadata.create_all(fresh)
    migrated = create_engine(bare_url)
    found, wanted = shape(migrated), shape(fresh)
    migrated.dispose()
    fresh.dispose()
    if engine_name == "postgresql":
        server.drop_database("fresh")
    assert found.keys() == wanted.keys()
    for table, described in wanted.items():
        assert found[table] == described, table


def test_rows_of_the_first_house_are_there_after_the_move(bare_url: str, tmp_path: Path) -> None:
    """And an id that was once given is not given again."""
    migrate(bare_url, tmp_path, "0001")
    engine = create_engine(bare_url)
    with engine.begin() as connection:
        for statement in FIRST_ROWS:
            connection.execute(text(statement))
        before = dict(connection.execute(text("SELECT * FROM ask")).mappings().one())
    migrate(bare_url, tmp_path)
    with engine.begin() as connection:
        after = dict(connection.execute(text("SELECT * FROM ask")).mappings().one())
        connection.execute(text(ANOTHER))
        ids = connection.execute(text("SELECT id FROM ask ORDER BY id")).scalars().all()
    engine.dispose()
    assert {name: after[name] for name in before} == before
    assert ids[0] == before["id"] and ids[1] > 2


def test_of_open_invitations_to_one_place_the_last_stays(bare_url: str, tmp_path: Path) -> None:
    migrate(bare_url, tmp_path, "0002")
    engine = create_engine(bare_url)
    with engine.begin() as connection:
        for statement in (_PERSON, *(_ASK.format(id=one, kind="invitation") for one in "abc")):
            connection.execute(text(statement))
    migrate(bare_url, tmp_path)
    with engine.begin() as connection:
        found = connection.execute(text("SELECT public_id, state FROM ask ORDER BY id"))
        states = {row.public_id: row.state for row in found}
    engine.dispose()
    assert states == {"a": "withdrawn", "b": "withdrawn", "c": "open"}


def test_a_ledger_keeps_every_word_and_gets_room_for_former_tellings(
    bare_url: str, tmp_path: Path
) -> None:
    migrate(bare_url, tmp_path, "0023")
    engine = create_engine(bare_url)
    with engine.begin() as connection:
        for statement in _LEDGER:
            connection.execute(text(statement))
        before = [dict(row) for row in connection.execute(_RELANCES).mappings()]
    migrate(bare_url, tmp_path)
    with engine.begin() as connection:
        after = [dict(row) for row in connection.execute(_RELANCES).mappings()]
    engine.dispose()
    for old, new in zip(before, after, strict=True):
        nobody = {} if old["answer"] else {"answered_as": None}
        assert new == {**old, **nobody, "former": 0}
    assert [one["answered_as"] for one in after] == ["Maël", None]


_RELANCES = text("SELECT * FROM relance ORDER BY id")
_RELANCE = (
    "INSERT INTO relance (territory_id, subject_kind, subject_id, basis, code, nominal_on, "
    "state, reason, decided_at, answer, answered_at, first_answered_at, answered_as) VALUES "
    "(1, 'step', 1, '2026-04-17', '{code}', '2026-04-10', 'released', 'not_me', "
    "'2026-04-10 06:00:00', {answer}, {at}, {first}, 'Maël')"
)
_LEDGER = (
    (
        "INSERT INTO territory (id, public_id, name, holiday_zone, time_zone, send_hour, is_demo, "
        "second_factor_demanded, created_at, version) VALUES (1, 't1', 'Val', 'metropole', "
        "'Europe/Paris', 8, false, false, '2026-01-01 00:00:00+00:00', 1)"
    ),
    _RELANCE.format(
        code="J-7", answer="'pas-moi'", at="'2026-04-12 06:00:00'", first="'2026-04-11 06:00:00'"
    ),
    _RELANCE.format(code="J-1", answer="NULL", at="NULL", first="NULL"),
)
_ASK = (
    "INSERT INTO ask (public_id, kind, subject_kind, subject_id, asker_id, asked_person_id, "
    "payload, text_version, asked_at, expires_at, state) VALUES "
    "('{id}', '{kind}', 'person', 1, 1, 1, '{{}}', '1', '2026-01-01 00:00:00+00:00', "
    "'2026-02-01 00:00:00+00:00', 'open')"
)
_PERSON = (
    "INSERT INTO person (public_id, name, is_operator, search_key, created_at, version) "
    "VALUES ('p1', 'Anne', false, 'anne', '2026-01-01 00:00:00+00:00', 1)"
)
FIRST_ROWS = (
    _PERSON,
    _ASK.format(id="a1", kind="invitation"),
    _ASK.format(id="a2", kind="invitation"),
    "DELETE FROM ask WHERE public_id = 'a2'",
)
ANOTHER = _ASK.format(id="a3", kind="opening")
