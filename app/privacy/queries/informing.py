"""Who was told what is done with their data, and who was not yet."""

from __future__ import annotations

import functools
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Subquery, bindparam, exists, or_, select, union
from sqlalchemy.orm import Session

from app.accounts.models import (
    Membership,
    Organisation,
    Person,
    TerritoryRole,
    organisation_territory,
)
from app.core.prepared import Kept
from app.journal.kinds import Action
from app.journal.models import Change
from app.outbox.kinds import MailState
from app.outbox.models import Mail
from app.privacy.kinds import INFORMATION
from app.privacy.models import PrivacyNotice

_ENDED = (MailState.FAILED, MailState.SKIPPED, MailState.BOUNCED)


def belongings() -> Subquery:
    """(person, territory): where people have a place or a role now."""
    linked = organisation_territory.c
    places = (
        select(Membership.person_id, linked.territory_id)
        .join(organisation_territory, linked.organisation_id == Membership.organisation_id)
        .where(Membership.ended_on.is_(None))
    )
    roles = select(TerritoryRole.person_id, TerritoryRole.territory_id).where(
        TerritoryRole.ended_on.is_(None)
    )
    return union(places, roles).subquery()


def _told(person_id: Any, territory_id: Any) -> ColumnElement[bool]:
    """By a mail that has left, or otherwise."""
    has_left = exists().where(Mail.id == PrivacyNotice.mail_id, Mail.state == MailState.SENT)
    return exists().where(
        PrivacyNotice.person_id == person_id,
        PrivacyNotice.territory_id == territory_id,
        or_(PrivacyNotice.mail_id.is_(None), has_left),
    )


def _uninformed() -> Select[int, int]:
    where = belongings()
    return (
        select(where.c.person_id, where.c.territory_id)
        .join(Person, Person.id == where.c.person_id)
        .where(
            ~_told(where.c.person_id, where.c.territory_id),
            Person.anonymised_at.is_(None),
        )
        .order_by(where.c.person_id, where.c.territory_id)
    )


def untold_territories(session: Session, person_id: int) -> list[int]:
    """Ids of the territories that have not told this person yet."""
    rows = _one_uninformed().rows(session, {"person_id": person_id})
    return [row.territory_id for row in rows]


@functools.cache
def _one_uninformed() -> Kept:
    """Built once, since every mail that leaves asks it."""
    return Kept(_uninformed().where(Person.id == bindparam("person_id")))


def to_inform_by_mail(session: Session, typed_before: datetime, limit: int) -> dict[int, list[int]]:
    """{person: territories} of people with an address who wait since then, a batch at a time.

    Whoever has an information mail that waits, or that did not arrive, is not among them.
    """
    asked = exists().where(
        Mail.kind == INFORMATION,
        Mail.recipient_id == Person.id,
        Mail.state != MailState.SENT,
    )
    waiting = (
        _uninformed()
        .where(Person.email.is_not(None), Person.created_at <= typed_before, ~asked)
        .limit(limit)
    )
    found: dict[int, list[int]] = {}
    for person_id, territory_id in session.execute(waiting):
        found.setdefault(person_id, []).append(territory_id)
    return found


class Untold(NamedTuple):
    """Somebody whom no mail has told: to be told by telephone."""

    public_id: str
    name: str
    phone: str | None
    organisation: str | None
    created_at: datetime


def to_inform_by_phone(session: Session, territory_id: int, limit: int = 50) -> list[Untold]:
    """Contacts without an address, and those whom no mail reached; the longest known first."""
    unreached = exists().where(
        Mail.kind == INFORMATION, Mail.recipient_id == Person.id, Mail.state.in_(_ENDED)
    )
    linked = organisation_territory.c
    here = (
        select(Organisation.name, Organisation.phone, Membership.person_id)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .join(organisation_territory, linked.organisation_id == Organisation.id)
        .where(linked.territory_id == territory_id, Membership.ended_on.is_(None))
        .subquery()
    )
    pairs = _uninformed().subquery()
    rows = session.execute(
        select(Person, here.c.name, here.c.phone)
        .join(pairs, pairs.c.person_id == Person.id)
        .outerjoin(here, here.c.person_id == Person.id)
        .where(pairs.c.territory_id == territory_id, or_(Person.email.is_(None), unreached))
        .order_by(Person.created_at, Person.id, here.c.name)
        .limit(limit)
    )
    told: dict[int, Untold] = {}
    for person, organisation, phone in rows:
        told.setdefault(
            person.id,
            Untold(
                person.public_id,
                person.name,
                person.phone or phone,
                organisation,
                person.created_at,
            ),
        )
    return list(told.values())


class Source(NamedTuple):
    """Who typed a person's record, None for a command or the person; and when."""

    name: str | None
    at: datetime


def source_of(session: Session, person: Person) -> Source:
    """Where what is known of somebody comes from (RGPD, article 14.2.f)."""
    row = session.execute(
        select(Person.name, Change.at)
        .join(Person, Person.id == Change.actor_id)
        .where(
            Change.entity == "Person",
            Change.entity_id == person.id,
            Change.action == Action.CREATED,
            Change.actor_id != person.id,
            Person.anonymised_at.is_(None),
        )
        .limit(1)
    ).first()
    return Source(row[0], row[1]) if row else Source(None, person.created_at)
