"""Views and calendar addresses that the access matrix speaks of."""

from __future__ import annotations

from flask import Flask
from sqlalchemy.orm import Session

from app.core import clock
from app.overview.models import CalendarFeed, SavedView
from tests.cast import BEGINNING, Cast


def look_over(app: Flask, session: Session, cast: Cast) -> dict[str, str]:
    """{name in braces: what stands there}: Karim's two views, one of them shared, Lucie's feed."""
    plan = cast.plan()
    views = [
        SavedView(
            territory_id=plan.territory_id,
            plan_id=plan.id,
            author_id=cast.person("Karim").id,
            name=name,
            query="statut=blocked",
            is_shared=name == "Partagée",
            saved_at=BEGINNING,
        )
        for name in ("Partagée", "À moi")
    ]
    feed = CalendarFeed(person_id=cast.person("Lucie").id, created_at=clock.now())
    session.add_all([*views, feed])
    session.flush()
    shared, own = (view.public_id for view in views)
    token = app.extensions["maillage_links"].token(feed.public_id)
    return {"shared_view": shared, "own_view": own, "feed_link": str(token)}
