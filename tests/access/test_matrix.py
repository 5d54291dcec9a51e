"""The access matrix: (method, route) × the whole cast → status."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.web.database import db
from tests.access.matrix import Line, read
from tests.access.rows import prepare
from tests.cast import CAST, Cast

LINES = read()
VISITOR = "visitor"
# served as files, to anybody
UNGUARDED = {"static"}


@pytest.fixture
def engine_name() -> str:
    """Rights do not depend on the engine, and a file is set back in no time."""
    return "sqlite"


@pytest.fixture
def set_back(app: Flask, session: Session, cast: Cast, tmp_path: Path) -> Callable[[], None]:
    """Puts the database back as it was, so that no request sees what another one changed."""
    app.extensions["maillage_rows"] = prepare(app, session, cast)
    session.close()
    live, kept = tmp_path / "maillage.sqlite3", tmp_path / "kept.sqlite3"
    _copy(live, kept)

    def put_back() -> None:
        with app.app_context():
            db.engine.dispose()
        _copy(kept, live)

    return put_back


def _copy(source: Path, target: Path) -> None:
    with (
        contextlib.closing(sqlite3.connect(source)) as read_from,
        contextlib.closing(sqlite3.connect(target)) as written_to,
    ):
        read_from.backup(written_to)


def _client(who: str, client: FlaskClient, as_: Callable[[str], FlaskClient]) -> FlaskClient:
    return client if who == VISITOR else as_(who)


@pytest.mark.parametrize("line", LINES, ids=str)
def test_everybody_gets_what_the_matrix_says(
    line: Line,
    app: Flask,
    client: FlaskClient,
    as_: Callable[[str], FlaskClient],
    set_back: Callable[[], None],
) -> None:
    rows = app.extensions["maillage_rows"]
    address = line.address.format(**rows)
    form = {name: value.format(**rows) for name, value in line.form.items()}
    found = {}
    for who in line.statuses:
        caller = _client(who, client, as_)
        with caller.open(address, method=line.method, data=form) as answer:
            found[who] = answer.status_code
        if line.method != "GET":
            set_back()
    assert found == line.statuses, f"matrix.txt:{line.number}"


def test_every_route_has_its_line(app: Flask) -> None:
    adapter = app.url_map.bind("localhost")
    specified = set()
    for line in LINES:
        address = line.address.split("?")[0].replace("{", "").replace("}", "")
        endpoint, _arguments = adapter.match(address, method=line.method)
        specified.add((line.method, endpoint))
    existing = {
        (method, rule.endpoint)
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in UNGUARDED
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert existing == specified


def test_the_matrix_speaks_of_the_whole_cast() -> None:
    assert set(LINES[0].statuses) == {VISITOR, *CAST}
