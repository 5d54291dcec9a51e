"""The doctor says what would hurt, and leaves everything as it found it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.core import clock
from app.outbox.kinds import MailState
from app.outbox.models import Lease, Mail
from app.upkeep import doctor
from app.upkeep.relay import greet
from config import Smtp
from tests.parts.imap import running_mailbox
from tests.parts.relay import Relay, running_relay
from tests.upkeep.conftest import NewPlace, Place

PROJECT = Path(__file__).resolve().parents[2]
GOOD: dict[str, Any] = {
    "base_url": "https://maillage.example.org",
    "mail_from": "maillage@val.example.org",
    "proxies": 1,
}


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, new_place: NewPlace, relay: Relay) -> Place:
    """An installation as it should be, with a relay."""
    made = new_place(request.param)
    change(made, smtp=Smtp(relay.host, relay.port), **GOOD)
    return made


def change(place: Place, **settings: Any) -> None:
    known = place.app.extensions["maillage_settings"]
    place.app.extensions["maillage_settings"] = replace(known, **settings)


def found(place: Place) -> dict[str, tuple[str, str]]:
    answer = json.loads(place.run("doctor", "--json").stdout)
    return {one["name"]: (one["verdict"], one["what"]) for one in answer["checks"]}


def write_mail(place: Place, **columns: Any) -> None:
    """A mail in the outbox; a span of time stands for an instant, from now on."""
    now = clock.now()
    given = {"not_before": now, "created_at": now, "state": MailState.WAITING, **columns}
    given |= {name: now + span for name, span in given.items() if isinstance(span, timedelta)}
    with Session(place.engine) as session:
        session.add(Mail(key="k", kind="note", to="a@example.org", subject="s", refs={}, **given))
        session.commit()


def tick(place: Place, ago: timedelta) -> None:
    with Session(place.engine) as session:
        session.add(Lease(name="reminders", holder="h", until=clock.now() - ago))
        session.commit()


def test_a_sound_installation_is_told_so(place: Place, relay: Relay) -> None:
    tick(place, timedelta(0))
    result = place.run("doctor")
    assert (result.exit_code, result.stderr) == (0, "")
    assert {line.split()[0] for line in result.stdout.splitlines()} == {"ok"}
    assert relay.received == []


@pytest.mark.parametrize(
    ("settings", "check", "says"),
    [
        ({"base_url": "http://maillage.example.org"}, "settings", "in clear"),
        ({"proxies": 0}, "settings", "MAILLAGE_PROXIES is 0"),
        ({"mail_from": "maillage@example.org"}, "sender", "still the default"),
        ({"smtp": None}, "relay", "MAILLAGE_SMTP_URL is not set"),
        ({"smtp": Smtp("127.0.0.1", 1)}, "relay", "cannot be used"),
    ],
)
def test_a_setting_that_would_hurt_ends_with_1(
    place: Place, settings: dict[str, Any], check: str, says: str
) -> None:
    change(place, **settings)
    verdict, what = found(place)[check]
    assert (verdict, says in what) == ("problem", True)
    assert place.run("doctor").exit_code == 1


@pytest.mark.parametrize(
    ("mail", "verdict"),
    [
        ({"not_before": timedelta(minutes=-5)}, "ok"),
        ({"not_before": timedelta(hours=-1)}, "problem"),
        ({"not_before": timedelta(hours=1), "attempts": 6}, "problem"),
        ({"not_before": timedelta(hours=1), "attempts": 2}, "ok"),
        ({"state": MailState.FAILED, "ended_at": timedelta(0)}, "note"),
        ({"state": MailState.FAILED, "ended_at": timedelta(days=-3)}, "ok"),
    ],
)
def test_mails_that_wait_too_long_are_a_problem(
    place: Place, mail: dict[str, Any], verdict: str
) -> None:
    write_mail(place, **mail)
    assert found(place)["mails"][0] == verdict


def test_a_clockwork_that_stands_still_is_a_problem(place: Place) -> None:
    assert found(place)["scheduler"] == ("note", "nothing has ticked here yet")
    tick(place, timedelta(hours=2))
    verdict, what = found(place)["scheduler"]
    assert (verdict, "nothing has ticked since" in what) == ("problem", True)


def test_a_database_without_its_migration_is_a_problem(place: Place) -> None:
    with place.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM alembic_version")
    verdict, what = found(place)["database"]
    assert (verdict, "run `flask --app wsgi db upgrade` first" in what) == ("problem", True)


def test_a_full_disk_and_a_database_out_of_reach_are_problems(
    new_place: NewPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = new_place("sqlite")
    monkeypatch.setattr(doctor, "LEAST_FREE", 2**60)
    assert found(place)["disk"][0] == "problem"
    place.engine.dispose()
    database = place.data_dir / "maillage.sqlite3"
    database.unlink()
    database.mkdir()
    verdict, what = found(place)["database"]
    assert (verdict, "it cannot be used" in what) == ("problem", True)


@pytest.mark.parametrize("tls", ["none", "starttls", "tls"])
def test_a_relay_is_greeted_as_mail_will_greet_it(tls: str) -> None:
    with running_relay(Relay(tls=tls)) as relay:
        assert greet(Smtp(relay.host, relay.port, tls=tls), "val.example.org") is None
    fault = greet(Smtp(relay.host, relay.port, tls=tls), "val.example.org")
    assert fault is not None
    assert "cannot be used" in fault


def test_a_relay_without_starttls_is_named_where_the_settings_demand_it(relay: Relay) -> None:
    fault = greet(Smtp(relay.host, relay.port, tls="starttls"), "val.example.org")
    assert fault == "offers no STARTTLS, which the settings demand"


def test_a_setting_that_cannot_be_is_a_sentence_before_any_look(tmp_path: Path) -> None:
    environ = {**os.environ, "MAILLAGE_DATA_DIR": str(tmp_path), "MAILLAGE_SECRET_KEY": "short"}
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "doctor"],
        cwd=PROJECT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("MAILLAGE_SECRET_KEY has 5 characters")
    assert done.stderr.count("\n") == 1


def test_the_mailbox_that_is_read_is_looked_into(place: Place) -> None:
    verdict, what = found(place)["inbox"]
    assert (verdict, "come back reach maillage@val.example.org" in what) == ("ok", True)
    change(place, inbox_address="reponses@val.example.org")
    assert found(place)["inbox"] == (
        "ok",
        "what comes to reponses@val.example.org is taken by `inbox receive`",
    )
    with running_mailbox([]) as mailbox:
        change(place, inbox=mailbox.settings)
        assert found(place)["inbox"] == (
            "ok",
            "the mailbox of reponses@val.example.org can be read",
        )
    assert found(place)["inbox"][0] == "problem"
