"""Who stands in for whom on which days."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from app.accounts.models import Absence, MailPreference, Membership, Person
from app.core.prepared import Kept
from app.reminders.queries.contacts import reachable

# beyond this many people it is quicker to read all absences than to name the people
FEW = 500


@dataclass(frozen=True)
class StandIn:
    """Somebody's days away, and who stands in for them, in which organisation."""

    first: date
    last: date
    organisation_id: int
    stand_in: Any


def stand_ins(session: Session, person_ids: Collection[int]) -> dict[int, list[StandIn]]:
    """By person; a stand-in is one for the steps of organisations they are a member of."""
    if len(person_ids) <= FEW:
        rows = _of_some().rows(session, {"ids": [*person_ids]})
    else:
        rows = session.execute(_absences()).all()
    found: dict[int, list[StandIn]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(StandIn(row[1], row[2], row[3], row))
    return found


@functools.cache
def _of_some() -> Kept:
    """Built once, since every mail that leaves asks it."""
    return Kept(_absences().where(Absence.person_id.in_(bindparam("ids", expanding=True))))


def _absences() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Absence.person_id,
            Absence.starts_on,
            Absence.ends_on,
            Membership.organisation_id,
            Person.id.label("person_id_"),
            Person.public_id.label("person_public_id"),
            Person.name.label("person_name"),
            reachable(),
            Person.time_zone,
            MailPreference.rhythm,
            MailPreference.paused_until,
        )
        .join(Person, Person.id == Absence.substitute_id)
        .join(Membership, Membership.person_id == Person.id)
        .outerjoin(MailPreference, MailPreference.person_id == Person.id)
        .where(
            Membership.ended_on.is_(None),
            reachable().is_not(None),
            Person.anonymised_at.is_(None),
        )
        .order_by(Absence.starts_on, Absence.id)
    )
