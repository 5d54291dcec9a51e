"""An application beside a provider of identities, and Lucie, who has an account."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.journal.kinds import Via
from app.journal.recorder import acting
from app.web.database import db
from tests.accounts.entering import hashed
from tests.accounts.oidc.going import app_with
from tests.cast import NOW, Cast
from tests.parts.identity_provider import IdentityProvider, running_provider


@pytest.fixture
def engine_name() -> str:
    """What a provider says does not depend on the engine; what is written does (test_linking)."""
    return "sqlite"


@pytest.fixture(params=["generic", "proconnect"])
def provider(request: pytest.FixtureRequest) -> Iterator[IdentityProvider]:
    with running_provider(IdentityProvider(proconnect=request.param == "proconnect")) as running:
        yield running


@pytest.fixture
def app(provider: IdentityProvider, database_url: str, tmp_path: Path) -> Iterator[Flask]:
    made = app_with(provider, database_url, tmp_path)
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture(autouse=True)
def lucie(session: Session, cast: Cast) -> int:
    """Lucie has an account with a password."""
    acting(session, None, Via.COMMAND, NOW)
    person = cast.person("Lucie")
    person.password_hash, found = hashed(), person.id
    session.commit()
    return found
