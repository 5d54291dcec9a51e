"""People of whom nothing was heard for long."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, exists, not_, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import (
    Membership,
    Organisation,
    Person,
    SignIn,
    TerritoryRole,
    organisation_territory,
)
from app.outbox.models import Mail
from app.plans.kinds import OPEN_STATUSES
from app.plans.models import Step
from app.privacy.models import ContactReview, Erasure
from app.privacy.rooms import ROOMS


def _is_silent(since: datetime) -> ColumnElement[bool]:
    """Nothing was done by them anywhere; one reading of each log, not one for each person."""
    seen = (room.seen_since(since) for room in ROOMS if room.seen_since)
    return and_(
        Person.anonymised_at.is_(None),
        Person.created_at < since,
        *(Person.id.not_in(ids) for ids in seen),
    )


def _has_account() -> ColumnElement[bool]:
    signed_in = exists().where(SignIn.person_id == Person.id)
    return or_(Person.password_hash.is_not(None), signed_in)


def _is_leaving() -> ColumnElement[bool]:
    return exists().where(
        Erasure.person_id == Person.id, Erasure.done_at.is_(None), Erasure.cancelled_at.is_(None)
    )


def idle_accounts(session: Session, since: datetime, after: int, limit: int) -> list[Person]:
    """Accounts with an address in which nobody came since, nor answered a mail.

    In the order of their ids, from `after` on. Operators hold the keys of the house, and stay.
    """
    query = select(Person).where(
        _is_silent(since),
        _has_account(),
        not_(_is_leaving()),
        Person.email.is_not(None),
        Person.is_operator.is_(False),
        Person.id > after,
    )
    return list(session.scalars(query.order_by(Person.id).limit(limit)))


def is_silent(session: Session, person_id: int, since: datetime) -> bool:
    """Whether this person did nothing since then."""
    query = select(Person.id).where(Person.id == person_id, _is_silent(since))
    return session.scalar(query) is not None


def is_their_own(session: Session, person_id: int) -> bool:
    """Whether they come in by themselves, or have a role: nobody but an operator speaks for them.

    A role that ended leaves a contact.
    """
    has_role = exists().where(
        TerritoryRole.person_id == Person.id, TerritoryRole.ended_on.is_(None)
    )
    query = select(Person.id).where(
        Person.id == person_id, or_(_has_account(), has_role, Person.is_operator)
    )
    return session.scalar(query) is not None


class SilentContact(NamedTuple):
    """A contact without account and without news."""

    public_id: str
    name: str
    organisation_id: str
    organisation: str
    created_at: datetime


def silent_contacts(
    session: Session, territory_id: int, since: datetime, today: date, limit: int = 50
) -> list[SilentContact]:
    """Contacts without account of this territory who lead no open step and were not written to.

    Their pilot decides: for a firm it may be the only telephone number that is known.
    """
    linked = organisation_territory.c
    written_to = exists().where(Mail.recipient_id == Person.id, Mail.created_at >= since)
    leads = exists().where(Step.lead_person_id == Person.id, Step.status.in_(OPEN_STATUSES))
    kept = exists().where(
        ContactReview.person_id == Person.id,
        ContactReview.territory_id == territory_id,
        ContactReview.kept_until > today,
    )
    rows = session.execute(
        select(
            Person.public_id,
            Person.name,
            Organisation.public_id,
            Organisation.name,
            Person.created_at,
        )
        .join(Membership, Membership.person_id == Person.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .join(organisation_territory, linked.organisation_id == Organisation.id)
        .where(
            linked.territory_id == territory_id,
            Membership.ended_on.is_(None),
            _is_silent(since),
            not_(or_(_has_account(), _is_leaving(), written_to, leads, kept)),
        )
        .order_by(Person.created_at, Person.id, Organisation.name)
        .limit(limit)
    )
    return [SilentContact(*row) for row in rows]
