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

# people without an account read there what becomes of their data
NOTICE = "/territoires/{territory}/confidentialite"
LINES = [
    line
    for line in read()
    if "{" in line.address and "_link}" not in line.address and line.address != NOTICE
]
# open to everybody who signs in, and rows of his own territory: Paul's answers differ by right
COMMON = ("/referentiels/",)
OWN = frozenset({"sorne", "scierie", "cci", "agreed", "elsewhere"})
# an id of sixteen letters that is shown to nobody else: the answer is the same, the work is not
FOUND_BY_WORK = frozenset({"{deed}", "{others_deed}", "{merge}"})
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
            line.address.format(**ids), method=line.method, data=line.sent(ids)
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


def strange(line: Line) -> frozenset[str]:
    """The rows in an address of which Paul is to know nothing."""
    return frozenset(re.findall(r"{(\w+)}", line.address)) - OWN


TO_PAUL = [line for line in LINES if not line.address.startswith(COMMON) and strange(line)]


@pytest.mark.parametrize(
    ("line", "role"),
    [*((line, "visitor") for line in LINES), *((line, "Paul") for line in TO_PAUL)],
    ids=str,
)
def test_what_exists_answers_as_what_does_not(world: World, line: Line, role: str) -> None:
    known = OWN if role == "Paul" else frozenset()
    nothing = {name: row if name in known else new_public_id() for name, row in world.rows.items()}
    there, nowhere = answered(world, role, line, world.rows), answered(world, role, line, nothing)
    if any(one in line.address for one in FOUND_BY_WORK):
        there, nowhere = there[:1], nowhere[:1]
    assert there == nowhere


def test_paul_has_a_place_in_his_own_territory(world: World) -> None:
    """Else a 404 would tell nothing."""
    own = [line for line in LINES if line.method == "GET" and not strange(line)]
    assert {line.statuses["Paul"] for line in own} == {200, 403}
    assert sum(line.statuses["Paul"] == 200 for line in own) >= 8


def test_a_territory_of_strangers_gets_404_everywhere() -> None:
    """As the access matrix proves, line by line; 403 where his own row comes first in the address,
    which tells nothing of the other."""
    assert len(TO_PAUL) > 150
    for line in TO_PAUL:
        names_his = any(f"{{{one}}}" in line.address for one in OWN)
        assert line.statuses["Paul"] in ({403, 404} if names_his else {404}), line
