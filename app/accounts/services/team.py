"""The team of a territory: invited, changed, ended. Verbs: rights were checked, callers commit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.accounts.kinds import AskKind, TerritoryRoleKind
from app.accounts.models import Ask, Grant, Territory, TerritoryRole
from app.accounts.queries.invitations import TERRITORY
from app.accounts.queries.team import other_pilots, present_role
from app.accounts.rules import may_name
from app.accounts.services import asks
from app.accounts.services.inviting import ask_in, reachable
from app.accounts.services.territory_settings import hold_territory
from app.accounts.sessions import viewer_of
from app.core.clock import local_day
from app.core.refusals import RefusedError

_DOES = {
    TerritoryRoleKind.PILOT: "anime déjà ce territoire",
    TerritoryRoleKind.FACILITATOR: "co-anime déjà ce territoire",
    TerritoryRoleKind.OBSERVER: "observe déjà ce territoire",
}


@dataclass(frozen=True)
class Nominee:
    """Whom an inviter names, and as what. `note` is the inviter's own word."""

    name: str
    email: str
    role: TerritoryRoleKind
    function: str | None = None
    note: str | None = None


def invite_to_team(
    session: Session, *, territory: Territory, nominee: Nominee, asker_id: int, now: datetime
) -> Grant:
    """Ask somebody to take a role; asking again renews what waits. Answers the link's grant.

    Raises RefusedError for oneself, for who has a role there already, for an erased person.
    """
    hold_territory(session, territory.id)
    person = reachable(session, name=nominee.name, email=nominee.email, now=now)
    if person.id == asker_id:
        raise RefusedError("C’est votre propre adresse : on n’invite que quelqu’un d’autre.")
    held = present_role(session, person.id, territory.id)
    if held is not None:
        way_on = "" if held.role is nominee.role else " : changez son rôle dans la liste"
        raise RefusedError(f"{person.name} {_DOES[held.role]}{way_on}.")
    return ask_in(
        session,
        kind=AskKind.TERRITORY_ROLE,
        subject=(TERRITORY, territory.id),
        person=person,
        asker_id=asker_id,
        payload={
            "name": nominee.name,
            "role": nominee.role.value,
            "function": nominee.function,
            "note": nominee.note,
        },
        now=now,
    )


def give_role(
    session: Session,
    *,
    person_id: int,
    territory_id: int,
    role: TerritoryRoleKind,
    function: str | None,
    today: date,
) -> TerritoryRole:
    """A new present role; the database refuses a second one of the same person there."""
    given = TerritoryRole(
        person_id=person_id,
        territory_id=territory_id,
        role=role,
        function=function,
        started_on=today,
    )
    session.add(given)
    session.flush()
    return given


def end_role(session: Session, role: TerritoryRole, *, by_id: int, today: date) -> bool:
    """End a role, one's own or another's; what was done in it stays. False when it had ended.

    Raises RefusedError for the last pilot who can come in.
    """
    _hold(session, role)
    if role.ended_on is not None:
        return False
    _require_successor(session, role, by_id)
    role.ended_on, role.own_leave = today, by_id == role.person_id
    session.flush()
    return True


def change_role(
    session: Session,
    role: TerritoryRole,
    *,
    to: TerritoryRoleKind,
    function: str | None,
    by_id: int,
    today: date,
) -> TerritoryRole:
    """Another role from today on, the former one ended; or another word on the same one.

    Raises RefusedError as `end_role`, and where the role ended meanwhile.
    """
    _hold(session, role)
    if role.ended_on is not None:
        raise RefusedError("Ce rôle vient de changer : voici ce qu’il en est maintenant.")
    if role.role is to:
        role.function = function
        return role
    _require_successor(session, role, by_id)
    role.ended_on = today
    # the former one ends before the next begins: one present role a person
    session.flush()
    return give_role(
        session,
        person_id=role.person_id,
        territory_id=role.territory_id,
        role=to,
        function=function,
        today=today,
    )


def make_pilot(
    session: Session, *, person_id: int, territory_id: int, today: date
) -> TerritoryRole:
    """The role of a pilot, in place of the one that they may have there; once more is harmless."""
    hold_territory(session, territory_id)
    held = present_role(session, person_id, territory_id)
    if held is not None and held.role is TerritoryRoleKind.PILOT:
        return held
    if held is not None:
        held.ended_on = today
        session.flush()
    return give_role(
        session,
        person_id=person_id,
        territory_id=territory_id,
        role=TerritoryRoleKind.PILOT,
        function=None,
        today=today,
    )


def restore_role(session: Session, role: TerritoryRole) -> bool:
    """Take the end of a role back. False when it had not ended. Raises RefusedError."""
    _hold(session, role)
    if role.ended_on is None:
        return False
    if present_role(session, role.person_id, role.territory_id) is not None:
        raise RefusedError("Cette personne a entre-temps un autre rôle ici.")
    role.ended_on, role.own_leave = None, False
    session.flush()
    return True


def still_stands(session: Session, ask: Ask) -> bool:
    """Whether the asker may still give this role, to somebody who has none there yet."""
    assert ask.asked_person_id is not None  # invitations ask a person
    if present_role(session, ask.asked_person_id, ask.subject_id) is not None:
        return False
    asker, role = viewer_of(session, ask.asker_id), TerritoryRoleKind(ask.payload["role"])
    if asker is None:
        return False
    # an operator names a pilot for a territory that lost hers
    rescues = asker.is_operator and role is TerritoryRoleKind.PILOT
    return rescues or may_name(asker, ask.subject_id, role)


def take_role(session: Session, ask: Ask, now: datetime) -> None:
    """What an accepted invitation does."""
    assert ask.asked_person_id is not None  # invitations ask a person
    territory = hold_territory(session, ask.subject_id)
    if present_role(session, ask.asked_person_id, territory.id) is not None:
        raise asks.NoLongerStandsError
    give_role(
        session,
        person_id=ask.asked_person_id,
        territory_id=territory.id,
        role=TerritoryRoleKind(ask.payload["role"]),
        function=ask.payload["function"],
        today=local_day(now, territory.time_zone),
    )


HANDLER = asks.Handler(stands=still_stands, run=take_role)


def _hold(session: Session, role: TerritoryRole) -> None:
    """The role as it stands now; nobody else changes this team until the transaction ends."""
    hold_territory(session, role.territory_id)
    session.refresh(role)


def _require_successor(session: Session, role: TerritoryRole, by_id: int) -> None:
    """A territory keeps a pilot who can come in."""
    if role.role is not TerritoryRoleKind.PILOT:
        return
    if not other_pilots(session, role.territory_id, role.person_id):
        who = "Vous êtes" if role.person_id == by_id else f"{role.person.name} est"
        raise RefusedError(
            f"{who} la seule personne qui anime ce territoire et peut y entrer : invitez "
            "d’abord quelqu’un d’autre à l’animer, ou passez-lui la main."
        )
