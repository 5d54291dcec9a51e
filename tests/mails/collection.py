"""Every mail of every kind, each from a database where nothing else happened."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy.orm import Session

from app.web.database import db
from tests import cast
from tests.conftest import make_app
from tests.hostile.world import copy_database, lay_over
from tests.mails import gatherings, people, projects, relances
from tests.mails.scene import Occasion, Sample, Scene, furnish, sample

OCCASIONS: Mapping[str, Occasion] = {
    **relances.OCCASIONS,
    **gatherings.OCCASIONS,
    **projects.OCCASIONS,
    **people.OCCASIONS,
}


def collect(folder: Path) -> list[Sample]:
    """All mails in the order of OCCASIONS; `folder` takes the databases, and may be thrown away."""
    file, kept = folder / "mails.sqlite3", folder / "kept.sqlite3"
    made: list[Sample] = []
    with _world(file, folder) as app:
        copy_database(file, kept)
        for name, occasion in OCCASIONS.items():
            lay_over(kept, file)
            with app.app_context():
                engine = db.engine
            with Session(engine) as session:
                made.append(sample(name, Scene(app, engine, session), occasion))
            engine.dispose()
    return made


@contextlib.contextmanager
def _world(file: Path, folder: Path) -> Iterator[Flask]:
    """The cast, furnished, in a new database that nobody has open."""
    app = make_app(f"sqlite:///{file}", folder)
    with app.app_context():
        upgrade()
        engine = db.engine
        with Session(engine) as session:
            cast.build(session)
            furnish(session)
        engine.dispose()
    yield app
