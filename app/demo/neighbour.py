"""The territory next door, and that both agreed to have their levels read side by side."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from app.demo.chronicle import SAYING, Chronicle
from app.demo.episodes import tell_projects
from app.demo.ground import Ground, ground_beside, tell_ground
from app.demo.maturity import tell_readings
from app.demo.story import Story
from app.journal.kinds import Via
from app.maturity.services.sharing import agree

_AGREED = -75


def tell_next_door(ground: Ground, chronicle: Chronicle, story: Story) -> None:
    """Note its life, and the agreements of both pilots. The catalogue stands already."""
    beside = ground_beside(ground, story)
    tell_ground(beside, chronicle)
    tell_projects(beside, chronicle)
    tell_readings(beside, chronicle)
    for one in (ground, beside):
        pilot = one.story.relances_started_by
        deed = partial(_agree, one, pilot)
        day = one.story.days.at(_AGREED)
        chronicle.on(day, SAYING, f"{one.story.key}beside", pilot, Via.PAGE, deed)


def _agree(ground: Ground, pilot: str, at: datetime) -> None:
    person_id = ground.people[pilot].id
    agree(ground.session, territory_id=ground.territory.id, person_id=person_id, now=at)
