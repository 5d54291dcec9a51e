"""Organisations as lists and pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import Session, selectinload

from app.accounts.kinds import OrganisationKind
from app.accounts.models import (
    DEFAULT_ZONE,
    ActivityZone,
    Membership,
    Organisation,
    Person,
    organisation_territory,
)
from app.accounts.rules import calls_organisation, visible_organisations
from app.core.folding import fold
from app.core.viewer import Viewer

PAGE = 50


@dataclass(frozen=True)
class OrganisationSearch:
    """What a list is asked for; `after` is the (search_key, id) of the last one shown.

    `zone`: the public id of an activity zone.
    """

    text: str = ""
    kind: OrganisationKind | None = None
    zone: str = ""
    after: tuple[str, int] | None = None

    @property
    def is_set(self) -> bool:
        return bool(self.text or self.kind or self.zone)


@dataclass(frozen=True)
class OrganisationLine:
    """One row of the list; `phone` only where the viewer may read it."""

    id: int
    public_id: str
    search_key: str
    name: str
    kind: OrganisationKind
    city: str | None
    zone: str | None
    contact: str | None
    phone: str | None


def organisation_lines(
    session: Session, viewer: Viewer, territory_id: int, search: OrganisationSearch
) -> list[OrganisationLine]:
    """In alphabetical order, one more than a page so that a next page shows; one query."""
    query = _searched(_listed(viewer, territory_id), search)
    reads_all = viewer.is_operator or territory_id in viewer.animates
    names_all = reads_all or territory_id in viewer.observes
    lines = []
    for row in session.execute(query.limit(PAGE + 1)):
        reads = reads_all or row.id in viewer.organisations
        # of a partner in a running project the first contact's own number, not the firm's
        phone = (row.own_phone or row.phone) if reads else row.own_phone if row.calls else None
        lines.append(
            OrganisationLine(
                row.id,
                row.public_id,
                row.search_key,
                row.name,
                row.kind,
                row.city,
                row.zone,
                row.contact if names_all or reads or row.calls else None,
                phone,
            )
        )
    return lines


def _listed(viewer: Viewer, territory_id: int) -> Select[*tuple[Any, ...]]:
    first = Membership.is_default & Membership.ended_on.is_(None)
    seen = visible_organisations(viewer).with_only_columns(Organisation.id)
    return (
        select(
            Organisation.id,
            Organisation.public_id,
            Organisation.search_key,
            Organisation.name,
            Organisation.kind,
            Organisation.city,
            Organisation.phone,
            ActivityZone.name.label("zone"),
            Person.name.label("contact"),
            Person.phone.label("own_phone"),
            calls_organisation(viewer).label("calls"),
        )
        .join(organisation_territory)
        .outerjoin(ActivityZone, ActivityZone.id == Organisation.zone_id)
        .outerjoin(Membership, (Membership.organisation_id == Organisation.id) & first)
        .outerjoin(Person, Person.id == Membership.person_id)
        .where(organisation_territory.c.territory_id == territory_id, Organisation.id.in_(seen))
        .order_by(Organisation.search_key, Organisation.id)
    )


def _searched(
    query: Select[*tuple[Any, ...]], search: OrganisationSearch
) -> Select[*tuple[Any, ...]]:
    for word in fold(search.text).split():
        query = query.where(Organisation.search_key.contains(word))
    if search.kind is not None:
        query = query.where(Organisation.kind == search.kind)
    if search.zone:
        query = query.where(ActivityZone.public_id == search.zone)
    if search.after is not None:
        query = query.where(tuple_(Organisation.search_key, Organisation.id) > search.after)
    return query


def present_places(organisation_id: int) -> Select[Membership]:
    """Who is there now: the default contact first, then in alphabetical order."""
    belongings = selectinload(Membership.person).selectinload(Person.memberships)
    return (
        select(Membership)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.ended_on.is_(None),
            Person.anonymised_at.is_(None),
        )
        .options(
            belongings.selectinload(Membership.organisation).selectinload(Organisation.territories)
        )
        .order_by(Membership.is_default.desc(), Person.search_key, Person.id)
    )


def may_call(session: Session, viewer: Viewer, organisation_id: int) -> bool:
    """Whether the viewer, who merely met the organisation, may call its first contact."""
    met = select(Organisation.id).where(
        Organisation.id == organisation_id, calls_organisation(viewer)
    )
    return session.scalar(met) is not None


def time_zone_of(organisation: Organisation) -> str:
    """The zone whose clock and calendar an organisation goes by."""
    return organisation.territories[0].time_zone if organisation.territories else DEFAULT_ZONE


def zones_of(session: Session, territory_ids: set[int]) -> list[tuple[int, str]]:
    """(id, name) of the activity zones to choose from."""
    query = (
        select(ActivityZone.id, ActivityZone.name)
        .where(ActivityZone.territory_id.in_(territory_ids))
        .order_by(ActivityZone.name)
    )
    return [(row.id, row.name) for row in session.execute(query)]
