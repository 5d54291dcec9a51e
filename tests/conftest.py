"""Fixtures of the whole suite: both databases, an application, and the cast."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session

from app.accounts.sessions import open_session
from app.core import clock
from app.core.database import READ_ONLY
from app.factory import create_app
from app.web.database import db
from app.web.logs import QuietFlask
from config import Settings
from tests import cast as the_cast
from tests.parts import compiled, dialects, passwords, routing
from tests.parts.lending import Lender
from tests.parts.postgres import PostgresServer

pytest_plugins = ("tests.parts.fixtures",)
SECRET = "a secret for the tests, long enough"
compiled.share(QuietFlask)
routing.share(QuietFlask)
dialects.share()
passwords.share()


def settings_for(database_url: str, data_dir: Path, *, demo: bool = False) -> Settings:
    """Settings of an installation that mails into its Maildir and ticks nothing."""
    return Settings(
        secret_key=SECRET,
        database_url=database_url,
        data_dir=data_dir,
        base_url="http://localhost",
        smtp=None,
        mail_from="maillage@example.org",
        scheduler="off",
        demo=demo,
    )


def make_app(database_url: str, data_dir: Path, *, demo: bool = False) -> Flask:
    app = create_app(settings_for(database_url, data_dir, demo=demo))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    dialects.remember(_engine(app))
    return app


def _migrate(database_url: str, data_dir: Path, *, with_cast: bool) -> None:
    app = make_app(database_url, data_dir)
    with app.app_context():
        upgrade()
        if with_cast:
            with Session(db.engine) as session:
                the_cast.build(session)
        db.engine.dispose()


@pytest.fixture(scope="session")
def sqlite_templates(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, Path]:
    """Migrated SQLite files by whether the cast stands in them; tests get copies."""
    folder = tmp_path_factory.mktemp("templates")
    files = {True: folder / "cast.sqlite3", False: folder / "empty.sqlite3"}
    for with_cast, file in files.items():
        _migrate(f"sqlite:///{file}", folder, with_cast=with_cast)
    return files


@pytest.fixture(scope="session")
def postgres_templates(
    postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> dict[bool, str]:
    """The same on PostgreSQL: names of databases that tests copy."""
    names = {True: "template_cast", False: "template_empty"}
    for with_cast, name in names.items():
        postgres.create_database(name)
        _migrate(postgres.url(name), tmp_path_factory.mktemp("data"), with_cast=with_cast)
    return names


@pytest.fixture(scope="session")
def lenders(
    postgres: PostgresServer, postgres_templates: dict[bool, str]
) -> Iterator[dict[bool, Lender]]:
    """Databases for one test after another, by whether the cast stands in them."""
    lending = {which: Lender(postgres, name) for which, name in postgres_templates.items()}
    yield lending
    for one in lending.values():
        one.close()


@contextlib.contextmanager
def _database(request: pytest.FixtureRequest, engine: str, *, with_cast: bool) -> Iterator[str]:
    if engine == "sqlite":
        file: Path = request.getfixturevalue("tmp_path") / "maillage.sqlite3"
        template = request.getfixturevalue("sqlite_templates")[with_cast]
        # nobody has it open: all of it stands in this one file
        shutil.copyfile(template, file)
        yield f"sqlite:///{file}"
        return
    lender: Lender = request.getfixturevalue("lenders")[with_cast]
    lent = lender.lend()
    yield lender.url(lent)
    lender.take_back(lent)


@pytest.fixture(params=["sqlite", "postgresql"])
def engine_name(request: pytest.FixtureRequest) -> str:
    """Every test that touches a database runs on both engines."""
    return str(request.param)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, engine_name: str) -> Iterator[str]:
    """A database of this test's own, migrated, with the cast in it."""
    with _database(request, engine_name, with_cast=True) as url:
        yield url


@pytest.fixture
def empty_database_url(request: pytest.FixtureRequest, engine_name: str) -> Iterator[str]:
    """A database of this test's own, migrated, without a row."""
    with _database(request, engine_name, with_cast=False) as url:
        yield url


def _engine(app: Flask) -> Engine:
    with app.app_context():
        return db.engine


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    made = make_app(database_url, tmp_path)
    yield made
    _engine(made).dispose()


@pytest.fixture
def empty_app(empty_database_url: str, tmp_path: Path) -> Iterator[Flask]:
    made = make_app(empty_database_url, tmp_path)
    yield made
    _engine(made).dispose()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session of the test's own beside the application's; commit to let the app see it.

    It locks nothing while it only reads, so that the application can write meanwhile; call
    `session.rollback()` to see what the application has written since.
    """
    with _reading_session(app) as opened:
        yield opened


@pytest.fixture
def empty_session(empty_app: Flask) -> Iterator[Session]:
    with _reading_session(empty_app) as opened:
        yield opened


def _reading_session(app: Flask) -> Session:
    reading = _engine(app).execution_options()
    event.listen(reading, "engine_connect", _reads_only)
    return Session(reading)


def _reads_only(connection: Connection) -> None:
    connection.execution_options(**{READ_ONLY: True})


@pytest.fixture
def cast(session: Session) -> the_cast.Cast:
    return the_cast.Cast(session)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor who has not signed in."""
    return app.test_client()


@pytest.fixture
def as_(app: Flask) -> Callable[[str], FlaskClient]:
    """`as_("Anne").post(…)`: a client of a signed-in member of the cast."""

    def sign_in(first_name: str) -> FlaskClient:
        client = app.test_client()
        with Session(_engine(app)) as opened:
            person = the_cast.Cast(opened).person(first_name)
            key = open_session(opened, person_id=person.id, browser="tests", now=clock.now())
            opened.commit()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = key
            cookie["_fresh"] = True
        return client

    return sign_in


@dataclass
class QueryCount:
    """How many statements an engine has run since the count was opened or reset."""

    statements: list[str]

    def __len__(self) -> int:
        return len(self.statements)

    def reset(self) -> None:
        self.statements.clear()


@pytest.fixture
def queries(app: Flask) -> Iterator[QueryCount]:
    """Counts the SELECTs and writes of the application; BEGIN and pragmas are not counted."""
    counted = QueryCount([])

    def note(_c: object, _cur: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            counted.statements.append(statement)

    engine = _engine(app)
    event.listen(engine, "before_cursor_execute", note)
    yield counted
    event.remove(engine, "before_cursor_execute", note)
