"""Which territories an organisation belongs to. Verbs: rights were checked, the caller commits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.accounts.models import Departure, Organisation, Territory
from app.core.refusals import RefusedError

REGRET = timedelta(days=1)
# (session, organisation's id, territory's id) → the French reason why it is needed there
Need = Callable[[Session, int, int], str | None]
_needs: list[Need] = []


def register_need(need: Need) -> None:
    """A room above says what keeps an organisation in a territory; registering again is nothing."""
    if need not in _needs:
        _needs.append(need)


def needed_in(session: Session, organisation_id: int, territory_id: int) -> str | None:
    """The French reason why it cannot leave this territory, if there is one."""
    reasons = (need(session, organisation_id, territory_id) for need in _needs)
    return next((reason for reason in reasons if reason is not None), None)


def attach(organisation: Organisation, territory: Territory) -> None:
    """It belongs to this territory as well. Raises RefusedError where it does already."""
    if territory in organisation.territories:
        raise RefusedError("Cette organisation fait déjà partie du territoire.")
    organisation.territories.append(territory)


def detach(
    session: Session,
    organisation: Organisation,
    territory: Territory,
    *,
    person_id: int,
    now: datetime,
) -> Departure:
    """It no longer belongs to this territory. Raises RefusedError where something needs it."""
    if territory not in organisation.territories:
        raise RefusedError("Cette organisation ne fait pas partie du territoire.")
    reason = needed_in(session, organisation.id, territory.id)
    if reason is not None:
        raise RefusedError(reason)
    zone = organisation.zone
    leaves_zone = zone is not None and zone.territory_id == territory.id
    departure = Departure(
        organisation_id=organisation.id,
        territory_id=territory.id,
        zone_id=organisation.zone_id if leaves_zone else None,
        left_at=now,
        left_by_id=person_id,
    )
    session.add(departure)
    organisation.territories.remove(territory)
    if leaves_zone:
        organisation.zone = None
    session.flush()
    return departure


def take_back(session: Session, departure: Departure, territory: Territory, now: datetime) -> None:
    """Undo a departure within a day; undoing it again changes nothing."""
    organisation = departure.organisation
    if departure.undone_at is not None:
        return
    if now - departure.left_at > REGRET:
        raise RefusedError("Plus d’un jour a passé : ajoutez l’organisation à nouveau.")
    departure.undone_at = now
    if territory not in organisation.territories:
        organisation.territories.append(territory)
    if departure.zone_id is not None and organisation.zone_id is None:
        organisation.zone_id = departure.zone_id
    session.flush()
