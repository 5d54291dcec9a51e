"""Invented facts for the schedule: plain builders, and hypothesis strategies over them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from app.accounts.kinds import MailRhythm
from app.reminders.kinds import Audience, Manner
from app.reminders.schedule.facts import Away, Recipient, StepFacts, TerritoryFacts

START = date(2026, 3, 2)  # a Monday
VAL = TerritoryFacts(id=1, started_on=START)
LUCIE = Recipient(id=1, public_id="lucie", name="Lucie Perrin", email="lucie@example.org")
MARC = Recipient(id=2, public_id="marc", name="Marc Oudot", email="marc@example.org")


def step(due_on: date, **changes: Any) -> StepFacts:
    """A firm's open step of Lucie's, dated long ago, in a territory that has started."""
    known: dict[str, Any] = {
        "id": 1,
        "territory": VAL,
        "due_on": due_on,
        "scheduled_on": date(2026, 2, 2),
        "audience": Audience.COMPANY,
        "recipient": LUCIE,
        "public_id": f"step{changes.get('id', 1)}",
        "title": "Peser les invendus",
    }
    return StepFacts(**{**known, **changes})


people = st.sampled_from(
    [
        LUCIE,
        MARC,
        replace(LUCIE, id=3, public_id="weekly", rhythm=MailRhythm.WEEKLY),
        replace(LUCIE, id=4, public_id="off", rhythm=MailRhythm.OFF),
        replace(LUCIE, id=5, public_id="nowhere", email=None),
        replace(LUCIE, id=6, public_id="away", paused_until=START + timedelta(days=40)),
        None,
    ]
)
territories = st.sampled_from(
    [
        VAL,
        replace(VAL, id=2, holiday_zone="alsace-moselle"),
        replace(VAL, id=3, started_on=START + timedelta(days=30)),
        replace(VAL, id=4, paused_until=START + timedelta(days=20)),
        replace(VAL, id=5, started_on=None),
    ]
)
QUARTER = 92
NADIA = Recipient(id=9, public_id="nadia", name="Nadia Roy", email="nadia@example.org")
SHUT = ((START + timedelta(days=30), START + timedelta(days=45)),)
AWAY = (Away(START + timedelta(days=20), START + timedelta(days=50), NADIA),)


@st.composite
def facts(draw: st.DrawFn) -> list[StepFacts]:
    """A few open steps of several people and territories, due around a quarter."""
    count = draw(st.integers(1, 7))
    return [
        step(
            START + timedelta(days=draw(st.integers(-20, QUARTER + 10))),
            id=number,
            territory=draw(territories),
            scheduled_on=START + timedelta(days=draw(st.integers(-40, 60))),
            audience=draw(st.sampled_from(list(Audience))),
            recipient=draw(people),
            project_active=draw(st.integers(0, 9)) > 0,
            project_since=draw(st.none() | st.just(START + timedelta(days=10))),
            blocked=draw(st.integers(0, 9)) == 0,
            news_on=draw(
                st.none() | st.integers(0, QUARTER).map(lambda n: START + timedelta(days=n))
            ),
            away=draw(st.sampled_from([(), (), AWAY])),
            milestone=draw(st.booleans()),
            waits=draw(st.integers(0, 9)) == 0,
            asked=draw(st.integers(0, 9)) == 0,
            manner=draw(st.sampled_from([Manner.USUAL, Manner.USUAL, *Manner])),
            closed=draw(st.sampled_from([(), (), SHUT])),
            organisation_id=draw(st.integers(0, 2)),
        )
        for number in range(1, count + 1)
    ]
