"""`flask inbox …`, as a mail server and an operator call it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.outbox.models import Mail
from app.plans.models import Comment
from tests.conftest import SECRET
from tests.inbox.conftest import messages, reply, sample
from tests.parts.imap import running_mailbox
from tests.reminders.conftest import WEEK_BEFORE

PROJECT = Path(__file__).resolve().parents[2]
Inbox = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture
def inbox(database_url: str, tmp_path: Path) -> Inbox:
    """`inbox("receive", stdin)`: a process of its own, as the mail server starts it."""

    def run(*arguments: str, given: bytes = b"", **more: str) -> subprocess.CompletedProcess[bytes]:
        settings = {
            "MAILLAGE_DATABASE_URL": database_url,
            "MAILLAGE_DATA_DIR": str(tmp_path),
            "MAILLAGE_SECRET_KEY": SECRET,
            "MAILLAGE_SCHEDULER": "off",
            **more,
        }
        return subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", "inbox", *arguments],
            cwd=PROJECT,
            env={"PATH": os.environ["PATH"], **settings},
            input=given,
            capture_output=True,
            check=False,
        )

    return run


def test_a_pipe_gives_one_message_and_gives_it_again(
    session: Session, sent: Callable[..., Mail], inbox: Inbox
) -> None:
    raw = sample("gmail", sent("Lucie", WEEK_BEFORE).public_id)
    for _again in range(2):
        answer = inbox("receive", given=raw)
        assert (answer.returncode, answer.stdout, answer.stderr) == (0, b"", b"")
    session.rollback()
    assert len(session.scalars(select(Comment)).all()) == 1


def test_a_database_that_is_away_lets_the_server_keep_the_message(
    inbox: Inbox, tmp_path: Path
) -> None:
    away = f"sqlite:///{tmp_path / 'nowhere' / 'none.sqlite3'}"
    answer = inbox("receive", given=b"Subject: x\n\ny", MAILLAGE_DATABASE_URL=away)
    assert answer.returncode == 75
    assert b"has to come again" in answer.stderr


def test_a_mailbox_is_read_by_command(
    session: Session, sent: Callable[..., Mail], inbox: Inbox
) -> None:
    raw = sample("gmail", sent("Lucie", WEEK_BEFORE).public_id)
    with running_mailbox([raw]) as mailbox:
        answer = inbox("fetch", "--json", MAILLAGE_INBOX_URL=mailbox.url)
        assert json.loads(answer.stdout) == {"read": 1}
        assert mailbox.seen == {1}
    session.rollback()
    assert len(session.scalars(select(Comment)).all()) == 1
    away = inbox("fetch", MAILLAGE_INBOX_URL=mailbox.url)
    assert away.returncode == 2
    assert b"cannot be used" in away.stderr


def test_what_was_kept_aside_is_listed_and_shown_as_it_came(app: Flask, session: Session) -> None:
    """In this process: an operator's words need no start of their own each."""

    def inbox(*arguments: str, given: bytes = b"") -> Result:
        return app.test_cli_runner().invoke(args=["inbox", *arguments], input=given)

    raw = b"Subject: tas\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * 100
    inbox("receive", given=raw)
    inbox("receive", given=reply("nothing", "secret", sender="x@elsewhere.example"))
    first, second = messages(session)
    listed = json.loads(inbox("list", "--json").stdout)
    assert [(one["id"], one["fate"], one["trouble"]) for one in listed] == [
        (first.public_id, "unreadable", "intricate"),
        (second.public_id, "waiting", "no_reference"),
    ]
    assert inbox("show", first.public_id).stdout_bytes == raw
    assert inbox("show", second.public_id).exit_code == 2
    assert "secret" not in inbox("list").stdout
