"""`make relancebench`: a day's run beside one query of the same rows and as many plain inserts."""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

from sqlalchemy import Engine, create_engine, delete, insert, select
from sqlalchemy.orm import Session

from app import factory  # noqa: F401  every room's tables
from app.accounts.kinds import MembershipRole, OrganisationKind
from app.accounts.models import (
    Grant,
    Membership,
    Organisation,
    Person,
    Territory,
    organisation_territory,
)
from app.core.database import Base, new_public_id, prepare_engine
from app.outbox.models import Mail
from app.plans.kinds import (
    OPEN_STATUSES,
    PartnerRole,
    PartnerState,
    ProjectKind,
    ProjectState,
    SynergyType,
)
from app.plans.models import ActionPlan, Partner, Project, Step
from app.reminders.kinds import RelanceState
from app.reminders.models import Relance, RelanceSetting
from app.reminders.services.running import run

BEGAN = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
TODAY = date(2026, 4, 10)
NOW = datetime(2026, 4, 10, 6, 0, tzinfo=UTC)
DUE, LATER = date(2026, 4, 17), date(2026, 9, 30)
PER_PROJECT, ROUNDS = 20, 3


@dataclass(frozen=True)
class Size:
    steps: int
    due: int
    people: int
    territories: int


SIZES = (Size(5_000, 1_000, 100, 1), Size(100_000, 20_000, 5_000, 50))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make relancebench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    asked = parser.parse_args(arguments)
    print(
        f"{'steps':>8}{'due':>8}{'people':>8}{'ratio':>8}{'ours s':>9}{'bare s':>9}{'peak MB':>9}"
    )
    for size in SIZES:
        with tempfile.TemporaryDirectory(prefix="maillage-bench-") as folder:
            engine = create_engine(f"sqlite:///{Path(folder) / 'bench.sqlite3'}")
            prepare_engine(engine)
            Base.metadata.create_all(engine)
            _build(engine, size)
            pairs = [
                (_timed(_ours, engine, size), _timed(_bare, engine, size))
                for _ in range(asked.rounds)
            ]
            engine.dispose()
        ours, bare = (statistics.median(side) for side in zip(*pairs, strict=True))
        ratio = statistics.median(one / other for one, other in pairs)
        peak = getrusage(RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{size.steps:8}{size.due:8}{size.people:8}{ratio:8.1f}{ours:9.2f}{bare:9.2f}{peak:9.0f}",
            flush=True,
        )
    return 0


def _timed(act: Callable[[Engine, Size], None], engine: Engine, size: Size) -> float:
    _clear(engine)
    began = time.perf_counter()
    act(engine, size)
    return time.perf_counter() - began


def _clear(engine: Engine) -> None:
    with Session(engine) as session:
        for model in (Relance, Grant, Mail):
            session.connection().execute(delete(model.__table__))
        session.commit()


def _ours(engine: Engine, size: Size) -> None:
    written = run(lambda: Session(engine), now=NOW, on=TODAY)
    if written.mails != size.people:
        raise RuntimeError(f"{written.mails} mails for {size.people} people")


def _bare(engine: Engine, size: Size) -> None:
    """One query of the open steps with organisation and person, one insert of what is due."""
    with Session(engine) as session:
        rows = session.execute(
            select(Step.id, Step.due_on, Step.title, Organisation.kind, Person.id, Person.email)
            .join(Organisation, Organisation.id == Step.lead_organisation_id)
            .join(Membership, Membership.organisation_id == Organisation.id)
            .join(Person, Person.id == Membership.person_id)
            .where(Step.status.in_(OPEN_STATUSES))
        ).all()
        due = [row for row in rows if row.due_on == DUE]
        if len(due) != size.due:
            raise RuntimeError(f"{len(due)} steps are due, not {size.due}")
        mails = [_mail(number) for number in range(size.people)]
        session.execute(insert(Mail), mails)
        first = session.scalars(select(Mail.id).limit(1)).one()
        session.execute(insert(Relance), [_relance(row[0], row[4], first) for row in due])
        session.commit()


def _mail(number: int) -> dict[str, object]:
    return {
        "public_id": new_public_id(),
        "key": f"bare:{number}",
        "kind": "relance",
        "to": "camille@example.org",
        "refs": {},
        "subject": "Peser les invendus",
        "not_before": NOW,
        "created_at": NOW,
    }


def _relance(step_id: int, person_id: int, mail_id: int) -> dict[str, object]:
    return {
        "territory_id": 1,
        "subject_kind": "step",
        "subject_id": step_id,
        "basis": DUE,
        "code": "J-7",
        "nominal_on": TODAY,
        "recipient_id": person_id,
        "mail_id": mail_id,
        "mailed_on": TODAY,
        "state": RelanceState.TOLD,
        "decided_at": NOW,
    }


def _build(engine: Engine, size: Size) -> None:
    """Each person is the contact of one firm, which leads as many steps as any other."""
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
            (Project, [_project(n, place(n)) for n in projects]),
            (Partner, [_lead(n, place(n), 1 + n % size.people) for n in projects]),
            (Step, [_step(n, place, size) for n in range(size.steps)]),
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


def _step(number: int, place: Callable[[int], int], size: Size) -> dict[str, object]:
    project = 1 + number // PER_PROJECT
    return {
        "project_id": project,
        "territory_id": place(project),
        "title": f"Étape {number}",
        "lead_organisation_id": 1 + number % size.people,
        "due_on": DUE if number < size.due else LATER,
        "scheduled_at": BEGAN,
        "rank": "i",
        "search_key": f"etape {number}",
        "created_at": BEGAN,
    }


if __name__ == "__main__":
    sys.exit(main())
