"""A person leaves an organisation: everything they held there passes to a colleague at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload

from app.accounts.kinds import AskKind, AskState, GrantPurpose, MembershipRole
from app.accounts.models import Ask, Grant, Membership, Person
from app.accounts.queries.organisations import present_places
from app.accounts.services import asks
from app.accounts.services.people import end_place, make_default
from app.agreements.rules import KINDS
from app.agreements.services.questions import remind
from app.agreements.subjects import TERRITORY
from app.core.clock import local_day
from app.core.refusals import RefusedError
from app.plans.kinds import OPEN_STATUSES
from app.plans.models import Step, Theme


@dataclass(frozen=True)
class Held:
    """What a person holds in the name of one organisation."""

    steps: Sequence[Step]
    themes: Sequence[Theme]
    questions: Sequence[Ask]
    is_default: bool
    is_last_manager: bool

    @property
    def is_nothing(self) -> bool:
        return not (
            self.steps or self.themes or self.questions or self.is_default or self.is_last_manager
        )


def held_by(session: Session, place: Membership) -> Held:
    """Open steps and themes at their name, questions put to them, and their part in the house."""
    person_id, organisation_id = place.person_id, place.organisation_id
    return Held(
        steps=session.scalars(
            select(Step)
            .where(
                Step.lead_person_id == person_id,
                Step.lead_organisation_id == organisation_id,
                Step.status.in_(OPEN_STATUSES),
            )
            .options(joinedload(Step.project))
            .order_by(Step.due_on.is_(None), Step.due_on, Step.id)
        ).all(),
        themes=session.scalars(
            select(Theme)
            .where(Theme.lead_person_id == person_id, Theme.lead_organisation_id == organisation_id)
            .order_by(Theme.id)
        ).all(),
        questions=session.scalars(
            select(Ask)
            .where(
                Ask.kind.in_(KINDS),
                Ask.asked_person_id == person_id,
                Ask.asked_organisation_id == organisation_id,
                Ask.state == AskState.OPEN,
            )
            .order_by(Ask.id)
        ).all(),
        is_default=place.is_default,
        is_last_manager=_is_last_manager(session, place),
    )


def successors(session: Session, place: Membership) -> Sequence[Membership]:
    """The colleagues who can take over: who is called first, managers and who has an address."""
    colleagues = session.scalars(
        present_places(place.organisation_id).where(Membership.id != place.id)
    ).all()
    return sorted(
        colleagues,
        key=lambda one: (
            not one.is_default,
            one.role is not MembershipRole.MANAGER,
            one.person.email is None,
            one.id,
        ),
    )


def depart(
    session: Session,
    place: Membership,
    *,
    successor: Membership | None,
    now: datetime,
    zone: str,
    own_leave: bool = False,
) -> Held:
    """End a membership and pass on what was held; answers what it was.

    Without a successor the steps stay with the organisation, at nobody's name. Raises
    RefusedError for a successor who is not there.
    """
    session.execute(select(Person.id).where(Person.id == place.person_id).with_for_update())
    if successor is not None and (
        successor.organisation_id != place.organisation_id
        or successor.ended_on is not None
        or successor.id == place.id
    ):
        raise RefusedError("Choisissez quelqu’un de la même organisation.")
    held = held_by(session, place)
    heir = successor.person_id if successor else None
    for step in held.steps:
        step.lead_person_id = heir
    for theme in held.themes:
        theme.lead_person_id = heir
    end_place(place, local_day(now, zone), own_leave=own_leave)
    session.flush()
    for question in held.questions:
        if question.subject_kind == TERRITORY:
            # only who is asked may say yes to that, and only a pilot says who is asked
            asks.withdraw(question)
            continue
        # put to the organisation again, so that whoever is there may answer
        question.asked_person_id = heir
        remind(session, question, now=now, expires_at=question.expires_at)
    if successor is not None:
        _raise_up(session, successor, held)
    session.flush()
    return held


def let_go_of_questions(session: Session, person_id: int, *, now: datetime) -> None:
    """What a person who is there no more was to answer for their organisations is put to them
    again; what they offered to others is taken back. Their places have ended before."""
    for question in session.scalars(_in_the_hands_of(person_id, now)).all():
        if question.subject_kind == TERRITORY:
            asks.withdraw(question)
            continue
        if question.asked_person_id == person_id:
            question.asked_person_id = None
        remind(session, question, now=now, expires_at=question.expires_at)
    offered = select(Ask).where(
        Ask.asker_id == person_id, Ask.kind == AskKind.HAND_OVER, Ask.state == AskState.OPEN
    )
    for offer in session.scalars(offered.order_by(Ask.id).with_for_update()).all():
        asks.withdraw(offer)
    session.flush()


def _in_the_hands_of(person_id: int, now: datetime) -> Select[Ask]:
    """Open questions to organisations that were put to this person, or mailed to them."""
    mailed = select(Grant.subject_id).where(
        Grant.person_id == person_id,
        Grant.purpose == GrantPurpose.ANSWER,
        Grant.subject_kind == "ask",
        Grant.revoked_at.is_(None),
    )
    return (
        select(Ask)
        .where(
            Ask.kind.in_(KINDS),
            Ask.asked_organisation_id.is_not(None),
            or_(Ask.asked_person_id == person_id, Ask.id.in_(mailed)),
            Ask.state == AskState.OPEN,
            Ask.expires_at > now,
        )
        .order_by(Ask.id)
        .with_for_update()
    )


def _raise_up(session: Session, successor: Membership, held: Held) -> None:
    if held.is_default:
        make_default(session, successor)
    if held.is_last_manager:
        successor.role = MembershipRole.MANAGER


def _is_last_manager(session: Session, place: Membership) -> bool:
    if place.role is not MembershipRole.MANAGER:
        return False
    other = select(Membership.id).where(
        Membership.organisation_id == place.organisation_id,
        Membership.role == MembershipRole.MANAGER,
        Membership.ended_on.is_(None),
        Membership.id != place.id,
    )
    return session.scalar(other.limit(1)) is None
