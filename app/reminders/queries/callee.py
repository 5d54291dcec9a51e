"""One organisation to call: what waits there, who can be called."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import not_, select
from sqlalchemy.orm import Session

from app.accounts.kinds import MailRhythm
from app.accounts.models import (
    MailPreference,
    Organisation,
    Person,
    Territory,
    organisation_territory,
)
from app.accounts.queries.people import Contact, contacts_of
from app.core.viewer import Viewer
from app.initiatives.models import ContactNote
from app.initiatives.rules.notes import reads_note
from app.outbox.bounces import refuses
from app.plans.models import Step
from app.plans.rules import visible_steps
from app.reminders.queries.calls import ToCall, to_call


@dataclass(frozen=True)
class CalleePage:
    """`steps` go with `lines`, in their order; `reached` are ids of people whom mail reaches."""

    organisation: Organisation
    lines: list[ToCall]
    steps: list[Step]
    waited: list[ContactNote]
    contacts: list[Contact]
    reached: frozenset[int]

    @property
    def named(self) -> str | None:
        """The public id of whom the steps are spoken to about, where it is one person."""
        people = {line.person_public_id for line in self.lines}
        return people.pop() if len(people) == 1 else None

    @property
    def named_person(self) -> str | None:
        """Their name."""
        return self.lines[0].person if self.named else None

    def may_be_written_to(self, contact: Contact) -> bool:
        """Somebody else than whom the automat wrote to, who takes mail."""
        person = contact.person
        return person.id in self.reached and person.public_id != self.named


def organisation_of(session: Session, territory_id: int, public_id: str) -> Organisation | None:
    """An organisation of the territory."""
    return session.scalar(
        select(Organisation)
        .join(organisation_territory)
        .where(
            organisation_territory.c.territory_id == territory_id,
            Organisation.public_id == public_id,
        )
    )


def callee(
    session: Session, viewer: Viewer, territory: Territory, organisation: Organisation, today: date
) -> CalleePage:
    """A constant number of statements."""
    lines = to_call(session, territory.id, today, organisation_id=organisation.id)
    found = session.scalars(select(Step).where(Step.id.in_([one.step_id for one in lines])))
    by_id = {step.id: step for step in found}
    waited = session.scalars(
        select(ContactNote)
        .where(
            reads_note(viewer),
            ContactNote.territory_id == territory.id,
            ContactNote.organisation_id == organisation.id,
            ContactNote.follow_up_on <= today,
            ContactNote.followed_up_on.is_(None),
        )
        .order_by(ContactNote.follow_up_on)
    )
    contacts = contacts_of(session, organisation.id)
    return CalleePage(
        organisation,
        lines,
        [by_id[one.step_id] for one in lines],
        list(waited),
        contacts,
        _reached(session, [one.person.id for one in contacts]),
    )


def _reached(session: Session, person_ids: Sequence[int]) -> frozenset[int]:
    """Those who have an address that takes mail, and did not say « Aucun courriel »."""
    found = session.scalars(
        select(Person.id)
        .outerjoin(MailPreference)
        .where(
            Person.id.in_(person_ids),
            Person.email.is_not(None),
            MailPreference.rhythm.is_distinct_from(MailRhythm.OFF),
            not_(refuses(Person.email)),
        )
    )
    return frozenset(found)


def steps_shown(
    session: Session, viewer: Viewer, territory_id: int, public_ids: Collection[str]
) -> Sequence[Step]:
    """The steps that a page named, however they stand by now."""
    named = visible_steps(viewer).where(
        Step.territory_id == territory_id, Step.public_id.in_(public_ids)
    )
    return session.scalars(named.order_by(Step.id)).all()
