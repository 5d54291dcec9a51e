"""What this room holds about people: the views they keep, the calendars they opened."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.core.personal import Holding, Leaving, PersonalData, Record, Section
from app.overview.models import CalendarFeed, SavedView
from app.plans.models import ActionPlan, Project


def _let_go(session: Session, leaving: Leaving) -> None:
    """What they kept for themselves goes; what they shared stays with those who use it."""
    own = SavedView.author_id == leaving.person_id
    session.execute(delete(SavedView).where(own, SavedView.is_shared.is_(False)))
    for view in session.scalars(select(SavedView).order_by(SavedView.id).with_for_update()):
        plain = leaving.redactor_in(view.territory_id).text(view.name)
        if plain != view.name:
            # without the name, two views of one author could be called the same
            view.name = f"{plain[:60]} ({view.public_id})"
    session.flush()


def _views(session: Session, person_id: int) -> Iterator[Record]:
    query = (
        select(ActionPlan.title.label("plan"), SavedView.name, SavedView.query, SavedView.saved_at)
        .join(ActionPlan, ActionPlan.id == SavedView.plan_id)
        .where(SavedView.author_id == person_id)
        .order_by(SavedView.id)
    )
    yield from (row._asdict() for row in session.execute(query))


def _feeds(session: Session, person_id: int) -> Iterator[Record]:
    query = (
        select(
            Project.title.label("project"),
            CalendarFeed.created_at,
            CalendarFeed.revoked_at,
        )
        .outerjoin(Project, Project.id == CalendarFeed.project_id)
        .where(CalendarFeed.person_id == person_id)
        .order_by(CalendarFeed.id)
    )
    yield from (row._asdict() for row in session.execute(query))


PERSONAL = PersonalData(
    holdings=(
        Holding(
            SavedView,
            what="vues du tableau : qui les a enregistrées, noms cités dans leur titre",
            kept="vues privées jusqu’à l’effacement, vues partagées aussi longtemps que le plan",
            text="name query",
            pointers="author_id",
            neutral="public_id",
        ),
        Holding(
            CalendarFeed,
            what="adresses de calendrier : pour qui, ouvertes et fermées quand",
            kept="jusqu’à l’effacement de la personne",
            whose="person_id",
            removed=True,
            neutral="public_id",
        ),
    ),
    sections=(
        Section(
            "views",
            "Les vues du plan que vous avez enregistrées",
            "saved_view",
            {"plan": "plan", "name": "nom", "query": "filtres", "saved_at": "enregistrée le"},
            _views,
        ),
        Section(
            "calendars",
            "Les adresses de calendrier que vous avez ouvertes",
            "calendar_feed",
            {"project": "projet", "created_at": "ouverte le", "revoked_at": "fermée le"},
            _feeds,
        ),
    ),
    let_go=_let_go,
)
