"""The ladder in the database, and the Val's assessment of 2026 opened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from app.maturity.models import Assessment
from app.web.database import db
from tests.cast import Cast
from tests.maturity.samples import assess, import_ladder

TUESDAY = datetime(2026, 4, 7, 7, 0, tzinfo=UTC)


@pytest.fixture
def on_tuesday() -> Iterator[None]:
    """The clock of the pages stands at the cast's today; it does not tick."""
    with time_machine.travel(TUESDAY, tick=False):
        yield


@pytest.fixture
def writing(app: Flask) -> Iterator[Session]:
    """Of a test that asks queries and verbs themselves."""
    with app.app_context():
        engine = db.engine
    with Session(engine) as opened:
        import_ladder(opened)
        yield opened


@pytest.fixture
def here(writing: Session) -> Cast:
    return Cast(writing)


@pytest.fixture
def opened(on_tuesday: None, session: Session, cast: Cast) -> Assessment:
    import_ladder(session)
    return assess(session, cast)
