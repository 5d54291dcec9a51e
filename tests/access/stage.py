"""One application for the whole matrix: everybody signed in, and set back after what was written.

Built once a module: what takes long is making it, not asking it.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts.sessions import open_session
from app.core import clock
from app.web.database import db
from tests.access.rows import prepare
from tests.access.understudies import UNDERSTUDIES
from tests.cast import CAST, Cast
from tests.conftest import make_app

VISITOR = "visitor"


@dataclass(frozen=True)
class Stage:
    """`rows` are what stands for the names in braces, `keys` each member's open session."""

    app: Flask
    rows: dict[str, str]
    keys: dict[str, str]
    live: sqlite3.Connection
    kept: sqlite3.Connection

    def status(self, who: str, method: str, address: str, form: dict[str, str]) -> int:
        """What somebody's request answers, in a browser that holds their session alone."""
        client = self.app.test_client()
        if who in self.keys:
            with client.session_transaction() as cookie:
                cookie.update(_user_id=self.keys[who], _fresh=True)
        answer: TestResponse
        data = {name: value.format(**self.rows) for name, value in form.items()}
        with client.open(address.format(**self.rows), method=method, data=data) as answer:
            return answer.status_code

    def moment(self) -> int:
        """Another number as soon as somebody else has written anything."""
        found: int = self.live.execute("PRAGMA data_version").fetchone()[0]
        return found

    def set_back(self) -> None:
        """The database as it was, so that no request sees what another one changed."""
        self.kept.backup(self.live)


@pytest.fixture(scope="module")
def stage(
    sqlite_templates: dict[bool, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """On SQLite alone: rights do not depend on the engine, and a file is set back in no time."""
    folder = tmp_path_factory.mktemp("stage")
    file = folder / "maillage.sqlite3"
    with (
        contextlib.closing(sqlite3.connect(sqlite_templates[True])) as template,
        contextlib.closing(sqlite3.connect(file)) as live,
        contextlib.closing(sqlite3.connect(":memory:")) as kept,
    ):
        # what is lost with the machine's power is made again
        live.execute("PRAGMA synchronous = OFF")
        template.backup(live)
        app = make_app(f"sqlite:///{file}", folder)
        with app.app_context():
            engine = db.engine
        rows, keys = _act(app, engine)
        live.backup(kept)
        yield Stage(app, rows, keys, live, kept)
        engine.dispose()


def _act(app: Flask, engine: Engine) -> tuple[dict[str, str], dict[str, str]]:
    with Session(engine) as session:
        cast = Cast(session)
        rows = prepare(app, session, cast)
        keys = {
            who: open_session(
                session, person_id=cast.person(who).id, browser="tests", now=clock.now()
            )
            for who in (*CAST, *UNDERSTUDIES)
        }
        session.commit()
    return rows, keys
