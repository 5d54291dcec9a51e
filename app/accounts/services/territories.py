"""How a territory begins: itself, its collectivité, and the pilot who is invited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import available_timezones

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.accounts.addresses import clean_email
from app.accounts.kinds import MembershipRole, OrganisationKind, TerritoryRoleKind
from app.accounts.models import Grant, Organisation, Person, Territory, TerritoryRole
from app.accounts.queries.people import has_account
from app.accounts.services.invitations import Guest, invite
from app.accounts.services.organisations import OrganisationText, create_organisation
from app.accounts.services.people import give_place, new_person, person_with
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
    same = or_(Territory.siren == read.siren, func.lower(Territory.name) == read.name.lower())
    known = session.scalars(select(Territory).where(same)).first()
    if known is not None:
        raise RefusedError(
            f"There is a territory {known.name!r} (SIREN {known.siren}, id {known.public_id}) "
            "already."
        )


def _install_pilot(
    session: Session,
    read: NewTerritory,
    territory: Territory,
    organisation: Organisation,
    now: datetime,
) -> Person:
    """The pilot's role and place; a known person keeps their name and their other places."""
    pilot = person_with(session, read.pilot_email) or new_person(
        session, name=read.pilot_name, email=read.pilot_email, now=now
    )
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
