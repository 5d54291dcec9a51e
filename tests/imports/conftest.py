"""Who brings tables in."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from app.journal.kinds import Via
from app.journal.recorder import acting
from tests.cast import NOW, Cast


@pytest.fixture
def anne_acts(session: Session, cast: Cast) -> None:
    """What the test's own session changes, Anne changes by an import."""
    acting(session, cast.person("Anne").id, Via.IMPORT, NOW)
