"""Who adheres to the charter of a démarche, to which version, and who has been asked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import Session, aliased

from app.accounts.kinds import AskKind, AskState, TerritoryTextKind
from app.accounts.models import (
    Ask,
    Membership,
    Organisation,
    Person,
    Territory,
    TerritoryText,
    organisation_territory,
)
from app.accounts.rules import visible_territories
from app.agreements import texts
from app.agreements.kinds import CommitmentKind, GivenBy
from app.agreements.models import Commitment
from app.agreements.subjects import CHARTER
from app.core.clock import local_day
from app.core.viewer import Viewer


@dataclass(frozen=True)
class Adherent:
    """An organisation that adheres: to which version, since when."""

    organisation_id: int
    public_id: str
    name: str
    version: int
    since: date


@dataclass(frozen=True)
class Invitable:
    """One that does not adhere to the version in force: what it said before, and what was asked.

    `version` is the former one that it adheres to; `state` of the last question, if any;
    `is_reachable`: somebody there has an address.
    """

    public_id: str
    name: str
    is_reachable: bool
    version: int | None
    state: AskState | None
    asked_on: date | None


@dataclass(frozen=True)
class Given:
    """One yes of an organisation with who said it; `ended` when it was withdrawn or renewed."""

    version: int
    since: datetime
    ended: datetime | None
    given_by: GivenBy
    person: str | None
    noted_by: str | None


@dataclass(frozen=True)
class Place:
    """A territory of an organisation that has a charter, with what the organisation says to it."""

    territory: Territory
    in_force: int
    version: int | None
    since: date | None


def standing(session: Session, territory_id: int, organisation_id: int) -> Commitment | None:
    """The yes of an organisation to a territory's charter that has not ended."""
    return session.scalars(
        select(Commitment).where(
            _is_adherence(territory_id), Commitment.organisation_id == organisation_id
        )
    ).one_or_none()


def belongs(session: Session, territory_id: int, organisation_id: int) -> bool:
    """Whether an organisation is one of the territory's today."""
    of = organisation_territory.c
    return bool(
        session.scalar(
            select(
                exists().where(
                    of.territory_id == territory_id, of.organisation_id == organisation_id
                )
            )
        )
    )


def open_question(session: Session, territory_id: int, organisation_id: int) -> Ask | None:
    """The question whether an organisation adheres, while it waits."""
    return session.scalars(
        select(Ask)
        .where(
            _is_question(territory_id),
            Ask.asked_organisation_id == organisation_id,
            Ask.state == AskState.OPEN,
        )
        .order_by(Ask.id.desc())
        .limit(1)
    ).one_or_none()


def adherents(session: Session, territory: Territory) -> list[Adherent]:
    """Those of the territory, in French order."""
    rows = session.execute(
        select(
            Organisation.id,
            Organisation.public_id,
            Organisation.name,
            Commitment.text_version,
            Commitment.given_at,
        )
        .join(Commitment, Commitment.organisation_id == Organisation.id)
        .where(_is_adherence(territory.id), Organisation.id.in_(_of(territory.id)))
        .order_by(Organisation.search_key, Organisation.id)
    )
    return [
        Adherent(*row[:3], texts.charter_number(row[3]), local_day(row[4], territory.time_zone))
        for row in rows
    ]


def invitable(
    session: Session, territory: Territory, in_force: int, now: datetime
) -> list[Invitable]:
    """Whom one can ask: who has not adhered to the version in force; two statements."""
    asked = _last_questions(session, territory.id)
    rows = session.execute(
        select(
            Organisation.id,
            Organisation.public_id,
            Organisation.name,
            _is_reachable(),
            Commitment.text_version,
        )
        .outerjoin(
            Commitment,
            (Commitment.organisation_id == Organisation.id) & _is_adherence(territory.id),
        )
        .where(
            Organisation.id.in_(_of(territory.id)),
            Commitment.id.is_(None) | (Commitment.text_version != texts.charter(in_force)),
        )
        .order_by(Organisation.search_key, Organisation.id)
    )
    return [
        Invitable(
            *row[1:4],
            texts.charter_number(row[4]) if row[4] else None,
            *_told(asked.get(row[0]), territory, in_force, now),
        )
        for row in rows
    ]


def _last_questions(session: Session, territory_id: int) -> dict[int | None, Ask]:
    questions = session.scalars(select(Ask).where(_is_question(territory_id)).order_by(Ask.id))
    # a later one takes the place of the one before
    return {ask.asked_organisation_id: ask for ask in questions}


def _told(
    ask: Ask | None, territory: Territory, in_force: int, now: datetime
) -> tuple[AskState | None, date | None]:
    """How the last question stands, where it still says something about the version in force."""
    if ask is None or ask.state in (AskState.ACCEPTED, AskState.WITHDRAWN):
        return None, None
    if ask.state is AskState.DECLINED and ask.text_version != texts.charter(in_force):
        return None, None
    ran_out = ask.state is AskState.OPEN and ask.expires_at <= now
    state = AskState.EXPIRED if ran_out else ask.state
    return state, local_day(ask.asked_at, territory.time_zone)


def _is_reachable() -> ColumnElement[bool]:
    return exists().where(
        Membership.organisation_id == Organisation.id,
        Membership.ended_on.is_(None),
        Membership.person_id == Person.id,
        Person.email.is_not(None),
        Person.anonymised_at.is_(None),
    )


def history(session: Session, territory_id: int, organisation_id: int) -> list[Given]:
    """Every yes of an organisation to a charter, the latest first."""
    noter = aliased(Person)
    rows = session.execute(
        select(
            Commitment.text_version,
            Commitment.given_at,
            Commitment.withdrawn_at,
            Commitment.given_by,
            Person.name,
            noter.name,
        )
        .outerjoin(Person, Person.id == Commitment.person_id)
        .outerjoin(noter, noter.id == Commitment.noted_by_id)
        .where(
            Commitment.kind == CommitmentKind.CHARTER,
            Commitment.territory_id == territory_id,
            Commitment.organisation_id == organisation_id,
        )
        .order_by(Commitment.id.desc())
    )
    return [Given(texts.charter_number(row[0]), *row[1:]) for row in rows]


def charters_of(session: Session, viewer: Viewer, organisation: Organisation) -> list[Place]:
    """The charters of an organisation's territories, as far as the viewer sees them."""
    versions = select(TerritoryText.territory_id, TerritoryText.version).where(
        TerritoryText.kind == TerritoryTextKind.CHARTER
    )
    territories = session.scalars(
        visible_territories(viewer)
        .where(Territory.id.in_([one.id for one in organisation.territories]))
        .order_by(Territory.name)
    ).all()
    in_force: dict[int, int] = {}
    ids = [one.id for one in territories]
    for territory_id, version in session.execute(
        versions.where(TerritoryText.territory_id.in_(ids))
    ):
        in_force[territory_id] = max(version, in_force.get(territory_id, 0))
    given = {
        one.territory_id: one
        for one in session.scalars(
            select(Commitment).where(
                Commitment.kind == CommitmentKind.CHARTER,
                Commitment.withdrawn_at.is_(None),
                Commitment.organisation_id == organisation.id,
                Commitment.territory_id.in_(ids),
            )
        )
    }
    return [
        _place(one, in_force[one.id], given.get(one.id))
        for one in territories
        if one.id in in_force
    ]


def _place(territory: Territory, in_force: int, given: Commitment | None) -> Place:
    if given is None:
        return Place(territory, in_force, None, None)
    since = local_day(given.given_at, territory.time_zone)
    return Place(territory, in_force, texts.charter_number(given.text_version), since)


def organisations_here(territory_id: int) -> Select[Organisation]:
    """The territory's organisations."""
    return select(Organisation).where(Organisation.id.in_(_of(territory_id)))


def names_here(
    session: Session, territory_id: int, ids: Collection[int]
) -> list[tuple[int, str, str]]:
    """(id, public id, name) of those of these organisations that are the territory's."""
    rows = session.execute(
        select(Organisation.id, Organisation.public_id, Organisation.name)
        .where(Organisation.id.in_(ids), Organisation.id.in_(_of(territory_id)))
        .order_by(Organisation.search_key, Organisation.id)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def _of(territory_id: int) -> Select[int]:
    return select(organisation_territory.c.organisation_id).where(
        organisation_territory.c.territory_id == territory_id
    )


def _is_adherence(territory_id: int) -> ColumnElement[bool]:
    return (
        (Commitment.kind == CommitmentKind.CHARTER)
        & (Commitment.territory_id == territory_id)
        & Commitment.withdrawn_at.is_(None)
    )


def _is_question(territory_id: int) -> ColumnElement[bool]:
    return (
        (Ask.kind == AskKind.COMMITMENT)
        & (Ask.subject_kind == CHARTER)
        & (Ask.subject_id == territory_id)
    )
