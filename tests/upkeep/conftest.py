"""Places to take a backup from and to restore one into."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.demo.build import build
from app.demo.story import tell
from app.web.database import db
from tests.conftest import make_app
from tests.parts.postgres import PostgresServer

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Place:
    """An installation: its application, its data folder, its engine."""

    app: Flask
    data_dir: Path
    engine: Engine

    def run(self, *arguments: str | Path) -> Result:
        """`flask …` here."""
        return self.app.test_cli_runner().invoke(args=[str(one) for one in arguments])


NewPlace = Callable[[str], Place]


@pytest.fixture
def new_place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NewPlace]:
    """Makes an empty, migrated installation on an engine: "sqlite" or "postgresql"."""
    made: list[Place] = []

    def make(engine_name: str) -> Place:
        number = next(_numbers)
        folder = tmp_path / f"place{number}"
        folder.mkdir()
        if engine_name == "sqlite":
            template: Path = request.getfixturevalue("sqlite_templates")[False]
            url = f"sqlite:///{shutil.copy(template, folder / 'maillage.sqlite3')}"
        else:
            server: PostgresServer = request.getfixturevalue("postgres")
            name = f"upkeep_{number}"
            server.create_database(name, request.getfixturevalue("postgres_templates")[False])
            url = server.url(name)
        made.append(_place(url, folder))
        return made[-1]

    yield make
    for place in made:
        place.engine.dispose()


@pytest.fixture(scope="session")
def story_file(
    sqlite_templates: dict[bool, Path], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A SQLite file with two years of a whole territory in it."""
    folder = tmp_path_factory.mktemp("upkeep")
    file = Path(shutil.copy(sqlite_templates[False], folder / "story.sqlite3"))
    place = _place(f"sqlite:///{file}", folder)
    with Session(place.engine) as session:
        build(session, tell(date(2026, 11, 24)))
        session.commit()
    place.engine.dispose()
    return file


@pytest.fixture
def story(story_file: Path, tmp_path: Path) -> Iterator[Place]:
    """An installation with a whole territory, and two mails in its Maildir."""
    folder = tmp_path / "story"
    folder.mkdir()
    copy = shutil.copy(story_file, folder / "maillage.sqlite3")
    for name in ("cur", "new", "tmp"):
        (folder / "mailbox" / name).mkdir(parents=True)
    (folder / "mailbox" / "new" / "one.maillage").write_bytes(b"Subject: un\r\n\r\n\xff")
    (folder / "mailbox" / "cur" / "two.maillage:2,S").write_bytes(b"")
    place = _place(f"sqlite:///{copy}", folder)
    yield place
    place.engine.dispose()


def _place(url: str, folder: Path) -> Place:
    app = make_app(url, folder)
    with app.app_context():
        return Place(app, folder, db.engine)
