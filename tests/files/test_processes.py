"""Killed in between, and several at once: rows and bytes stay of one mind."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import clock
from app.files.models import Document
from app.files.store import Store
from app.journal.kinds import Via
from app.journal.recorder import acting
from tests.cast import Cast
from tests.files.samples import PDF
from tests.files.test_documents import fetched, files_in, give, given, swept

PROJECT = Path(__file__).resolve().parents[2]
As = Callable[[str], FlaskClient]


def killed_midway(verb: str, database_url: str, data: Path, now: datetime) -> None:
    """Run a worker until it stands still, and kill it there."""
    worker = subprocess.Popen(
        [
            *("setpriv", "--pdeathsig", "KILL", "--"),
            *(sys.executable, "-m", "tests.files.worker", verb),
            *("--database", database_url, "--data", str(data), "--now", now.isoformat()),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
    )
    assert worker.stdout is not None and worker.stdin is not None
    assert worker.stdout.readline() == "here\n"
    worker.kill()
    worker.wait(timeout=60)
    worker.stdout.close()
    worker.stdin.close()


def documents(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Document)) or 0


def test_killed_between_the_bytes_and_the_row_leaves_a_file_that_the_sweep_takes(
    app: Flask, as_: As, cast: Cast, session: Session, database_url: str, tmp_path: Path
) -> None:
    give(as_("Lucie"), cast)
    mine = given(session).stored_as
    session.rollback()
    killed_midway("give", database_url, tmp_path, clock.now())
    assert documents(session) == 1
    assert len(files_in(tmp_path)) == 2
    # not before a day has passed: it could be a request that is about to commit
    assert swept(app, clock.now() + timedelta(hours=23)) == (0, 0)
    assert swept(app, clock.now() + timedelta(hours=25)) == (0, 1)
    assert [path.name for path in files_in(tmp_path)] == [mine]
    assert fetched(as_("Lucie"), f"/documents/{given(session).public_id}").data == PDF


def test_killed_between_the_row_and_the_bytes_leaves_no_row_without_its_file(
    app: Flask, as_: As, cast: Cast, session: Session, database_url: str, tmp_path: Path
) -> None:
    give(as_("Lucie"), cast)
    address = f"/documents/{given(session).public_id}"
    session.rollback()
    as_("Lucie").post(f"{address}/retirer")
    later = clock.now() + timedelta(hours=25)
    killed_midway("sweep", database_url, tmp_path, later)
    assert given(session).stored_as is None
    assert len(files_in(tmp_path)) == 1
    session.rollback()
    assert swept(app, later) == (0, 1)
    assert files_in(tmp_path) == []


def test_a_database_that_knows_no_document_is_no_judge_of_a_folder(
    app: Flask, tmp_path: Path
) -> None:
    store: Store = app.extensions["maillage_store"]
    store.keep(PDF)
    assert swept(app, clock.now() + timedelta(days=400)) == (0, 0)
    assert len(files_in(tmp_path)) == 1


def test_unfinished_and_foreign_files_are_told_apart(
    app: Flask, as_: As, cast: Cast, tmp_path: Path
) -> None:
    give(as_("Lucie"), cast)
    folder = files_in(tmp_path)[0].parent
    for name in ("0" * 32 + ".part", "README", "notes.pdf"):
        (folder / name).write_bytes(b"x")
        os.utime(folder / name, (0, 0))
    swept(app, clock.now())
    assert sorted(path.name for path in folder.iterdir() if len(path.name) < 32) == [
        "README",
        "notes.pdf",
    ]
    assert not list(folder.glob("*.part"))


@pytest.mark.parametrize("who", ["Lucie", "Anne"])
def test_the_same_file_sent_twice_at_once_stands_once(
    who: str, as_: As, cast: Cast, session: Session, tmp_path: Path
) -> None:
    """Also where Anne gives it for the facilitation, in no organisation's name."""
    if who == "Anne":
        acting(session, None, Via.COMMAND, clock.now())
        cast.person(who).memberships[0].ended_on = clock.now().date()
    address = f"/projets/{cast.project().public_id}/documents"
    session.commit()
    givers = [as_(who) for _ in range(4)]
    statuses: list[int] = []
    beginning = threading.Barrier(len(givers))

    def send(giver: FlaskClient) -> None:
        beginning.wait()
        with (PROJECT / "LICENSE").open("rb") as file:
            answer = giver.post(address, data={"file": (file, "licence.txt")})
        statuses.append(answer.status_code)

    threads = [threading.Thread(target=send, args=(giver,)) for giver in givers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert statuses == [303] * len(givers)
    assert documents(session) == 1
    assert len(files_in(tmp_path)) == 1
