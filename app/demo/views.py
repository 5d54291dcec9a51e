"""The views of the plan's table that the story's people share."""

from __future__ import annotations

from datetime import timedelta

from app.core.viewer import Viewer
from app.demo.chronicle import public_id
from app.demo.days import OPENING_HOUR, moment
from app.demo.ground import Ground
from app.overview.services.views import save_view

# (whose, its name, its filters)
_VIEWS = (
    ("anne", "Ce qui coince", "statut=blocked"),
    ("anne", "Les échéances passées", "quand=passees"),
)


def tell_views(ground: Ground) -> None:
    """Once everybody and the plan are there; views are no history."""
    day = ground.story.began_on + timedelta(days=60)
    for key, name, query in _VIEWS:
        who = ground.people[key]
        view = save_view(
            ground.session,
            Viewer(person_id=who.id, name=who.name, sign_in_id=0),
            ground.plan,
            name=name,
            query=query,
            is_shared=True,
            now=moment(day, OPENING_HOUR, name),
        )
        view.public_id = public_id(f"view {name}")
    ground.session.flush()
