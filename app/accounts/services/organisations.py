"""Organisations and their contacts. Verbs: rights were checked, the caller commits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.accounts.grants import close_own_doors
from app.accounts.kinds import (
    MembershipRole,
    NafEdition,
    OrganisationKind,
    SizeBand,
)
from app.accounts.models import (
    SEARCH_KEY_LENGTH,
    ActivityZone,
    Membership,
    Organisation,
    Person,
    Territory,
)
from app.accounts.services import claims
from app.accounts.services.people import give_place, new_person, person_with, search_key
from app.core.folding import fold
from app.core.refusals import RefusedError, require_version


@dataclass(frozen=True)
class OrganisationText:
    """What an organisation says of itself; identifiers in their stored spelling.

    `siren` alone where the establishment is not known; a SIRET brings its own.
    """

    name: str
    kind: OrganisationKind
    siret: str | None = None
    siren: str | None = None
    naf: str | None = None
    naf_edition: NafEdition | None = None
    size: SizeBand | None = None
    phone: str | None = None
    address: str | None = None
    postcode: str | None = None
    commune_code: str | None = None
    city: str | None = None
    zone_id: int | None = None


@dataclass(frozen=True)
class ContactText:
    name: str
    phone: str | None = None
    email: str | None = None
    function: str | None = None


def create_organisation(
    session: Session,
    *,
    territory: Territory,
    text: OrganisationText,
    now: datetime,
    asked_by_id: int | None = None,
) -> Organisation:
    """A new organisation of a territory; of a SIRET known elsewhere, a claim (`claims`).

    Raises RefusedError when the SIRET is the territory's already, or nobody asks for it.
    """
    organisation = Organisation(created_at=now, territories=[territory])
    session.add(organisation)
    _write(session, organisation, text, asked_by_id=asked_by_id, now=now)
    session.flush()
    return organisation


def edit_organisation(
    session: Session,
    organisation: Organisation,
    *,
    text: OrganisationText,
    version: int | None,
    now: datetime,
    editor_id: int | None = None,
) -> None:
    """Change what it says of itself. Raises StaleError when the form is out of date."""
    require_version(organisation.version, version)
    _write(session, organisation, text, asked_by_id=editor_id, now=now)
    session.flush()


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
        close_own_doors(session, person.id, now)
    place.function = text.function


def write_person(person: Person, *, name: str, phone: str | None) -> None:
    """A person's name and telephone, and what searches find them by."""
    person.name = name
    person.phone = phone
    person.search_key = search_key(name)


def _write(
    session: Session,
    organisation: Organisation,
    text: OrganisationText,
    *,
    asked_by_id: int | None,
    now: datetime,
) -> None:
    # written at once: a query halfway would flush, and count as an edit of its own
    with session.no_autoflush:
        _require_zone(session, organisation, text.zone_id)
        organisation.name = text.name
        organisation.kind = text.kind
        for field in _COPIED:
            setattr(organisation, field, getattr(text, field))
        organisation.search_key = fold(f"{text.name} {text.city or ''}")[:SEARCH_KEY_LENGTH]
        claims.bear_siret(
            session, organisation, text.siret, siren=text.siren, asked_by_id=asked_by_id, now=now
        )


_COPIED = (
    "naf",
    "naf_edition",
    "size",
    "phone",
    "address",
    "postcode",
    "commune_code",
    "city",
    "zone_id",
)


def _require_zone(session: Session, organisation: Organisation, zone_id: int | None) -> None:
    """An activity zone is one of its territories'."""
    if zone_id is None:
        return
    zone = session.get(ActivityZone, zone_id)
    if zone is None or zone.territory_id not in {one.id for one in organisation.territories}:
        raise RefusedError("Cette zone d’activités n’est pas de ce territoire.")


def _require_nobodys(session: Session, email: str | None, own_id: int | None) -> None:
    known = person_with(session, email) if email else None
    if known is not None and known.id != own_id:
        raise RefusedError(
            "Cette adresse sert déjà à quelqu’un : invitez plutôt la personne, qui répondra "
            "elle-même."
        )
