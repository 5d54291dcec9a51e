"""What a message is about, and what waits for somebody."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import (
    Membership,
    Organisation,
    Person,
    TerritoryRole,
    organisation_territory,
)
from app.inbox.kinds import Fate
from app.inbox.labels import OF_THE_TERRITORY
from app.inbox.mails import NAME as PROPOSAL
from app.inbox.models import Incoming
from app.outbox.kinds import LOST
from app.outbox.models import Bounce, Mail
from app.plans.kinds import ProjectState
from app.plans.mails.for_you import FOR_YOU, MENTION, spoken_of
from app.plans.models import Comment, Project, Step
from app.plans.queries.readers import readers_of
from app.reminders.mails import NAME as RELANCE
from app.reminders.queries.mail import answerable, pilot_of, told_steps

LATEST = 30
MOST_IN_AN_HOUR = 10
# a mail that reached nobody is told so long: by then it was said in another way, or is over
STILL_NEWS = timedelta(days=14)
_OPEN = (Fate.WAITING, Fate.UNREADABLE)
_RUNNING = (ProjectState.DRAFT, ProjectState.ACTIVE, ProjectState.PAUSED, ProjectState.CLOSED)


@dataclass(frozen=True)
class Topic:
    """What a mail spoke of, as far as its recipient may still speak of it.

    `step_ids` by project; `told` are people who read the answer by mail as well.
    """

    mail: Mail
    step_ids: dict[int, list[int]] = field(default_factory=dict)
    told: frozenset[int] = frozenset()

    @property
    def is_about_projects(self) -> bool:
        return self.mail.kind in (RELANCE, FOR_YOU, MENTION)


def topic_of(session: Session, mail: Mail, person_id: int) -> Topic:
    """The projects of a relance's steps, or of what was said and entrusted to somebody."""
    if mail.kind == PROPOSAL:
        mail = session.get_one(Mail, mail.refs["mail"])
    if mail.kind == RELANCE:
        return _of_relance(session, mail, person_id)
    if mail.kind in (FOR_YOU, MENTION):
        return _of_words(session, mail, person_id)
    return Topic(mail)


def _of_relance(session: Session, mail: Mail, person_id: int) -> Topic:
    told = told_steps(session, mail.id)
    theirs = answerable(session, person_id, [one.id for one in told])
    by_project: dict[int, list[int]] = {}
    for one in told:
        if one.id in theirs:
            by_project.setdefault(one.project_id, []).append(one.id)
    pilot = pilot_of(session, mail.territory_id)
    known = select(Person.id).where(Person.email == (pilot.email if pilot else None))
    return Topic(mail, by_project, frozenset(session.scalars(known)))


def _of_words(session: Session, mail: Mail, person_id: int) -> Topic:
    """Where they were spoken to by name, and the steps entrusted to them that are theirs still."""
    spoken = spoken_of(mail)
    by_project: dict[int, list[int]] = {}
    told: set[int | None] = set()
    for comment in session.scalars(select(Comment).where(Comment.id.in_(spoken.comments))):
        readers = readers_of(session, comment.project_id, comment.territory_id)
        if person_id in {one.id for one in readers}:
            steps = by_project.setdefault(comment.project_id, [])
            steps += [comment.step_id] if comment.step_id else []
            told.add(comment.author_id)
    theirs = answerable(session, person_id, list(spoken.steps))
    for step in session.scalars(select(Step).where(Step.id.in_(theirs)).order_by(Step.id)):
        by_project.setdefault(step.project_id, []).append(step.id)
        told.add(spoken.steps[step.id])
    return Topic(mail, by_project, frozenset(one for one in told if one is not None))


def is_flooding(session: Session, person_id: int, now: datetime) -> bool:
    """Two machines that answer each other, and do not say that they are."""
    query = select(func.count(Incoming.id)).where(
        Incoming.person_id == person_id,
        Incoming.fate == Fate.COMMENT,
        Incoming.received_at > now - timedelta(hours=1),
    )
    return (session.scalar(query) or 0) >= MOST_IN_AN_HOUR


def only_territory_of(session: Session, address: str | None) -> int | None:
    """The territory of somebody who writes by themselves, where they belong to one alone."""
    person_id = select(Person.id).where(Person.email == address).scalar_subquery()
    by_place = (
        select(organisation_territory.c.territory_id)
        .join(Membership, Membership.organisation_id == organisation_territory.c.organisation_id)
        .where(Membership.person_id == person_id, Membership.ended_on.is_(None))
    )
    by_role = select(TerritoryRole.territory_id).where(
        TerritoryRole.person_id == person_id, TerritoryRole.ended_on.is_(None)
    )
    found = session.scalars(by_place.union(by_role)).all() if address else []
    return found[0] if len(found) == 1 else None


def waiting(session: Session, territory_id: int | None) -> list[Incoming]:
    """What somebody of this territory has to place, oldest first; without one, the operator."""
    operators = or_(Incoming.territory_id.is_(None), Incoming.fate == Fate.UNREADABLE)
    own = and_(Incoming.territory_id == territory_id, Incoming.fate == Fate.WAITING)
    query = (
        select(Incoming)
        .options(joinedload(Incoming.person))
        .where(
            operators if territory_id is None else own,
            Incoming.fate.in_(_OPEN),
            Incoming.settled_at.is_(None),
        )
        .order_by(Incoming.id)
        .limit(LATEST)
    )
    return list(session.scalars(query))


class Waiting(NamedTuple):
    """How many messages are to be placed, and how many of ours reached nobody lately."""

    to_place: int
    undelivered: int


def how_many_wait(session: Session, territory_id: int, now: datetime) -> Waiting:
    """One statement."""
    to_place = select(func.count(Incoming.id)).where(
        Incoming.territory_id == territory_id,
        Incoming.fate == Fate.WAITING,
        Incoming.settled_at.is_(None),
    )
    lost = select(func.count(Mail.id)).where(_reached_nobody(territory_id, now))
    row = session.execute(select(to_place.scalar_subquery(), lost.scalar_subquery())).one()
    return Waiting(*row)


@dataclass(frozen=True)
class Undelivered:
    """A mail of the territory's that reached nobody: to whom, since when, and the last error."""

    kind: str
    person: str
    at: datetime | None
    error: str | None


def undelivered(session: Session, territory_id: int, now: datetime) -> list[Undelivered]:
    """Of the last two weeks, the latest first."""
    rows = session.execute(
        select(Mail.kind, func.coalesce(Person.name, Mail.to), Mail.ended_at, Mail.last_error)
        .outerjoin(Person, Person.id == Mail.recipient_id)
        .where(_reached_nobody(territory_id, now))
        .order_by(Mail.ended_at.desc(), Mail.id.desc())
        .limit(LATEST)
    )
    return [Undelivered(*row) for row in rows]


def _reached_nobody(territory_id: int, now: datetime) -> ColumnElement[bool]:
    return and_(
        Mail.territory_id == territory_id,
        Mail.kind.in_(OF_THE_TERRITORY),
        Mail.state.in_(LOST),
        Mail.ended_at > now - STILL_NEWS,
    )


@dataclass(frozen=True)
class Taken:
    """A message that needed nobody: whose, and where it stands."""

    message: Incoming
    person: str | None
    project: str | None
    project_public_id: str | None


def taken(session: Session, territory_id: int) -> list[Taken]:
    """What was settled lately, newest first."""
    rows = session.execute(
        select(Incoming, Person.name, Project.title, Project.public_id)
        .outerjoin(Person, Person.id == Incoming.person_id)
        .outerjoin(Comment, Comment.id == Incoming.comment_id)
        .outerjoin(Project, Project.id == Comment.project_id)
        .where(
            Incoming.territory_id == territory_id,
            Incoming.fate.not_in(_OPEN) | Incoming.settled_at.is_not(None),
        )
        .order_by(Incoming.id.desc())
        .limit(LATEST)
    )
    return [Taken(*row) for row in rows]


@dataclass(frozen=True)
class FailingAddress:
    """An address of one of the territory's people to which mail comes back."""

    bounce: Bounce
    person: str
    person_public_id: str
    phone: str | None
    organisation_public_id: str | None


def failing(session: Session, territory_id: int) -> list[FailingAddress]:
    """People of the territory's organisations and roles whose address fails now."""
    place = exists().where(
        Membership.person_id == Person.id,
        Membership.ended_on.is_(None),
        organisation_territory.c.organisation_id == Membership.organisation_id,
        organisation_territory.c.territory_id == territory_id,
    )
    role = exists().where(
        TerritoryRole.person_id == Person.id,
        TerritoryRole.ended_on.is_(None),
        TerritoryRole.territory_id == territory_id,
    )
    whose = (
        select(Organisation.public_id)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .join(organisation_territory, _here(territory_id))
        .where(Membership.person_id == Person.id, Membership.ended_on.is_(None))
        .order_by(Membership.id)
        .limit(1)
        .correlate(Person)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Bounce, Person.name, Person.public_id, Person.phone, whose)
        .join(Person, Person.email == Bounce.address)
        .where(Bounce.is_hard, Bounce.lifted_at.is_(None), or_(place, role))
        .order_by(Person.search_key, Person.id)
    )
    return [FailingAddress(*row) for row in rows]


def _here(territory_id: int) -> ColumnElement[bool]:
    return and_(
        organisation_territory.c.organisation_id == Organisation.id,
        organisation_territory.c.territory_id == territory_id,
    )


def projects_to_choose(session: Session, territory_id: int) -> list[Project]:
    """Where a message can be placed, by title."""
    found = session.scalars(
        select(Project)
        .where(Project.territory_id == territory_id, Project.state.in_(_RUNNING))
        .order_by(func.lower(Project.title), Project.id)
    )
    return list(found)
