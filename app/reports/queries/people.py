"""The accounts of the demonstration: whom a visitor may be."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from app.accounts.kinds import OrganisationKind, TerritoryRoleKind
from app.accounts.models import (
    Membership,
    Organisation,
    Person,
    Territory,
    TerritoryRole,
    organisation_territory,
)


@dataclass(frozen=True)
class DemoAccount:
    """Somebody invented, with what they do and for whom."""

    public_id: str
    name: str
    email: str | None
    function: str | None
    organisation: str | None
    kind: OrganisationKind | None
    role: TerritoryRoleKind | None

    @property
    def first_name(self) -> str:
        return self.name.split()[0]


def demo_people() -> Select[Person]:
    """People who belong to demonstration territories alone, to at least one, and rule nothing.

    An operator sees every territory, whichever are added later: that door stays closed.
    """
    by_role = (
        select(TerritoryRole.person_id, Territory.is_demo)
        .join(Territory, Territory.id == TerritoryRole.territory_id)
        .where(TerritoryRole.ended_on.is_(None))
    )
    by_place = (
        select(Membership.person_id, Territory.is_demo)
        .join(
            organisation_territory,
            organisation_territory.c.organisation_id == Membership.organisation_id,
        )
        .join(Territory, Territory.id == organisation_territory.c.territory_id)
        .where(Membership.ended_on.is_(None))
    )
    places = by_role.union_all(by_place).subquery()
    theirs = exists().where(places.c.person_id == Person.id)
    return select(Person).where(
        Person.is_operator.is_(False),
        Person.anonymised_at.is_(None),
        theirs.where(places.c.is_demo.is_(True)),
        ~theirs.where(places.c.is_demo.is_(False)),
    )


def demo_accounts(session: Session) -> list[DemoAccount]:
    """Those of them who can sign in, the pilot first, then by role and by organisation."""
    rows = session.execute(
        demo_people()
        .where(Person.password_hash.is_not(None))
        .outerjoin(
            Membership,
            (Membership.person_id == Person.id) & Membership.ended_on.is_(None),
        )
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .outerjoin(
            TerritoryRole,
            (TerritoryRole.person_id == Person.id) & TerritoryRole.ended_on.is_(None),
        )
        .with_only_columns(
            Person.public_id,
            Person.name,
            Person.email,
            Membership.function,
            Organisation.name,
            Organisation.kind,
            TerritoryRole.role,
        )
        .order_by(Person.id, Membership.id)
    )
    accounts: dict[str, DemoAccount] = {}
    for row in rows:
        accounts.setdefault(row[0], DemoAccount(*row))
    return sorted(accounts.values(), key=_rank)


def _rank(account: DemoAccount) -> int:
    if account.role in (TerritoryRoleKind.PILOT, TerritoryRoleKind.FACILITATOR):
        return 0 if account.role is TerritoryRoleKind.PILOT else 4
    order = (OrganisationKind.COMPANY, OrganisationKind.CHAMBER, OrganisationKind.FUNDER)
    return 1 + order.index(account.kind) if account.kind in order else 5


def demo_owners(session: Session) -> dict[str, str]:
    """Whose mailbox an address is: « Nadège Corvellin – Le Fournil », by address."""
    rows = session.execute(
        demo_people()
        .outerjoin(Membership, (Membership.person_id == Person.id) & Membership.ended_on.is_(None))
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .where(Person.email.is_not(None))
        .with_only_columns(Person.email, Person.name, Organisation.name)
        .order_by(Membership.id.desc())
    )
    return {email: f"{name} – {place}" if place else name for email, name, place in rows if email}
