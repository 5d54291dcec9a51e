"""Who is known in a territory, as a list of contacts is compared with them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.accounts.models import Membership, Organisation, Person, organisation_territory
from app.accounts.queries.people import with_account
from app.accounts.rules import may_admit
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
    session: Session, territory_id: int, addresses: Collection[str], brings: Viewer | None
) -> KnownContacts:
    """Who is where in a territory, and which of these addresses are somebody's anywhere.

    `brings`: who would let these people in; None for the operator's command.
    """
    query = (
        select(Membership.id, Organisation, Person)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .join(Person, Person.id == Membership.person_id)
        .join(organisation_territory, organisation_territory.c.organisation_id == Organisation.id)
        .where(organisation_territory.c.territory_id == territory_id, Membership.ended_on.is_(None))
        .add_columns(Membership.function)
        .order_by(Membership.id)
    )
    rows = [tuple(row) for row in session.execute(query)]
    owning = with_account(session, {person.id for _id, _where, person, _function in rows})
    places = tuple(
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
    here = organisations_by_key(session, territory_id, selectinload(Organisation.territories))
    by_siret = {one.siret: one.name for one in here.values() if one.siret}
    closed = {key for key, one in here.items() if brings and not may_admit(brings, one)}
    taken = session.scalars(select(Person.email).where(Person.email.in_(addresses)))
    return KnownContacts(places, by_siret, frozenset(filter(None, taken)), frozenset(closed))
