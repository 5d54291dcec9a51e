"""`flask outbox …` as people and programs use it."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core import clock
from app.outbox import registry
from app.outbox.commands import outbox
from app.outbox.kinds import MailState
from app.outbox.models import Mail
from app.web.database import db
from config import Smtp
from tests.conftest import make_app
from tests.outbox.posting import FAULTY, NOTE, UNTRUE, MakeSession, mails, note, write
from tests.parts.ports import deaf_port
from tests.parts.relay import Relay, running_relay

NOW = clock.now()


@pytest.fixture
def house(empty_app: Flask) -> Iterator[Flask]:
    """An application with three mails: one to send, one untrue, one for later."""
    with empty_app.app_context():
        for key, kind in (("note", NOTE), ("untrue", UNTRUE), ("later", NOTE)):
            wait = timedelta(days=9 if key == "later" else 0)
            write(_sessions(), key, NOW, kind=kind, wait=wait, refs={"reason": "step_done"})
        yield empty_app


def _sessions() -> MakeSession:
    engine = db.engine
    return lambda: Session(engine)


def invoke(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(outbox, arguments)


def use(app: Flask, relay: Relay) -> None:
    settings = app.extensions["maillage_settings"]
    app.extensions["maillage_settings"] = replace(settings, smtp=Smtp(relay.host, relay.port))


def test_deliver_says_how_many_left(house: Flask) -> None:
    result = invoke(house, "deliver", "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    assert json.loads(result.stdout) == {"sent": 1, "retry": 0, "failed": 0, "skipped": 1}
    assert invoke(house, "deliver").stdout == "sent 0, retry 0, failed 0, skipped 0\n"


def test_mail_goes_to_the_mailbox_while_no_relay_is_set(house: Flask, tmp_path: Path) -> None:
    invoke(house, "deliver")
    assert len(list((tmp_path / "mailbox" / "new").iterdir())) == 1


def test_a_mail_put_off_counts_as_a_retry_and_is_tried_once(house: Flask) -> None:
    with running_relay(answer=lambda _e, _n: "451 Later") as relay:
        use(house, relay)
        result = invoke(house, "deliver", "--json")
    assert json.loads(result.stdout) == {"sent": 0, "retry": 1, "failed": 0, "skipped": 1}
    assert relay.attempts == 1


def test_a_relay_out_of_reach_is_told_in_a_sentence(house: Flask) -> None:
    with deaf_port() as port:
        use(house, Relay(port=port))
        result = invoke(house, "deliver", "--json")
    assert json.loads(result.stdout)["retry"] == 2
    assert result.stderr.startswith("Delivery stopped early: the relay 127.0.0.1:")


def test_sigterm_finishes_the_mail_in_hand(house: Flask, relay: Relay) -> None:
    for number in range(3):
        write(_sessions(), str(number), NOW)
    use(house, relay)
    relay.keep = lambda _mail: os.kill(os.getpid(), signal.SIGTERM)
    result = invoke(house, "deliver", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {"sent": 1, "retry": 0, "failed": 0, "skipped": 0}
    relay.keep = None
    assert json.loads(invoke(house, "deliver", "--json").stdout)["sent"] == 3


def test_what_failed_leaves_once_its_template_is_mended(house: Flask) -> None:
    for key in ("a", "b"):
        write(_sessions(), key, NOW, kind=FAULTY)
    assert json.loads(invoke(house, "deliver", "--json").stdout)["failed"] == 2
    first = mails(_sessions())["a"].public_id
    faulty_kind = registry.find(FAULTY)
    assert faulty_kind is not None
    registry.register(replace(faulty_kind, renew=note))
    try:
        assert json.loads(invoke(house, "retry", first, "--json").stdout) == {"retried": 1}
        assert json.loads(invoke(house, "deliver", "--json").stdout)["sent"] == 1
        assert invoke(house, "retry", "--failed").stdout == "retried 1\n"
        assert json.loads(invoke(house, "deliver", "--json").stdout)["sent"] == 1
    finally:
        registry.register(faulty_kind)
    assert invoke(house, "retry", "--failed").stdout == "retried 0\n"


def test_what_is_tried_again_and_is_no_longer_true_is_skipped(house: Flask) -> None:
    with _sessions()() as session, session.begin():
        session.execute(
            update(Mail)
            .where(Mail.key == "untrue")
            .values(state=MailState.FAILED, attempts=9, ended_at=NOW)
        )
    assert invoke(house, "retry", "--failed").exit_code == 0
    invoke(house, "deliver")
    one = mails(_sessions())["untrue"]
    assert (one.state, one.attempts) == (MailState.SKIPPED, 0)


def test_only_what_failed_is_tried_again_and_a_wrong_id_changes_nothing(house: Flask) -> None:
    write(_sessions(), "faulty", NOW, kind=FAULTY)
    invoke(house, "deliver")
    known = mails(_sessions())
    for ids in ([], ["--failed", known["faulty"].public_id]):
        assert invoke(house, "retry", *ids).exit_code == 2
    refused = invoke(house, "retry", known["faulty"].public_id, known["note"].public_id)
    assert refused.exit_code == 2
    assert f"No failed mail is called {known['note'].public_id}." in refused.stderr
    after = {key: one.state for key, one in mails(_sessions()).items()}
    assert after["faulty"] is MailState.FAILED
    assert after["note"] is MailState.SENT


def test_list_shows_every_mail_with_what_became_of_it(house: Flask) -> None:
    invoke(house, "deliver")
    listed = json.loads(invoke(house, "list", "--json").stdout)
    ids = {key: mail.public_id for key, mail in mails(_sessions()).items()}
    assert [list(row) for row in listed] == [
        ["id", "to", "subject", "state", "key", "attempts", "last_error"]
    ] * 3
    assert [(row["id"], row["key"], row["state"]) for row in listed] == [
        (ids["note"], "note", "sent"),
        (ids["untrue"], "untrue", "skipped"),
        (ids["later"], "later", "waiting"),
    ]
    assert listed[0]["to"] == "lucie@fournil.example"
    assert [row["attempts"] for row in listed] == [1, 0, 0]
    assert [row["last_error"] for row in listed] == [None, "step_done", None]


def test_list_is_a_table_for_people(house: Flask) -> None:
    rows = invoke(house, "list").stdout.splitlines()
    assert rows[0].split() == ["id", "to", "subject", "state", "key", "attempts", "last_error"]
    assert [row.split()[1] for row in rows[1:]] == ["lucie@fournil.example"] * 3
    assert rows[2][rows[0].index("state") :].startswith("waiting")


@pytest.mark.parametrize("command", ["list", "deliver"])
def test_a_database_that_is_not_ready_is_told_in_a_sentence(tmp_path: Path, command: str) -> None:
    app = make_app(f"sqlite:///{tmp_path / 'new.sqlite3'}", tmp_path)
    result = invoke(app, command, "--json")
    with app.app_context():
        db.engine.dispose()
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "The database cannot be used (no such table: mail); "
        "`flask --app wsgi db upgrade` prepares it.\n"
    )
