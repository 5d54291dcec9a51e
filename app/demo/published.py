"""The state of the territory that was published before the last steering committee."""

from __future__ import annotations

from app.demo.chronicle import public_id
from app.demo.days import OPENING_HOUR, moment
from app.demo.ground import Ground
from app.reports.freezing import Frozen
from app.reports.queries.levels import levels
from app.reports.queries.plenary import plenary
from app.reports.services.publishing import publish

BEFORE = -24


def tell_published(ground: Ground) -> None:
    """Once all that happened stands in the journal: figures of a day are read from there."""
    day = ground.story.days.at(BEFORE)
    session, territory = ground.session, ground.territory
    sheet = plenary(session, territory, day.year, day)
    state = publish(
        session,
        territory,
        Frozen(sheet, levels(session, territory.id, day.year)),
        by_id=ground.people["anne"].id,
        now=moment(day, OPENING_HOUR, "published"),
    )
    state.public_id = public_id("published state")
    session.flush()
