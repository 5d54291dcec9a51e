"""Who is known in a territory, as a list of contacts is compared with them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, selectinload

from app.accounts.models import (
    Membership,
    Organisation,
    Person,
    Territory,
    organisation_territory,
)
from app.accounts.queries.people import with_account
from app.accounts.rules import may_admit, may_attach
from app.core.folding import fold
from app.core.viewer import Viewer
from app.imports.contacts import KnownContact, KnownContacts
from app.imports.names import bare_name
from app.imports.queries import organisations_by_key


def contact_names(session: Session, territory_id: int) -> dict[str, list[str]]:
    """{folded name of an organisation: its contacts' bare names} of a territory."""
    query = (
        select(Organisation.name, Person.name)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .join(Person, Person.id == Membership.person_id)
        .join(organisation_territory, organisation_territory.c.organisation_id == Organisation.id)
        .where(organisation_territory.c.territory_id == territory_id, Membership.ended_on.is_(None))
    )
    found = defaultdict(list)
    for where, name in session.execute(query):
        found[fold(where)].append(bare_name(name))
    return found


def known_contacts(
    session: Session,
    territory: Territory,
    addresses: Collection[str],
    sirets: Collection[str],
    brings: Viewer | None,
) -> KnownContacts:
    """Who is where in a territory, and which of these addresses are somebody's anywhere.

    `brings`: who would let these people in; None for the operator's command.
    """
    elsewhere = _elsewhere(session, territory, sirets)
    attachable = [one for one in elsewhere if brings and may_attach(brings, one, territory)]
    here = organisations_by_key(session, territory.id, selectinload(Organisation.territories))
    places = _places(session, territory, attachable)
    by_siret = {one.siret: one.name for one in here.values() if one.siret}
    met = {**{fold(one.name): one for one in attachable}, **here}
    closed = {key for key, one in met.items() if brings and not may_admit(brings, one)}
    taken = session.scalars(select(Person.email).where(Person.email.in_(addresses)))
    return KnownContacts(
        places,
        by_siret,
        frozenset(filter(None, taken)),
        frozenset(closed),
        {one.siret: one.name for one in attachable if one.siret},
        frozenset(one.siret for one in elsewhere if one.siret and brings is None),
    )


def _places(
    session: Session, territory: Territory, attachable: Sequence[Organisation]
) -> tuple[KnownContact, ...]:
    query = (
        select(Membership.id, Organisation, Person)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .join(Person, Person.id == Membership.person_id)
        .where(_is_of(territory, attachable), Membership.ended_on.is_(None))
        .add_columns(Membership.function)
        .order_by(Membership.id)
    )
    rows = [tuple(row) for row in session.execute(query)]
    owning = with_account(session, {person.id for _id, _where, person, _function in rows})
    return tuple(
        KnownContact(
            place_id,
            where.name,
            person.name,
            person.email or "",
            person.phone or "",
            function or "",
            person.id in owning,
        )
        for place_id, where, person, function in rows
    )


def _elsewhere(
    session: Session, territory: Territory, sirets: Collection[str]
) -> Sequence[Organisation]:
    """The records of these SIRETs that are not of the territory; not for everybody to know of."""
    query = (
        select(Organisation)
        .where(Organisation.sole_siret.in_(sirets), ~Organisation.id.in_(_ids_of(territory)))
        .options(selectinload(Organisation.territories))
        .order_by(Organisation.id)
    )
    return session.scalars(query).all() if sirets else ()


def _is_of(territory: Territory, also: Collection[Organisation]) -> ColumnElement[bool]:
    here = Organisation.id.in_(_ids_of(territory))
    return or_(here, Organisation.id.in_([one.id for one in also]))


def _ids_of(territory: Territory) -> Select[int]:
    return select(organisation_territory.c.organisation_id).where(
        organisation_territory.c.territory_id == territory.id
    )
