"""Everybody's client, and a database that is set back after each request that writes."""

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
from tests.access.rows import prepare
from tests.cast import Cast

VISITOR = "visitor"


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


def client_of(who: str, client: FlaskClient, as_: Callable[[str], FlaskClient]) -> FlaskClient:
    return client if who == VISITOR else as_(who)
