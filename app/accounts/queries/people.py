"""What is known of people and of what they were asked."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from app.accounts.kinds import AskKind, AskState
from app.accounts.models import Ask, Membership, Person, SignIn
from app.accounts.queries.organisations import present_places


def with_account(session: Session, person_ids: set[int]) -> set[int]:
    """Those who have chosen a password or signed in once: more than contacts."""
    known = or_(Person.password_hash.is_not(None), exists().where(SignIn.person_id == Person.id))
    return set(session.scalars(select(Person.id).where(Person.id.in_(person_ids), known)))


def has_account(session: Session, person: Person) -> bool:
    return bool(with_account(session, {person.id}))


def is_there(session: Session, person_id: int) -> bool:
    """Whether nobody has erased them; nobody does before this transaction ends."""
    query = select(Person.id).where(Person.id == person_id, Person.anonymised_at.is_(None))
    return session.scalar(query.with_for_update(read=True)) is not None


def belongs_beyond(session: Session, person: Person, organisation_id: int) -> bool:
    """Whether they have a place in another organisation than this one."""
    return bool(
        session.scalar(
            select(
                exists().where(
                    Membership.person_id == person.id,
                    Membership.organisation_id != organisation_id,
                    Membership.ended_on.is_(None),
                )
            )
        )
    )


@dataclass(frozen=True)
class Contact:
    """A person's present place in an organisation."""

    place: Membership
    person: Person
    has_account: bool


def contacts_of(session: Session, organisation_id: int) -> list[Contact]:
    """Who is there now, the default contact first; a constant number of queries."""
    places = session.scalars(present_places(organisation_id)).all()
    known = with_account(session, {place.person_id for place in places})
    return [Contact(place, place.person, place.person_id in known) for place in places]


@dataclass(frozen=True)
class Invitation:
    """One that waits for its answer, or just got a no."""

    ask: Ask
    person: Person


def invitations_of(session: Session, organisation_id: int) -> list[Invitation]:
    """Those that wait or were declined, the newest first."""
    query = (
        select(Ask, Person)
        .join(Person, Person.id == Ask.asked_person_id)
        .where(
            Ask.kind == AskKind.INVITATION,
            Ask.subject_kind == "organisation",
            Ask.subject_id == organisation_id,
            Ask.state.in_((AskState.OPEN, AskState.DECLINED)),
            Person.anonymised_at.is_(None),
        )
        .order_by(Ask.id.desc())
        .limit(50)
    )
    return [Invitation(row[0], row[1]) for row in session.execute(query)]
