"""How somebody leaves: places and roles end, questions to them are over."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from app.accounts.grants import revoke_grants
from app.accounts.kinds import JOINING, AskKind, AskState, GrantPurpose, MergeKind
from app.accounts.models import (
    Absence,
    Ask,
    Membership,
    Merge,
    Person,
    SignIn,
    TerritoryRole,
)
from app.accounts.services import asks, throttle
from app.accounts.services.inviting import without_names
from app.accounts.services.people import end_place, make_default
from app.core.personal import Leaving
from app.core.redaction import Traces, traces

# asks that say something about the person who is asked
THEIR_OWN = (*JOINING, AskKind.ADDRESS)


def known_as(session: Session, person_id: int) -> Traces:
    """The present record, and the addresses at which they answered.

    What somebody else typed and they never confirmed may be anything.
    """
    person = session.get_one(Person, person_id)
    known = traces([person.name], [person.email], [person.phone])
    asked = select(Ask.payload).where(
        Ask.asked_person_id == person_id,
        Ask.kind.in_(THEIR_OWN),
        Ask.state == AskState.ACCEPTED,
    )
    for payload in session.scalars(asked):
        known |= traces(emails=[payload.get("email")])
    return known


def let_go(session: Session, leaving: Leaving) -> None:
    _end_places(session, leaving)
    _end_roles(session, leaving)
    _end_asks(session, leaving)
    _end_absences(session, leaving)
    _forget_merges(session, leaving)
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
    """What they alone were asked is over; invitations they wrote stand in nobody's name.

    What their organisation was asked through them is the organisation's to answer: the room that
    asked it puts it to somebody else.
    """
    person_id = leaving.person_id
    alone = (Ask.asked_person_id == person_id) & Ask.asked_organisation_id.is_(None)
    wrote = (Ask.asker_id == person_id) & Ask.kind.in_(JOINING)
    touched = select(Ask).where(or_(alone, wrote))
    for ask in session.scalars(touched.order_by(Ask.id).with_for_update()).all():
        if ask.state is AskState.OPEN:
            asks.withdraw(ask)
            revoke_grants(session, GrantPurpose.INVITATION, "ask", ask.id, leaving.now)
        if ask.asked_person_id == person_id and ask.kind in THEIR_OWN:
            ask.payload = without_names(ask.payload)
    session.flush()


def _end_absences(session: Session, leaving: Leaving) -> None:
    """Nobody stands in for who counted on them: their mail is their own again."""
    counted = select(Absence).where(
        Absence.substitute_id == leaving.person_id, Absence.ends_on >= leaving.today
    )
    for absence in session.scalars(counted.order_by(Absence.id)).all():
        session.delete(absence)
    session.flush()


def _forget_merges(session: Session, leaving: Leaving) -> None:
    """What would bring back a record that was made one with theirs, or a place that they left."""
    places = set(
        session.scalars(select(Membership.id).where(Membership.person_id == leaving.person_id))
    )
    undoable = select(Merge).where(Merge.moves.is_not(None)).order_by(Merge.id)
    for merge in session.scalars(undoable.with_for_update()).all():
        if merge.kind is MergeKind.PERSON and merge.kept_id == leaving.person_id:
            merge.moves = None
        else:
            merge.moves = [move for move in merge.moves or [] if not _is_of(move, places)]
    session.flush()


def _is_of(move: dict[str, Any], places: set[int]) -> bool:
    """Whether a merge changed one of these places."""
    of_places = move["table"] == Membership.__tablename__ and move["do"] == "change"
    return of_places and move["key"]["id"] in places


def seen_since(moment: datetime) -> Select[int | None]:
    signed_in = select(SignIn.person_id).where(SignIn.opened_at >= moment)
    answered = select(Ask.answered_by_id).where(
        Ask.answered_at >= moment, Ask.answered_by_id.is_not(None)
    )
    known: Select[int | None] = select(Person.id).where(
        or_(Person.id.in_(signed_in), Person.id.in_(answered))
    )
    return known
