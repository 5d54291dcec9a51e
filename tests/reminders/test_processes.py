"""Four processes that decide the same day at once: each mail is written once, nothing is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from sqlalchemy.orm import Session

from app.accounts.models import Membership, Person
from app.core.folding import fold
from app.core.rank import spread
from app.plans.models import Step
from app.reminders.kinds import RelanceState
from app.reminders.schedule.policy import Audience, Policy
from app.reminders.services.choosing import set_policy
from tests.cast import BEGINNING, Cast
from tests.conftest import SECRET
from tests.reminders.conftest import DAY_BEFORE, WEEK_BEFORE, mails, relances

PROJECT = Path(__file__).resolve().parents[2]
WORKERS = 4
PEOPLE = 40


def people_with_a_step_each(session: Session, cast: Cast) -> None:
    """One firm, written to as often as there are people: its week is not what is shown."""
    project, fournil = cast.project(), cast.organisation("Le Fournil")
    set_policy(session, project.territory_id, Audience.COMPANY, Policy(gap=1))
    for number, rank in enumerate(spread(PEOPLE)):
        person = Person(
            name=f"Personne {number}",
            email=f"personne{number}@example.org",
            search_key=fold(f"Personne {number}"),
            created_at=BEGINNING,
        )
        session.add(person)
        session.flush()
        session.add_all(
            [
                Membership(
                    person_id=person.id,
                    organisation_id=fournil.id,
                    started_on=BEGINNING.date(),
                ),
                Step(
                    project_id=project.id,
                    territory_id=project.territory_id,
                    title=f"Étape {number}",
                    lead_organisation_id=fournil.id,
                    lead_person_id=person.id,
                    due_on=DAY_BEFORE,
                    scheduled_at=BEGINNING,
                    rank=f"z{rank}",
                    created_at=BEGINNING,
                ),
            ]
        )


def _run_at_once(database_url: str, data_dir: Path, times: int) -> list[dict[str, int]]:
    command = [
        *(sys.executable, "-m", "flask", "--app", "wsgi"),
        *("reminders", "run", "--on", WEEK_BEFORE.isoformat(), "--json"),
    ]
    settings = {
        "MAILLAGE_DATABASE_URL": database_url,
        "MAILLAGE_DATA_DIR": str(data_dir),
        "MAILLAGE_SECRET_KEY": SECRET,
        "MAILLAGE_SCHEDULER": "off",
    }
    kept = {name: value for name, value in os.environ.items() if "MAILLAGE" not in name}
    workers = [
        subprocess.Popen(
            command, cwd=PROJECT, env=kept | settings, stdout=subprocess.PIPE, text=True
        )
        for _ in range(times)
    ]
    try:
        answers = [worker.communicate(timeout=300)[0] for worker in workers]
    finally:
        # one that hangs would go on writing into the next test's database
        for worker in workers:
            worker.kill()
            worker.wait()
    assert [worker.returncode for worker in workers] == [0] * times
    return [json.loads(answer) for answer in answers]


def test_four_processes_write_each_mail_once(
    database_url: str,
    tmp_path: Path,
    started: Cast,
    session: Session,
    change: Callable[[], None],
) -> None:
    change()
    people_with_a_step_each(session, started)
    session.commit()
    answers = _run_at_once(database_url, tmp_path, WORKERS)
    written = mails(session)
    assert sum(answer["written"] for answer in answers) == len(written) == PEOPLE + 2
    told = [one for one in relances(session) if one.state is RelanceState.TOLD]
    assert sorted(one.mail_id or 0 for one in told) == sorted(mail.id for mail in written)
    dropped = [one for one in relances(session) if one.state is RelanceState.DROPPED]
    assert sum(answer["skipped"] for answer in answers) == len(dropped) > 0
    assert _run_at_once(database_url, tmp_path, 1) == [{"written": 0, "skipped": 0}]
