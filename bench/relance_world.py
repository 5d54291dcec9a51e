"""What the benches of relances look at: territories whose firms lead as many steps each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Engine, insert
from sqlalchemy.orm import Session

from app import factory  # noqa: F401  every room's tables
from app.accounts.kinds import MembershipRole, OrganisationKind
from app.accounts.models import (
    Membership,
    Organisation,
    Person,
    Territory,
    organisation_territory,
)
from app.core.database import Base, new_public_id
from app.plans.kinds import PartnerRole, PartnerState, ProjectKind, ProjectState, SynergyType
from app.plans.models import ActionPlan, Partner, Project, Step
from app.privacy.kinds import Means
from app.privacy.models import PrivacyNotice
from app.reminders.models import RelanceSetting

BEGAN = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
TODAY = date(2026, 4, 10)
NOW = datetime(2026, 4, 10, 6, 0, tzinfo=UTC)
LATER = date(2026, 9, 30)
PER_PROJECT = 20


@dataclass(frozen=True)
class Size:
    steps: int
    due: int
    people: int
    territories: int


def build(engine: Engine, size: Size, due_on: date) -> None:
    """Write the world; `size.due` of its steps are due on `due_on`. Commits.

    Each person is the contact of one firm, which leads as many steps as any other.
    """
    with Session(engine) as session:
        into = session.connection()
        places, people = range(1, size.territories + 1), range(1, size.people + 1)
        projects = range(1, size.steps // PER_PROJECT + 1)

        def place(number: int) -> int:
            return 1 + number % size.territories

        made = {"created_at": BEGAN}
        rows: list[tuple[type[Base], list[dict[str, object]]]] = [
            (Territory, [{"id": n, "name": f"Territoire {n}", **made} for n in places]),
            (RelanceSetting, [{"territory_id": n, "started_at": BEGAN} for n in places]),
            (ActionPlan, [{"id": n, "territory_id": n, "title": "Plan", **made} for n in places]),
            (Organisation, [_firm(n) for n in people]),
            (Person, [_person(n) for n in people]),
            (Membership, [_member(n) for n in people]),
            (PrivacyNotice, [_informed(n, place(n)) for n in people]),
            (Project, [_project(n, place(n)) for n in projects]),
            (Partner, [_lead(n, place(n), 1 + n % size.people) for n in projects]),
            (Step, [_step(n, place, size, due_on) for n in range(size.steps)]),
        ]
        for model, values in rows:
            into.execute(insert(model.__table__), [_whole(model, one) for one in values])
        into.execute(
            insert(organisation_territory),
            [{"organisation_id": n, "territory_id": place(n)} for n in people],
        )
        session.commit()


def _whole(model: type[Base], values: dict[str, object]) -> dict[str, object]:
    """With the public id that a row of this table has."""
    has_one = "public_id" in model.__table__.c
    return {"public_id": new_public_id(), **values} if has_one else values


def _firm(number: int) -> dict[str, object]:
    name = f"Entreprise fictive {number}"
    return {
        "id": number,
        "name": name,
        "kind": OrganisationKind.COMPANY,
        "search_key": name.casefold(),
        "created_at": BEGAN,
    }


def _person(number: int) -> dict[str, object]:
    return {
        "id": number,
        "name": f"Camille Fictive {number}",
        "email": f"camille{number}@example.org",
        "search_key": f"camille fictive {number}",
        "created_at": BEGAN,
    }


def _member(number: int) -> dict[str, object]:
    return {
        "person_id": number,
        "organisation_id": number,
        "role": MembershipRole.MANAGER,
        "is_default": True,
        "started_on": BEGAN.date(),
    }


def _informed(person: int, place: int) -> dict[str, object]:
    """What is done with their data was told them before; only a first mail says it."""
    return {
        "person_id": person,
        "territory_id": place,
        "means": Means.PHONE,
        "text_version": "1",
        "told_at": BEGAN,
    }


def _project(number: int, place: int) -> dict[str, object]:
    return {
        "id": number,
        "plan_id": place,
        "territory_id": place,
        "title": f"Projet {number}",
        "kind": ProjectKind.SYNERGY,
        "synergy_type": SynergyType.SHARING,
        "state": ProjectState.ACTIVE,
        "active_since": NOW - timedelta(days=20),
        "rank": "i",
        "search_key": f"projet {number}",
        "created_at": BEGAN,
    }


def _lead(project: int, place: int, firm: int) -> dict[str, object]:
    return {
        "project_id": project,
        "territory_id": place,
        "organisation_id": firm,
        "role": PartnerRole.LEAD,
        "state": PartnerState.CONFIRMED,
        "confirmed_at": BEGAN,
    }


def _step(number: int, place: Callable[[int], int], size: Size, due_on: date) -> dict[str, object]:
    project = 1 + number // PER_PROJECT
    return {
        "project_id": project,
        "territory_id": place(project),
        "title": f"Étape {number}",
        "lead_organisation_id": 1 + number % size.people,
        "due_on": due_on if number < size.due else LATER,
        "scheduled_at": BEGAN,
        "rank": "i",
        "search_key": f"etape {number}",
        "created_at": BEGAN,
    }
