"""Doing, undoing and reading as a member of the cast."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select, true
from sqlalchemy.orm import Session

from app.core.viewer import Viewer
from app.journal.kinds import Via
from app.journal.models import Change
from app.journal.recorder import acting, plain
from app.logbook.entries import Entry
from app.logbook.queries.lines import Asked, read
from app.logbook.queries.standing import look_behind
from app.logbook.rules import reads_line, visible_part
from app.logbook.undoing.services import undo_batch
from tests.cast import NOW, Cast
from tests.logbook.samples import tracked_models
from tests.plans.test_projects import viewer_of


def last_batch(session: Session) -> str:
    return session.scalars(select(Change.batch).order_by(Change.id.desc()).limit(1)).one()


def do(
    session: Session,
    cast: Cast,
    who: str | None,
    deed: Callable[[], object],
    *,
    at: datetime = NOW,
    via: Via = Via.PAGE,
) -> str:
    """One request of this person; its batch. Not committed."""
    acting(session, cast.person(who).id if who else None, via, at)
    deed()
    session.flush()
    return last_batch(session)


def undo(session: Session, cast: Cast, who: str, batch: str, *, at: datetime = NOW) -> bool:
    viewer = viewer_of(session, cast, who)
    acting(session, viewer.person_id, Via.PAGE, at)
    done = undo_batch(session, viewer, batch, now=at)
    session.flush()
    return done


def visible_entries(session: Session, viewer: Viewer, condition: Any = None) -> list[Entry]:
    """Everything that this viewer reads."""
    scope = condition if condition is not None else true()
    readable = and_(scope, reads_line(viewer))
    found = read(session, readable, Asked(), zone="Europe/Paris", rows=5000)
    standing = look_behind(session, viewer, found.entries).standing
    parts = (visible_part(entry, viewer, standing) for entry in found.entries)
    return [part for part in parts if part is not None]


def every_value(session: Session) -> dict[tuple[str, int], dict[str, Any]]:
    """The tracked values of every tracked row, as they stand in the database."""
    session.flush()
    found = {}
    for model in tracked_models():
        columns = [getattr(model, name) for name in sorted(model.__tracked__)]
        for row in session.execute(select(model.id, *columns)):
            found[model.__name__, row[0]] = {
                name: plain(value)
                for name, value in zip(sorted(model.__tracked__), row[1:], strict=True)
            }
    return found
