"""Writes the story into the database, and finds it there again."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Territory
from app.demo.agreements import tell_agreements
from app.demo.charter import tell_charter
from app.demo.chronicle import Chronicle, public_id
from app.demo.contacts import tell_contacts
from app.demo.crowd import write_crowd
from app.demo.days import OPENING_HOUR, moment
from app.demo.episodes import tell_projects
from app.demo.ground import new_ground, tell_ground
from app.demo.informed import tell_everybody
from app.demo.lately import tell_lately
from app.demo.ledger import write_past
from app.demo.maturity import import_catalogue, tell_readings
from app.demo.meetings import tell_meetings
from app.demo.neighbour import tell_next_door
from app.demo.papers import tell_papers
from app.demo.programmes import tell_programmes
from app.demo.published import tell_published
from app.demo.relances import past_of
from app.demo.stages import tell_stages
from app.demo.story import Story, tell_neighbour
from app.demo.views import tell_views
from app.files.store import Store


class NotOursError(Exception):
    """The database holds a territory that is not of the demonstration; its text says so."""


@dataclass(frozen=True)
class Outcome:
    """The story's territory, and whether it was written just now."""

    territory: Territory
    is_new: bool


def build(session: Session, story: Story, scale: int = 1, *, store: Store | None = None) -> Outcome:
    """Write the demonstration, with a crowd up to `scale` territories, unless it stands there
    already; its files go into `store`, without one there are none. The caller commits."""
    _refuse_strangers(session)
    known = session.scalar(select(Territory).where(Territory.public_id == public_id("territory")))
    if known is not None:
        return Outcome(known, is_new=False)
    chronicle = Chronicle()
    ground = new_ground(session, story)
    tell_ground(ground, chronicle)
    tell_projects(ground, chronicle)
    tell_agreements(ground, chronicle)
    tell_charter(ground, chronicle)
    tell_meetings(ground, chronicle)
    tell_contacts(ground, chronicle)
    tell_stages(ground, chronicle)
    import_catalogue(session, moment(story.began_on, OPENING_HOUR, "catalogue"))
    tell_readings(ground, chronicle)
    tell_programmes(ground, chronicle)
    if store is not None:
        tell_papers(ground, chronicle, store)
    tell_next_door(ground, chronicle, tell_neighbour(story.days.today))
    chronicle.play(session, ground.people)
    tell_views(ground)
    write_past(ground, past_of(story))
    tell_lately(ground)
    tell_published(ground)
    write_crowd(session, story, scale)
    tell_everybody(session)
    return Outcome(ground.territory, is_new=True)


def _refuse_strangers(session: Session) -> None:
    strangers = session.scalar(
        select(func.count()).select_from(Territory).where(Territory.is_demo.is_(False))
    )
    if strangers:
        raise NotOursError(
            "This database holds a territory of its own: the demonstration only goes into an "
            "empty one."
        )
