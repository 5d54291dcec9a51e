"""`make relancebench`: a day's run beside one query of the same rows and as many plain inserts."""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

from sqlalchemy import Engine, create_engine, delete, insert, select
from sqlalchemy.orm import Session

from app.accounts.models import Grant, Membership, Organisation, Person
from app.core.database import Base, new_public_id, prepare_engine
from app.outbox.models import Mail
from app.plans.kinds import OPEN_STATUSES
from app.plans.models import Step
from app.reminders.kinds import RelanceState
from app.reminders.models import Relance
from app.reminders.services.running import run
from bench.relance_world import NOW, TODAY, Size, build

DUE, ROUNDS = date(2026, 4, 17), 3
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
            build(engine, size, DUE)
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


if __name__ == "__main__":
    sys.exit(main())
