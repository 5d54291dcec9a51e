"""What an operator sees of the installation: counts, never what stands in a project."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select, tuple_
from sqlalchemy.orm import Session, joinedload

from app.accounts.kinds import TerritoryRoleKind
from app.accounts.models import (
    Membership,
    Person,
    SignIn,
    Territory,
    TerritoryRole,
    organisation_territory,
)
from app.accounts.queries.people import with_account
from app.journal.models import Change
from app.outbox.kinds import MailState
from app.outbox.models import Mail
from app.plans.models import Project
from app.reminders.models import RelanceSetting

PAGE = 50
# sessions live a month: a pilot who comes in signs in more often than that
ABSENT = timedelta(days=60)
RECENTLY = timedelta(days=1)


@dataclass(frozen=True)
class TerritoryLine:
    """One territory by its counts. `lost_pilot`: none has come in for `ABSENT`."""

    public_id: str
    name: str
    siren: str | None
    is_demo: bool
    time_zone: str
    projects: int
    people: int
    last_change_at: datetime | None
    relances_started: bool
    lost_pilot: bool


def territory_lines(
    session: Session, *, text: str, after: Territory | None, now: datetime
) -> list[TerritoryLine]:
    """By name, one more than a page so that a next page shows; one query."""
    query = _lines(now).order_by(func.lower(Territory.name), Territory.id).limit(PAGE + 1)
    if text:
        query = query.where(func.lower(Territory.name).contains(text.lower(), autoescape=True))
    if after is not None:
        place = (func.lower(after.name), after.id)
        query = query.where(tuple_(func.lower(Territory.name), Territory.id) > tuple_(*place))
    return [TerritoryLine(*row) for row in session.execute(query)]


def territory_line(session: Session, territory_id: int, now: datetime) -> TerritoryLine:
    return TerritoryLine(*session.execute(_lines(now).where(Territory.id == territory_id)).one())


def _lines(now: datetime) -> Select[Any]:
    """The columns of a TerritoryLine."""
    here = Territory.id
    projects = select(func.count(Project.id)).where(Project.territory_id == here)
    last = select(func.max(Change.at)).where(Change.territory_id == here)
    started = exists().where(
        RelanceSetting.territory_id == here, RelanceSetting.started_at.is_not(None)
    )
    came = exists().where(
        SignIn.person_id == TerritoryRole.person_id, SignIn.opened_at >= now - ABSENT
    )
    piloted = exists().where(
        TerritoryRole.territory_id == here,
        TerritoryRole.role == TerritoryRoleKind.PILOT,
        TerritoryRole.ended_on.is_(None),
        TerritoryRole.person_id == Person.id,
        Person.anonymised_at.is_(None),
        came,
    )
    return select(
        Territory.public_id,
        Territory.name,
        Territory.siren,
        Territory.is_demo,
        Territory.time_zone,
        projects.correlate(Territory).scalar_subquery(),
        _people().correlate(Territory).scalar_subquery(),
        last.correlate(Territory).scalar_subquery(),
        started,
        ~piloted,
    )


def _people() -> Select[Any]:
    """How many people have a place in one of its organisations, or a role."""
    member = exists().where(
        Membership.person_id == Person.id,
        Membership.ended_on.is_(None),
        organisation_territory.c.organisation_id == Membership.organisation_id,
        organisation_territory.c.territory_id == Territory.id,
    )
    in_team = exists().where(
        TerritoryRole.person_id == Person.id,
        TerritoryRole.ended_on.is_(None),
        TerritoryRole.territory_id == Territory.id,
    )
    counted = or_(member.correlate(Person, Territory), in_team.correlate(Person, Territory))
    return select(func.count(Person.id)).where(and_(Person.anonymised_at.is_(None), counted))


@dataclass(frozen=True)
class Pilot:
    """`came_at` is when she last signed in; None for who never did."""

    role: TerritoryRole
    has_account: bool
    came_at: datetime | None


def pilots_of(session: Session, territory_id: int) -> list[Pilot]:
    """Who pilots a territory now, and whether she comes in."""
    came = (
        select(func.max(SignIn.opened_at))
        .where(SignIn.person_id == TerritoryRole.person_id)
        .correlate(TerritoryRole)
        .scalar_subquery()
    )
    rows = session.execute(
        select(TerritoryRole, came)
        .join(TerritoryRole.person)
        .where(
            TerritoryRole.territory_id == territory_id,
            TerritoryRole.role == TerritoryRoleKind.PILOT,
            TerritoryRole.ended_on.is_(None),
            Person.anonymised_at.is_(None),
        )
        .order_by(Person.search_key, Person.id)
        .options(joinedload(TerritoryRole.person))
    ).all()
    known = with_account(session, {role.person_id for role, _came in rows})
    return [Pilot(role, role.person_id in known, came_at) for role, came_at in rows]


def mail_counts(session: Session) -> dict[MailState, int]:
    """How many mails stand in each state, every state named."""
    query = select(Mail.state, func.count(Mail.id)).group_by(Mail.state)
    found = {row[0]: row[1] for row in session.execute(query)}
    return {state: found.get(state, 0) for state in MailState}


def ended_operators(session: Session, now: datetime) -> list[Person]:
    """Who stopped operating since a day, told by the journal: that can be taken back."""
    changes = session.scalars(
        select(Change).where(
            # people belong to no territory: so the journal's index by place and time serves
            Change.territory_id.is_(None),
            Change.at > now - RECENTLY,
            Change.entity == Person.__name__,
        )
    )
    ended = {one.entity_id for one in changes if one.fields.get("is_operator") == [True, False]}
    query = (
        select(Person)
        .where(Person.id.in_(ended), Person.is_operator.is_(False), Person.anonymised_at.is_(None))
        .order_by(Person.search_key, Person.id)
    )
    return list(session.scalars(query)) if ended else []
