"""How a territory begins: itself, its collectivité, and the pilot who is invited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import available_timezones

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.addresses import clean_email
from app.accounts.kinds import AskKind, MembershipRole, OrganisationKind, TerritoryRoleKind
from app.accounts.models import (
    Grant,
    Membership,
    Organisation,
    Person,
    Territory,
    TerritoryRole,
)
from app.accounts.queries.people import has_account
from app.accounts.services.inviting import reachable, renew, revoke, waiting_ask
from app.accounts.services.organisation_invitations import SUBJECT, Guest, invite
from app.accounts.services.organisations import OrganisationText, create_organisation
from app.accounts.services.people import end_place, give_place
from app.accounts.services.territory_settings import taken_by
from app.accounts.typed import stripped
from app.core.calendar import HOLIDAY_ZONES
from app.core.clock import local_day
from app.core.identifiers import clean_siren
from app.core.refusals import RefusedError


@dataclass(frozen=True)
class NewTerritory:
    """What an operator says of a territory, as typed."""

    name: str
    siren: str
    organisation: str
    pilot_name: str
    pilot_email: str
    time_zone: str = "Europe/Paris"
    holiday_zone: str = "metropole"


class TakenError(RefusedError):
    """There is a territory of this name or SIREN; its text is for the terminal."""

    def __init__(self, known: Territory) -> None:
        super().__init__(
            f"There is a territory {known.name!r} (SIREN {known.siren}, id {known.public_id}) "
            "already."
        )
        self.known = known


@dataclass(frozen=True)
class Founded:
    """`invitation` is None for a pilot who has an account already."""

    territory: Territory
    organisation: Organisation
    pilot: Person
    invitation: Grant | None


def found_territory(session: Session, wanted: NewTerritory, now: datetime) -> Founded:
    """Make them and invite the pilot; the caller commits.

    Raises RefusedError with an English sentence for the operator.
    """
    read = _read(wanted)
    _require_new(session, read)
    territory = Territory(
        name=read.name,
        siren=read.siren,
        time_zone=read.time_zone,
        holiday_zone=read.holiday_zone,
        created_at=now,
    )
    session.add(territory)
    text = OrganisationText(read.organisation, OrganisationKind.COLLECTIVITE)
    organisation = create_organisation(session, territory=territory, text=text, now=now)
    pilot = _install_pilot(session, read, territory, organisation, now)
    invitation = None
    if not has_account(session, pilot):
        guest = Guest(pilot.name, read.pilot_email, role=MembershipRole.MANAGER)
        # nobody invites the first one: the pilot asks herself
        invitation = invite(
            session, organisation=organisation, guest=guest, asker_id=pilot.id, now=now
        )
    return Founded(territory, organisation, pilot, invitation)


def _read(wanted: NewTerritory) -> NewTerritory:
    """The same, checked and in the stored spelling."""
    name, organisation = stripped(wanted.name), stripped(wanted.organisation)
    pilot_name, siren = stripped(wanted.pilot_name), clean_siren(wanted.siren)
    email = clean_email(wanted.pilot_email)
    if not (name and organisation and pilot_name):
        raise RefusedError("A territory, its organisation and its pilot need a name.")
    if max(map(len, (name, organisation, pilot_name))) > 200:
        raise RefusedError("A name may not be longer than 200 characters.")
    if siren is None:
        raise RefusedError(f"{wanted.siren!r} is no SIREN: nine digits with their key are wanted.")
    if email is None:
        raise RefusedError(f"{wanted.pilot_email!r} is no e-mail address.")
    _require_zones(wanted)
    return NewTerritory(
        name, siren, organisation, pilot_name, email, wanted.time_zone, wanted.holiday_zone
    )


def _require_zones(wanted: NewTerritory) -> None:
    if wanted.time_zone not in available_timezones():
        raise RefusedError(
            f"{wanted.time_zone!r} is no time zone: one such as Europe/Paris is wanted."
        )
    if wanted.holiday_zone not in HOLIDAY_ZONES:
        known = ", ".join(HOLIDAY_ZONES)
        raise RefusedError(f"{wanted.holiday_zone!r} is no holiday zone: one of {known} is wanted.")


def _require_new(session: Session, read: NewTerritory) -> None:
    known = taken_by(session, name=read.name, siren=read.siren)
    if known is not None:
        raise TakenError(known)


def _install_pilot(
    session: Session,
    read: NewTerritory,
    territory: Territory,
    organisation: Organisation,
    now: datetime,
) -> Person:
    """The pilot's role and place; a known person keeps their name and their other places."""
    pilot = reachable(session, name=read.pilot_name, email=read.pilot_email, now=now)
    today = local_day(now, read.time_zone)
    session.add(
        TerritoryRole(
            person_id=pilot.id,
            territory_id=territory.id,
            role=TerritoryRoleKind.PILOT,
            started_on=today,
        )
    )
    give_place(
        session,
        person_id=pilot.id,
        organisation_id=organisation.id,
        role=MembershipRole.MANAGER,
        function=None,
        today=today,
    )
    return pilot


def invite_pilot_again(
    session: Session, territory: Territory, pilot: Person, *, now: datetime
) -> Grant:
    """Mail the invitation of a pilot who has not come in yet once more, or a new one.

    Raises RefusedError for who has no organisation here, or no address.
    """
    place = session.scalars(
        select(Membership)
        .join(Membership.organisation)
        .join(Organisation.territories)
        .where(
            Membership.person_id == pilot.id,
            Membership.ended_on.is_(None),
            Territory.id == territory.id,
        )
        .order_by(Membership.id)
        .limit(1)
    ).one_or_none()
    if place is None or pilot.email is None:
        raise RefusedError(
            "Cette personne n’a plus d’invitation à renvoyer : invitez-la de nouveau."
        )
    waiting = waiting_ask(session, AskKind.INVITATION, (SUBJECT, place.organisation_id), pilot.id)
    if waiting is not None:
        return renew(session, waiting, now=now)
    guest = Guest(pilot.name, pilot.email, place.function, MembershipRole.MANAGER)
    return invite(session, organisation=place.organisation, guest=guest, asker_id=pilot.id, now=now)


def withdraw_pilot(
    session: Session, territory: Territory, role: TerritoryRole, *, now: datetime
) -> None:
    """A pilot who never came in, her address mistyped perhaps: nothing of hers opens anything.

    Raises RefusedError for who has come in: ending her role is the territory's affair.
    """
    pilot = role.person
    if has_account(session, pilot):
        raise RefusedError(
            "Cette personne est déjà entrée : le territoire seul met fin à son rôle."
        )
    today = local_day(now, territory.time_zone)
    for place in pilot.memberships:
        if place.ended_on is not None or territory not in place.organisation.territories:
            continue
        asked = (SUBJECT, place.organisation_id)
        waiting = waiting_ask(session, AskKind.INVITATION, asked, pilot.id)
        if waiting is not None:
            revoke(session, waiting, now=now)
        end_place(place, today)
    role.ended_on = today
    session.flush()
