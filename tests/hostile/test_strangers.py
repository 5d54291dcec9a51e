"""A stranger cannot tell what exists from what does not: same bytes, same headers, same work."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event
from werkzeug.test import TestResponse

from app.core.database import new_public_id
from app.web.database import db
from tests.access.matrix import Line, read
from tests.hostile.world import World, hostile_world

LINES = [line for line in read() if "{" in line.address and "_link}" not in line.address]
# who sees nothing of the Val, and who is not even signed in
STRANGERS = ("Paul", "visitor")
# open to everybody who signs in; Paul's answers differ there by right
COMMON = ("/referentiels/",)
CSRF = re.compile(r'(name="csrf_token" value=|X-CSRFToken": )"[^"]*"')


@pytest.fixture(scope="module")
def world(
    sqlite_templates: dict[bool, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    with hostile_world(sqlite_templates[True], tmp_path_factory.mktemp("strangers")) as made:
        yield made


def answered(world: World, role: str, line: Line, ids: dict[str, str]) -> tuple[object, ...]:
    """All that an answer tells, ids and tokens aside, and how many statements it took."""
    statements: list[str] = []

    def note(_c: object, _cur: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    with world.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        with world.client(role).open(
            line.address.format(**ids), method=line.method, data=line.form
        ) as answer:
            return told(answer, ids), len(statements)
    finally:
        event.remove(engine, "before_cursor_execute", note)


def told(answer: TestResponse, ids: dict[str, str]) -> tuple[int, str, list[tuple[str, str]]]:
    def plain(text: str) -> str:
        for one in sorted(ids.values(), key=len, reverse=True):
            text = text.replace(one, "ID")
        return CSRF.sub("TOKEN", text)

    headers = [(name, plain(value)) for name, value in answer.headers if name != "Set-Cookie"]
    return answer.status_code, plain(answer.get_data(as_text=True)), headers


@pytest.mark.parametrize("role", STRANGERS)
@pytest.mark.parametrize("line", LINES, ids=str)
def test_what_exists_answers_as_what_does_not(world: World, line: Line, role: str) -> None:
    if role == "Paul" and line.address.startswith(COMMON):
        pytest.skip("everybody who signs in reads it")
    if line.address == "/projets/{elsewhere}" and role == "Paul":
        pytest.skip("his own")
    nothing = {name: new_public_id() for name in world.rows}
    there, nowhere = answered(world, role, line, world.rows), answered(world, role, line, nothing)
    assert there == nowhere


@pytest.mark.parametrize("line", LINES, ids=str)
def test_a_territory_of_strangers_gets_404_everywhere(world: World, line: Line) -> None:
    if line.address.startswith(COMMON) or line.address == "/projets/{elsewhere}":
        return
    with world.client("Paul").open(
        line.address.format(**world.rows), method=line.method, data=line.form
    ) as answer:
        assert answer.status_code == 404
