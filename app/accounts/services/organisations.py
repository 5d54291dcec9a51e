"""Organisations and their contacts. Verbs: rights were checked, the caller commits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.grants import revoke_grants
from app.accounts.kinds import GrantPurpose, MembershipRole, OrganisationKind
from app.accounts.models import SEARCH_KEY_LENGTH, Membership, Organisation, Person, Territory
from app.accounts.services.people import give_place, new_person, person_with, search_key
from app.core.folding import fold
from app.core.refusals import RefusedError, require_version


@dataclass(frozen=True)
class OrganisationText:
    """What an organisation says of itself; identifiers in their stored spelling."""

    name: str
    kind: OrganisationKind
    siret: str | None = None
    naf: str | None = None
    phone: str | None = None
    city: str | None = None
    zone_id: int | None = None


@dataclass(frozen=True)
class ContactText:
    name: str
    phone: str | None = None
    email: str | None = None
    function: str | None = None


def create_organisation(
    session: Session, *, territory: Territory, text: OrganisationText, now: datetime
) -> Organisation:
    """A new organisation of a territory. Raises RefusedError when its SIRET is taken."""
    _require_free(session, text.siret, None)
    organisation = Organisation(created_at=now, territories=[territory])
    _write(organisation, text)
    session.add(organisation)
    session.flush()
    return organisation


def edit_organisation(
    session: Session, organisation: Organisation, *, text: OrganisationText, version: int | None
) -> None:
    """Change what it says of itself. Raises StaleError when the form is out of date."""
    require_version(organisation.version, version)
    _require_free(session, text.siret, organisation.id)
    _write(organisation, text)


def add_contact(
    session: Session, *, organisation: Organisation, text: ContactText, today: date, now: datetime
) -> Membership:
    """A contact without an account; the first one of an organisation is its default.

    Raises RefusedError for an address that is somebody's: they are asked, not enlisted.
    """
    _require_nobodys(session, text.email, None)
    person = new_person(session, name=text.name, email=text.email, phone=text.phone, now=now)
    return give_place(
        session,
        person_id=person.id,
        organisation_id=organisation.id,
        role=MembershipRole.MEMBER,
        function=text.function,
        today=today,
    )


def edit_contact(
    session: Session,
    place: Membership,
    *,
    text: ContactText,
    version: int | None,
    now: datetime,
) -> None:
    """Change a contact who has no account. Raises StaleError, RefusedError as above."""
    person = place.person
    require_version(person.version, version)
    _require_nobodys(session, text.email, person.id)
    write_person(person, name=text.name, phone=text.phone)
    if person.email != text.email:
        person.email = text.email
        # a link may wait in a stranger's mailbox, where a slip of the hand had sent it
        revoke_grants(session, GrantPurpose.SIGN_IN, "person", person.id, now)
    place.function = text.function


def write_person(person: Person, *, name: str, phone: str | None) -> None:
    """A person's name and telephone, and what searches find them by."""
    person.name = name
    person.phone = phone
    person.search_key = search_key(name)


def _write(organisation: Organisation, text: OrganisationText) -> None:
    organisation.name = text.name
    organisation.kind = text.kind
    organisation.siret = text.siret
    organisation.naf = text.naf
    organisation.phone = text.phone
    organisation.city = text.city
    organisation.zone_id = text.zone_id
    organisation.search_key = fold(f"{text.name} {text.city or ''}")[:SEARCH_KEY_LENGTH]


def _require_free(session: Session, siret: str | None, own_id: int | None) -> None:
    if siret is None:
        return
    taken = session.scalar(select(Organisation.id).where(Organisation.siret == siret))
    if taken not in (None, own_id):
        raise RefusedError("Ce SIRET est déjà celui d’une organisation connue de Maillage.")


def _require_nobodys(session: Session, email: str | None, own_id: int | None) -> None:
    known = person_with(session, email) if email else None
    if known is not None and known.id != own_id:
        raise RefusedError(
            "Cette adresse sert déjà à quelqu’un : invitez plutôt la personne, qui répondra "
            "elle-même."
        )
