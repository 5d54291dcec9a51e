"""Views and calendar addresses that the access matrix speaks of."""

from __future__ import annotations

from flask import Flask
from sqlalchemy.orm import Session

from app.core import clock
from app.overview.models import CalendarFeed, SavedView
from tests.cast import BEGINNING, Cast


def look_over(app: Flask, session: Session, cast: Cast) -> dict[str, str]:
    """{name in braces: what stands there}: Karim shares a view, Fanny has her own; Lucie's feed."""
    plan = cast.plan()
    views = [
        SavedView(
            territory_id=plan.territory_id,
            plan_id=plan.id,
            author_id=cast.person(who).id,
            name=name,
            query="statut=blocked",
            is_shared=is_shared,
            saved_at=BEGINNING,
        )
        for who, name, is_shared in (("Karim", "Partagée", True), ("Fanny", "À moi", False))
    ]
    feed = CalendarFeed(person_id=cast.person("Lucie").id, created_at=clock.now())
    session.add_all([*views, feed])
    session.flush()
    shared, own = (view.public_id for view in views)
    token = app.extensions["maillage_links"].token(feed.public_id)
    return {"shared_view": shared, "own_view": own, "feed_link": str(token)}
