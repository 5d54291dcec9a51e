"""What an invitation invites to, as its mail and its page say it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.accounts.kinds import AskKind, AskState, TerritoryRoleKind
from app.accounts.models import DEFAULT_ZONE, Ask, Organisation, Person, Territory
from app.accounts.queries.organisations import time_zone_of

ORGANISATION = "organisation"
TERRITORY = "territory"
# an operator is invited to the installation, which has no row: the person stands for it
INSTALLATION = "person"


@dataclass(frozen=True)
class Occasion:
    """`name` is what one would join; `territories` answer for the data, nobody at operators'.

    `controller` is the public id of the one that answers alone, None where there are several.
    """

    kind: AskKind
    name: str
    territories: tuple[str, ...]
    territory_id: int | None
    zone: str
    role: TerritoryRoleKind | None = None
    controller: str | None = None


def occasion(session: Session, ask: Ask) -> Occasion:
    """What this invitation is about, as things stand now."""
    if ask.kind is AskKind.TERRITORY_ROLE:
        territory = session.get_one(Territory, ask.subject_id)
        return Occasion(
            ask.kind,
            territory.name,
            (territory.name,),
            territory.id,
            territory.time_zone,
            TerritoryRoleKind(ask.payload["role"]),
            territory.public_id,
        )
    if ask.kind is AskKind.OPERATOR:
        return Occasion(ask.kind, "Maillage", (), None, DEFAULT_ZONE)
    organisation = session.get_one(Organisation, ask.subject_id)
    names = tuple(territory.name for territory in organisation.territories)
    first = organisation.territories[0] if organisation.territories else None
    return Occasion(
        ask.kind,
        organisation.name,
        names,
        first.id if first else None,
        time_zone_of(organisation),
        controller=first.public_id if first and len(names) == 1 else None,
    )


@dataclass(frozen=True)
class Invitation:
    """One that waits for its answer, or just got a no."""

    ask: Ask
    person: Person


def invitations_to(session: Session, kind: AskKind, subject: tuple[str, int]) -> list[Invitation]:
    """To one organisation, territory…: those that wait or were declined, the newest first."""
    query = _waiting_or_declined(kind).where(
        Ask.subject_kind == subject[0], Ask.subject_id == subject[1]
    )
    return [Invitation(row[0], row[1]) for row in session.execute(query)]


def invitations_of_kind(session: Session, kind: AskKind) -> list[Invitation]:
    """To anything, as above."""
    return [Invitation(row[0], row[1]) for row in session.execute(_waiting_or_declined(kind))]


def _waiting_or_declined(kind: AskKind) -> Select[Ask, Person]:
    return (
        select(Ask, Person)
        .join(Person, Person.id == Ask.asked_person_id)
        .where(
            Ask.kind == kind,
            Ask.state.in_((AskState.OPEN, AskState.DECLINED)),
            Person.anonymised_at.is_(None),
        )
        .order_by(Ask.id.desc())
        .limit(50)
    )
