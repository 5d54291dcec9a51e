"""The clockwork ticks, one process at a time where it matters, and stops between two items."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask, current_app
from sqlalchemy.orm import Session

from app import scheduler
from app.scheduler import Clockwork, Tick
from app.web.database import db
from tests.conftest import make_app
from tests.outbox.posting import register_kinds, states, write
from tests.parts.waiting import wait_until

PROJECT = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 4, 7, 5, 0, tzinfo=UTC)


@pytest.fixture
def clockwork(empty_app: Flask) -> Iterator[Clockwork]:
    """Made, not started."""
    made = Clockwork(empty_app)
    yield made
    made.stop()


@pytest.fixture
def other(empty_database_url: str, tmp_path: Path) -> Iterator[Clockwork]:
    """The clockwork of another process on the same database."""
    app = make_app(empty_database_url, tmp_path)
    yield Clockwork(app)
    with app.app_context():
        db.engine.dispose()


def counting(calls: list[str], name: str = "reminders", *, alone: bool = True) -> Tick:
    return Tick(name, 30, lambda _stopping: calls.append(current_app.name), alone=alone)


def test_of_two_processes_one_runs_a_tick_and_runs_it_again(
    clockwork: Clockwork, other: Clockwork
) -> None:
    mine: list[str] = []
    theirs: list[str] = []
    for _ in range(2):
        clockwork.run(counting(mine))
        other.run(counting(theirs))
    assert (mine, theirs) == (["app", "app"], [])


def test_a_tick_that_need_not_be_alone_runs_in_both(clockwork: Clockwork, other: Clockwork) -> None:
    calls: list[str] = []
    for each in (clockwork, other):
        each.run(counting(calls, alone=False))
    assert len(calls) == 2


def test_a_tick_that_fails_is_logged_and_the_next_one_comes(
    clockwork: Clockwork, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_stopping: threading.Event) -> None:
        raise ValueError("the calendar has no April")

    calls: list[str] = []
    clockwork.run(Tick("reminders", 30, fail))
    clockwork.run(counting(calls))
    assert "the calendar has no April" in caplog.text
    assert calls == ["app"]


def test_started_it_ticks_at_once_and_delivers(empty_app: Flask) -> None:
    register_kinds()
    with empty_app.app_context():
        engine = db.engine
    write(lambda: Session(engine), "k", NOW)
    clockwork = scheduler.start(empty_app)
    assert scheduler.start(empty_app) is clockwork
    wait_until(lambda: states(lambda: Session(engine)) == {"k": "sent"}, "the mail to leave")
    clockwork.stop()


def test_stopping_waits_for_what_is_in_hand_and_says_so_to_it(empty_app: Flask) -> None:
    begun, ended = threading.Event(), threading.Event()

    def long_job(stopping: threading.Event) -> None:
        begun.set()
        stopping.wait(30)
        ended.set()

    scheduler.register(empty_app, Tick("long", 3600, long_job, alone=False))
    clockwork = Clockwork(empty_app)
    clockwork.start()
    assert begun.wait(10)
    assert not ended.is_set()
    clockwork.stop()
    assert ended.is_set()


WORK = """
import sys
from flask import Flask
from app import scheduler
from app.web import database

def job(stopping):
    print("ticked", flush=True)
    stopping.wait()
    print("finished", flush=True)

app = Flask("app")
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
database.install(app)
scheduler.register(app, scheduler.Tick("reminders", 3600, job, alone=False))
HOW
print("over", flush=True)
"""
IN_THE_FOREGROUND = "scheduler.work(app)"
IN_THE_BACKGROUND = "scheduler.start(app); sys.stdin.readline()"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_work_ends_at_a_signal_after_the_item_in_hand(number: signal.Signals) -> None:
    process = _ticking(IN_THE_FOREGROUND)
    os.kill(process.pid, number)
    output, _ = process.communicate(timeout=60)
    assert (process.returncode, output) == (0, "finished\nover\n")


def test_a_server_that_ends_finishes_the_item_in_hand() -> None:
    output, _ = (process := _ticking(IN_THE_BACKGROUND)).communicate("stop\n", timeout=60)
    assert (process.returncode, output) == (0, "over\nfinished\n")


def _ticking(how: str) -> subprocess.Popen[str]:
    """A process whose one tick has begun and goes on until it is told to stop."""
    process = subprocess.Popen(
        [*("setpriv", "--pdeathsig", "KILL", "--"), sys.executable, "-c", WORK.replace("HOW", how)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ticked\n"
    return process
