"""« Je passe la main à… »: the step is offered to a colleague, who says yes from a mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Membership, Organisation, Person
from app.accounts.queries.people import active_place
from app.accounts.services.organisations import ContactText, add_contact
from app.accounts.services.people import person_with
from app.accounts.sessions import viewer_of
from app.agreements.rules import may_pass_on
from app.agreements.services.hand_overs import offer_step, waiting_offer
from app.agreements.subjects import STEP
from app.core.refusals import RefusedError
from app.plans.models import Step

NOT_THEIRS = "Cette étape est suivie par d’autres : appelez l’équipe de la démarche."
NOT_KNOWN = "Choisissez à qui vous passez la main."


@dataclass(frozen=True)
class Receiver:
    """Who is to take over: a contact of the organisation, or a name and an address typed."""

    public_id: str | None = None
    name: str | None = None
    email: str | None = None

    @property
    def reaches(self) -> bool:
        """Whether there is somebody to write to."""
        return bool(self.public_id or self.email)


def pass_on(
    session: Session, step: Step, *, person_id: int, to: Receiver, now: datetime, today: date
) -> None:
    """Ask a colleague to take the step over; said twice, they are asked once.

    Until their yes the step and what is due about it stay where they are.
    """
    viewer = viewer_of(session, person_id)
    if viewer is None or not may_pass_on(viewer, step):
        raise RefusedError(NOT_THEIRS)
    organisation_id = step.lead_organisation_id
    may_add = organisation_id in viewer.manages
    receiver_id = _found(session, organisation_id, to) or (
        _added(session, organisation_id, to, now, today) if may_add else None
    )
    if receiver_id is None or receiver_id == person_id:
        raise RefusedError(NOT_KNOWN)
    waiting = waiting_offer(session, STEP, step.id)
    if waiting is not None and waiting.asked_person_id == receiver_id:
        return
    offer_step(
        session,
        step,
        organisation_id=organisation_id,
        person_id=receiver_id,
        word=None,
        asker_id=person_id,
        now=now,
    )


def _found(session: Session, organisation_id: int, to: Receiver) -> int | None:
    """A contact of the organisation whom a mail reaches: the one chosen, or that of the address."""
    if to.public_id is None:
        known = person_with(session, to.email) if to.email else None
        place = active_place(session, known.id, organisation_id) if known else None
        return place.person_id if place else None
    return session.scalar(
        select(Person.id)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Person.public_id == to.public_id,
            Person.email.is_not(None),
            Person.anonymised_at.is_(None),
            Membership.organisation_id == organisation_id,
            Membership.ended_on.is_(None),
        )
    )


def _added(
    session: Session, organisation_id: int, to: Receiver, now: datetime, today: date
) -> int | None:
    """A new contact, by who manages the firm. Raises RefusedError for somebody's address."""
    if to.public_id is not None or not to.name or not to.email:
        return None
    organisation = session.get_one(Organisation, organisation_id)
    text = ContactText(name=to.name, email=to.email)
    return add_contact(
        session, organisation=organisation, text=text, today=today, now=now
    ).person_id
