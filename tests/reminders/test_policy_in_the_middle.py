"""The rules change while days are being decided: each occasion is told once, by one mail."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.reminders.kinds import Audience, RelanceState
from app.reminders.schedule.policy import Patience, Policy
from app.reminders.services.choosing import set_patience, set_policy
from app.reminders.services.running import Written
from tests.cast import Cast
from tests.reminders.conftest import WEEK_BEFORE, Clockwork, mails, relances
from tests.reminders.test_processes import PEOPLE, people_with_a_step_each

PROJECT = Path(__file__).resolve().parents[2]
NOWHERE, BEFORE_THE_MAILS, BEFORE_THE_DROPS = "0", "2", "3"
EARLY = Policy(before_days=12, eve=False, after_days=2, milestone_days=None, gap=1, weekly=True)
Change = Callable[[], None]
Start = Callable[[str], subprocess.Popen[str]]


@pytest.fixture
def decider(database_url: str) -> Iterator[Start]:
    """Start a process that decides `WEEK_BEFORE`; all are dead at the end."""
    started: list[subprocess.Popen[str]] = []

    def start(place: str) -> subprocess.Popen[str]:
        module = (sys.executable, "-m", "tests.reminders.decider")
        started.append(
            subprocess.Popen(
                [*module, database_url, WEEK_BEFORE.isoformat(), place],
                cwd=PROJECT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        )
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def halted(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == "halted\n"


def wrote(process: subprocess.Popen[str]) -> Written:
    answer = process.communicate("go\n", timeout=120)[0]
    assert process.returncode == 0
    return Written(**json.loads(answer.splitlines()[-1]))


def edit(session: Session, cast: Cast, change: Change, policy: Policy) -> None:
    change()
    set_policy(session, cast.territory().id, Audience.COMPANY, policy)
    set_patience(session, cast.territory().id, Patience(silent_days=7, fresh_days=None))
    session.commit()


def told(session: Session) -> dict[tuple[object, ...], int | None]:
    """The mail of each occasion that was told."""
    return {
        (one.subject_kind, one.subject_id, one.basis, one.code): one.mail_id
        for one in relances(session)
        if one.state is RelanceState.TOLD
    }


def test_rules_edited_between_the_reading_and_the_writing_lose_and_repeat_nothing(
    decider: Start, started: Cast, session: Session, change: Change, clockwork: Clockwork
) -> None:
    change()
    people_with_a_step_each(session, started)
    session.commit()
    by_the_old_rules = [decider(BEFORE_THE_MAILS) for _ in range(3)]
    killed, between = decider(BEFORE_THE_MAILS), decider(BEFORE_THE_DROPS)
    for process in (*by_the_old_rules, killed, between):
        halted(process)
    killed.kill()  # it had read the old rules, and wrote nothing
    edit(session, started, change, EARLY)
    by_the_new_ones = [decider(NOWHERE) for _ in range(2)]
    written = [wrote(one) for one in (*by_the_old_rules, *by_the_new_ones)]
    between.kill()  # its mails stand, its drops do not
    standing = mails(session)
    # every person of the day once, whichever rules told them; none of its mails is empty
    to_whom = Counter(mail.recipient_id for mail in standing)
    assert set(to_whom.values()) == {1} and len(to_whom) >= PEOPLE + 2
    assert {mail.id for mail in standing} == set(told(session).values())
    assert sum(one.mails for one in written) <= len(standing)
    assert clockwork.run(WEEK_BEFORE) == Written(0, 0)


def test_rules_that_change_every_day_tell_each_occasion_by_one_mail(
    started: Cast, session: Session, change: Change, clockwork: Clockwork
) -> None:
    known: dict[tuple[object, ...], int | None] = {}
    usual = Policy()
    for offset in range(-8, 30):
        edit(session, started, change, usual if offset % 2 else EARLY)
        clockwork.run(WEEK_BEFORE + timedelta(days=offset))
        now = told(session)
        assert {key: now[key] for key in known} == known
        known = now
    codes = Counter(code for kind, _id, _basis, code in known if kind == "step")
    assert {"J-7", "J+5"} <= codes.keys()
    by_day = Counter((mail.recipient_id, mail.key) for mail in mails(session))
    assert set(by_day.values()) == {1}
