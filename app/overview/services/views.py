"""Views that people keep: saved, renamed, shared, removed, brought back. The caller commits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core.refusals import RefusedError
from app.core.viewer import Viewer
from app.overview.asked import clean
from app.overview.models import SavedView
from app.plans.models import ActionPlan

LONGEST_NAME = 80
TAKEN = "Vous avez déjà une vue de ce nom : choisissez-en un autre."


def save_view(
    session: Session,
    viewer: Viewer,
    plan: ActionPlan,
    *,
    name: str,
    query: str,
    is_shared: bool,
    now: datetime,
) -> SavedView:
    """Keep filters under a name; what is no filter of the table is left out of them."""
    said = clean(query)
    if not said:
        raise RefusedError("Choisissez d’abord au moins un filtre.")
    view = SavedView(
        territory_id=plan.territory_id,
        plan_id=plan.id,
        author_id=viewer.person_id,
        name=_named(name),
        query=said,
        is_shared=is_shared,
        saved_at=now,
    )
    session.add(view)
    _require_free_name(session)
    return view


def rename_view(session: Session, view: SavedView, *, name: str, is_shared: bool) -> None:
    view.name = _named(name)
    view.is_shared = is_shared
    _require_free_name(session)


def remove_view(view: SavedView, *, now: datetime) -> None:
    """Said twice, it stays removed since the first time."""
    view.removed_at = view.removed_at or now


def restore_view(session: Session, view: SavedView) -> None:
    taken = select(SavedView.id).where(
        SavedView.author_id == view.author_id,
        SavedView.plan_id == view.plan_id,
        SavedView.name == view.name,
        SavedView.removed_at.is_(None),
        SavedView.id != view.id,
    )
    if session.scalar(taken) is not None:
        raise RefusedError(TAKEN)
    view.removed_at = None
    session.flush()


def _named(name: str) -> str:
    plain = " ".join(name.split())[:LONGEST_NAME]
    if not plain:
        raise RefusedError("Donnez un nom à cette vue.")
    return plain


def _require_free_name(session: Session) -> None:
    """The database says so, whoever is quicker. The caller rolls back."""
    try:
        session.flush()
    except IntegrityError:
        raise RefusedError(TAKEN) from None
