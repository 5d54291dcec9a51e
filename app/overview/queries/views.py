"""The views that a viewer finds in a plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.core.viewer import Viewer
from app.overview.models import SavedView
from app.overview.rules import may_keep_view, visible_views


class ViewLine(NamedTuple):
    """A view as lists name it; `author` where it is somebody else's."""

    public_id: str
    name: str
    query: str
    is_shared: bool
    author: str | None
    may_keep: bool


def views_of(session: Session, viewer: Viewer, plan_id: int) -> Sequence[ViewLine]:
    """Those of a plan, by name; one's own first."""
    rows = session.execute(
        visible_views(viewer)
        .add_columns(Person.name)
        .join(Person, Person.id == SavedView.author_id)
        .where(SavedView.plan_id == plan_id, SavedView.removed_at.is_(None))
        .order_by(SavedView.author_id != viewer.person_id, SavedView.name, SavedView.id)
    )
    return [_line(viewer, view, author) for view, author in rows]


def _line(viewer: Viewer, view: SavedView, author: str) -> ViewLine:
    is_own = view.author_id == viewer.person_id
    return ViewLine(
        view.public_id,
        view.name,
        view.query,
        view.is_shared,
        None if is_own else author,
        may_keep_view(viewer, view),
    )
