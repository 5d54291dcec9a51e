"""The piloting of a territory passes to somebody else, once they have said yes.

Until then nothing changes. The former pilot stays beside the new one until that one can come in:
a territory is never without a pilot.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.accounts.kinds import AskKind, TerritoryRoleKind
from app.accounts.models import Ask, Person, Territory
from app.accounts.queries.people import active_place
from app.accounts.queries.team import present_role
from app.accounts.rules import may_name
from app.accounts.services import asks, team
from app.accounts.services.territory_settings import hold_territory
from app.accounts.sessions import viewer_of
from app.agreements.queries.charter import belongs
from app.agreements.queries.piloting import steps_at_name
from app.agreements.services import questions
from app.agreements.services.hand_overs import LIFETIME, take_back, take_step
from app.agreements.subjects import TERRITORY
from app.agreements.texts import PILOT
from app.core.clock import local_day
from app.core.refusals import RefusedError

# whoever has not come in within this time is reminded by people, not by a tick
FINISHED_WITHIN = timedelta(days=90)


def offer_piloting(
    session: Session,
    territory: Territory,
    *,
    organisation_id: int,
    person_id: int,
    keeps: TerritoryRoleKind | None,
    word: str | None,
    asker_id: int,
    now: datetime,
) -> Ask:
    """Ask a person to pilot the territory; `keeps` is what the asker stays, None for nothing.

    A former offer is taken back. Raises RefusedError for oneself, for who has no address or is
    in no organisation of the territory.
    """
    hold_territory(session, territory.id)
    person = session.get_one(Person, person_id)
    if person_id == asker_id:
        raise RefusedError("C’est déjà vous qui animez ce territoire.")
    is_here = belongs(session, territory.id, organisation_id)
    if not is_here or active_place(session, person_id, organisation_id) is None:
        raise RefusedError("Choisissez quelqu’un d’une organisation du territoire.")
    if person.email is None:
        raise RefusedError(f"{person.name} n’a pas d’adresse e-mail pour répondre.")
    take_back(session, TERRITORY, territory.id)
    return questions.put(
        session,
        kind=AskKind.HAND_OVER,
        subject=(TERRITORY, territory.id),
        organisation_id=organisation_id,
        person_id=person_id,
        asker_id=asker_id,
        place=(territory.id, None),
        text_version=PILOT,
        payload={"word": word, "keeps": keeps.value if keeps else None},
        now=now,
        expires_at=now + LIFETIME,
    )


def release(session: Session, ask: Ask, now: datetime) -> bool:
    """The former pilot becomes what she chose; False while nobody else could come in."""
    territory = hold_territory(session, ask.subject_id)
    former = present_role(session, ask.asker_id, territory.id)
    heir = ask.asked_person_id
    assert heir is not None  # piloting is offered to a person
    if former is not None and former.role is TerritoryRoleKind.PILOT:
        today = local_day(now, territory.time_zone)
        try:
            if ask.payload["keeps"]:
                to = TerritoryRoleKind(ask.payload["keeps"])
                team.change_role(session, former, to=to, function=None, by_id=heir, today=today)
            else:
                team.end_role(session, former, by_id=heir, today=today)
        except RefusedError:
            return False
    ask.payload = {**ask.payload, "released": True}
    session.flush()
    return True


def _still_asked(session: Session, ask: Ask) -> bool:
    """Whether who asks still pilots the territory, and the other one is still one of its people."""
    asker = viewer_of(session, ask.asker_id)
    organisation_id, person_id = ask.asked_organisation_id, ask.asked_person_id
    if asker is None or organisation_id is None or person_id is None:
        return False
    return (
        may_name(asker, ask.subject_id, TerritoryRoleKind.PILOT)
        and belongs(session, ask.subject_id, organisation_id)
        and active_place(session, person_id, organisation_id) is not None
    )


def _accepted(session: Session, ask: Ask, now: datetime) -> None:
    heir = ask.asked_person_id
    assert heir is not None  # piloting is offered to a person
    territory = hold_territory(session, ask.subject_id)
    today = local_day(now, territory.time_zone)
    team.make_pilot(session, person_id=heir, territory_id=territory.id, today=today)
    _pass_steps(session, ask, heir, now)
    release(session, ask, now)


def _pass_steps(session: Session, ask: Ask, heir: int, now: datetime) -> None:
    """What stood at the former pilot's own name, with its relances."""
    organisation_id = ask.asked_organisation_id
    assert organisation_id is not None  # their organisation takes the steps over with them
    for step in steps_at_name(session, ask.subject_id, ask.asker_id):
        if step.lead_organisation_id == organisation_id:
            step.lead_person_id = heir
        else:
            take_step(
                session,
                step,
                organisation_id=organisation_id,
                lead_person_id=heir,
                person_id=heir,
                now=now,
            )
    session.flush()


HANDLER = asks.Handler(stands=_still_asked, run=_accepted)
