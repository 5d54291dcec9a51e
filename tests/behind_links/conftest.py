"""The pages behind links, served to a browser on the morning on which the mails are read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import time_machine
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy.orm import Session

from app.web.database import db
from tests import cast
from tests.behind_links.doors import READ_AT, open_doors
from tests.conftest import make_app
from tests.mails.scene import Scene, furnish
from tests.parts.browser import serving


@dataclass(frozen=True)
class House:
    """An address without a slash, and the path of each page by what is seen there."""

    site: str
    doors: dict[str, str]


@pytest.fixture(autouse=True)
def the_morning() -> Iterator[None]:
    with time_machine.travel(READ_AT, tick=True):
        yield


def opened(app: Flask) -> dict[str, str]:
    """The doors of an application whose database holds the cast."""
    with app.app_context():
        engine = db.engine
    with Session(engine) as session:
        furnish(session)
        found = open_doors(Scene(app, engine, session, now=READ_AT))
    engine.dispose()
    return found


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """For tests that look and change nothing."""
    folder = tmp_path_factory.mktemp("house")
    app = make_app(f"sqlite:///{folder / 'maillage.sqlite3'}", folder)
    with time_machine.travel(READ_AT, tick=True):
        with app.app_context():
            upgrade()
            with Session(db.engine) as session:
                cast.build(session)
        doors = opened(app)
    with serving(app) as site:
        yield House(site, doors)
    with app.app_context():
        db.engine.dispose()
