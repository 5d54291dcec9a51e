"""The story told once on each database, for the tests that only read it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Territory
from app.demo.build import build
from app.demo.chronicle import public_id
from app.demo.story import Story, tell
from app.web.database import db
from tests.conftest import make_app
from tests.parts.postgres import PostgresServer

TUESDAY = date(2026, 11, 24)


def told_territory(session: Session) -> Territory:
    """The territory of the story; the one next door stands beside it."""
    wanted = Territory.public_id == public_id("territory")
    return session.scalars(select(Territory).where(wanted)).one()


@pytest.fixture(scope="session")
def story() -> Story:
    """The story of a Tuesday."""
    return tell(TUESDAY)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def told_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, story: Story
) -> str:
    """A database in which that story stands."""
    folder = tmp_path_factory.mktemp("story")
    if request.param == "sqlite":
        templates: dict[bool, Path] = request.getfixturevalue("sqlite_templates")
        url = f"sqlite:///{shutil.copy(templates[False], folder / 'story.sqlite3')}"
    else:
        server: PostgresServer = request.getfixturevalue("postgres")
        names: dict[bool, str] = request.getfixturevalue("postgres_templates")
        server.create_database("story", names[False])
        url = server.url("story")
    app = make_app(url, folder)
    with app.app_context():
        with Session(db.engine) as session:
            assert build(session, story).is_new
            session.commit()
        db.engine.dispose()
    return url


@pytest.fixture
def told(told_url: str, tmp_path: Path) -> Iterator[Session]:
    """A session that reads the story; what it writes is rolled back."""
    app = make_app(told_url, tmp_path)
    with app.app_context():
        engine = db.engine
    with Session(engine) as session:
        yield session
    engine.dispose()
