"""Who stands in for whom on which days."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from app.accounts.models import Absence, MailPreference, Membership, Person
from app.core.prepared import Kept
from app.reminders.queries.contacts import reachable, recipient_of
from app.reminders.schedule.away import Gone, There, by_turns
from app.reminders.schedule.facts import Away, TerritoryFacts

# beyond this many people it is quicker to read all absences than to name the people
FEW = 500


@dataclass(frozen=True)
class Absences:
    """Days away, those of stand-ins as well: by the organisation of which both are members.
    `stand_ins`: by person id, a row of what a mail needs to know of them."""

    by_organisation: Mapping[int, Sequence[Gone]]
    stand_ins: Mapping[int, Any]
    _known: dict[tuple[int, int], list[There]] = field(default_factory=dict)

    def of(self, person_id: int, organisation_id: int, place: TerritoryFacts) -> tuple[Away, ...]:
        """Who is spoken to in a person's place, for an organisation."""
        key = (person_id, organisation_id)
        if key not in self._known:
            among = self.by_organisation.get(organisation_id, ())
            self._known[key] = by_turns(person_id, among)
        return tuple(
            Away(first, last, recipient_of(self.stand_ins[id_], id_, place))
            for first, last, id_ in self._known[key]
        )


def absences_of(session: Session, person_ids: Collection[int]) -> Absences:
    """Those of some people, and of their stand-ins: one statement more for each turn."""
    found: dict[int, list[Gone]] = defaultdict(list)
    people: dict[int, Any] = {}
    wanted, asked = set(person_ids), set[int]()
    while wanted:
        asked |= wanted
        for row in _rows(session, wanted):
            gone = Gone(row.person_id, row.starts_on, row.ends_on, row.substitute_id)
            found[row.organisation_id].append(gone)
            people[row.substitute_id] = row
        wanted = people.keys() - asked
    return Absences(found, people)


def _rows(session: Session, person_ids: Collection[int]) -> Sequence[Any]:
    if len(person_ids) <= FEW:
        return _of_some().rows(session, {"ids": [*person_ids]})
    return [row for row in session.execute(_absences()) if row.person_id in person_ids]


@functools.cache
def _of_some() -> Kept:
    """Built once, since every mail that leaves asks it."""
    return Kept(_absences().where(Absence.person_id.in_(bindparam("ids", expanding=True))))


def _absences() -> Select[*tuple[Any, ...]]:
    """A stand-in is one for the steps of organisations they are a member of."""
    return (
        select(
            Absence.person_id,
            Absence.starts_on,
            Absence.ends_on,
            Absence.substitute_id,
            Membership.organisation_id,
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
