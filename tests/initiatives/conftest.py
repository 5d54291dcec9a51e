"""One engine: what is said here does not depend on it (tests/test_migrations.py knows both)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.accounts.sessions import viewer_of
from app.core import clock
from app.core.viewer import Viewer
from app.initiatives.kinds.notes import NoteKind, NoteVisibility
from app.initiatives.models import ContactNote
from app.initiatives.services.notes import Said, take_note
from app.journal.kinds import Via
from app.journal.recorder import acting
from tests.cast import CAST, Cast

Noted = Callable[..., ContactNote]


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


@pytest.fixture
def noted(session: Session, cast: Cast) -> Noted:
    """`noted("Karim", "Le Fournil", visibility)`: a note of the Val, flushed."""

    def write(
        author: str,
        about: str = "Le Fournil",
        visibility: NoteVisibility = NoteVisibility.PARTNERS,
        *,
        own: str | None = None,
        **more: Any,
    ) -> ContactNote:
        now = clock.now()
        acting(session, None, Via.COMMAND, now)
        said = {"kind": NoteKind.CALL, "body": f"{author}, {visibility}", "noted_on": now.date()}
        given = {name: more.pop(name) for name in list(more) if name in Said.__annotations__}
        return take_note(
            session,
            territory_id=cast.territory().id,
            organisation_id=cast.organisation(about).id,
            author_id=cast.person(author).id,
            author_organisation_id=cast.organisation(own).id if own else None,
            said=Said(**{**said, "visibility": visibility, **given}),
            now=now,
            today=now.date(),
            **more,
        )

    return write


@pytest.fixture
def viewers(session: Session, cast: Cast) -> dict[str, Viewer]:
    """Everybody of the cast, as the gate knows them."""
    known = {name: viewer_of(session, cast.person(name).id) for name in CAST}
    return {name: one for name, one in known.items() if one is not None}
