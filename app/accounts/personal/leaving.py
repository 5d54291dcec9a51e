"""How somebody leaves: places and roles end, questions to them are over."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from app.accounts.grants import revoke_grants
from app.accounts.kinds import AskKind, AskState, GrantPurpose
from app.accounts.models import Ask, Membership, Person, SignIn, TerritoryRole
from app.accounts.services import asks, throttle
from app.accounts.services.people import end_place, make_default
from app.core.personal import Leaving
from app.core.redaction import Traces, traces

# asks that say something about the person who is asked
THEIR_OWN = (AskKind.INVITATION, AskKind.ADDRESS)


def known_as(session: Session, person_id: int) -> Traces:
    """The present record, and what others typed when they invited them."""
    person = session.get_one(Person, person_id)
    known = traces([person.name], [person.email], [person.phone])
    asked = select(Ask.payload).where(Ask.asked_person_id == person_id, Ask.kind.in_(THEIR_OWN))
    for payload in session.scalars(asked):
        known |= traces([payload.get("name")], [payload.get("email")])
    return known


def let_go(session: Session, leaving: Leaving) -> None:
    _end_places(session, leaving)
    _end_roles(session, leaving)
    _end_asks(session, leaving)
    for email in leaving.known.emails:
        throttle.forget(session, email)


def _end_places(session: Session, leaving: Leaving) -> None:
    """Who was called first is followed by whoever has been there longest and has an address."""
    own = select(Membership).where(
        Membership.person_id == leaving.person_id, Membership.ended_on.is_(None)
    )
    for place in session.scalars(own.order_by(Membership.id)).all():
        was_default = place.is_default
        end_place(place, leaving.today)
        session.flush()
        heir = _heir(session, place.organisation_id) if was_default else None
        if heir is not None:
            make_default(session, heir)


def _heir(session: Session, organisation_id: int) -> Membership | None:
    return session.scalars(
        select(Membership)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.ended_on.is_(None),
            Person.anonymised_at.is_(None),
        )
        .order_by(Person.email.is_(None), Membership.id)
        .limit(1)
    ).first()


def _end_roles(session: Session, leaving: Leaving) -> None:
    own = select(TerritoryRole).where(
        TerritoryRole.person_id == leaving.person_id, TerritoryRole.ended_on.is_(None)
    )
    for role in session.scalars(own.order_by(TerritoryRole.id)).all():
        role.ended_on = leaving.today
    session.flush()


def _end_asks(session: Session, leaving: Leaving) -> None:
    """What they were asked is over; invitations they wrote stand in nobody's name."""
    person_id = leaving.person_id
    wrote = (Ask.asker_id == person_id) & (Ask.kind == AskKind.INVITATION)
    touched = select(Ask).where(or_(Ask.asked_person_id == person_id, wrote))
    for ask in session.scalars(touched.order_by(Ask.id).with_for_update()).all():
        if ask.state is AskState.OPEN:
            asks.withdraw(ask)
            revoke_grants(session, GrantPurpose.INVITATION, "ask", ask.id, leaving.now)
        if ask.asked_person_id == person_id and ask.kind in THEIR_OWN:
            ask.payload = {}
    session.flush()


def seen_since(moment: datetime) -> Select[int | None]:
    signed_in = select(SignIn.person_id).where(SignIn.opened_at >= moment)
    answered = select(Ask.answered_by_id).where(
        Ask.answered_at >= moment, Ask.answered_by_id.is_not(None)
    )
    known: Select[int | None] = select(Person.id).where(
        or_(Person.id.in_(signed_in), Person.id.in_(answered))
    )
    return known
