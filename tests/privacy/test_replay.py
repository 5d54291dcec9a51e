"""Whoever was erased stays so, also when an older backup comes back. With the real commands."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.core import clock
from app.core.redaction import ERASED_NAME
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.outbox.kinds import MailState
from app.privacy.kinds import Cause
from app.privacy.models import Erasure
from app.privacy.services.erasing import erase
from app.privacy.services.mailbox import MAILBOX
from app.privacy.services.register import FILE, keep
from tests.cast import NOW, Cast
from tests.privacy.conftest import ZELIE, laden, mail
from tests.privacy.dump import dump, left_of
from tests.upkeep.conftest import NewPlace, Place, new_place  # noqa: F401  a fixture


@pytest.fixture
def place(app: Flask, engine: Engine, session: Session, cast: Cast, tmp_path: Path) -> Place:
    """An installation in which Zélie is everywhere, with mail of hers in its Maildir."""
    laden(app, session, cast, ZELIE)
    session.commit()
    session.close()
    folder = tmp_path / MAILBOX / "new"
    folder.mkdir(parents=True)
    for key in ("a", "d"):
        content = mail(key, ZELIE, MailState.SENT).content
        assert content is not None
        (folder / f"mail{key}aaaa.maillage").write_bytes(content)
    return Place(app, tmp_path, engine)


def erase_zelie(place: Place, cause: Cause = Cause.OWN) -> None:
    with Session(place.engine) as session:
        zelie = session.scalars(select(Person).where(Person.email == ZELIE.email)).one()
        acting(session, zelie.id, Via.MAIL_LINK, NOW)
        erase(
            session,
            zelie.id,
            cause=cause,
            asked_by_id=zelie.id,
            now=NOW,
            mailbox=place.data_dir / MAILBOX,
        )
        session.commit()
        keep(session, place.data_dir)


def backup(place: Place, name: str) -> Path:
    file = place.data_dir / name
    result = place.run("backup", file)
    assert result.exit_code == 0, result.stderr
    return file


def left_in(place: Place) -> list[str]:
    with place.engine.connect() as connection:
        return left_of(dump(connection), ZELIE.name, ZELIE.email, ZELIE.phone)


@pytest.fixture
def older(place: Place) -> Path:
    """A backup from before the erasure."""
    taken = backup(place, "older.tar.gz")
    erase_zelie(place)
    return taken


def test_a_backup_taken_afterwards_holds_nothing_of_them(place: Place, older: Path) -> None:
    told = gzip.decompress(backup(place, "newer.tar.gz").read_bytes()).decode("utf-8", "replace")
    for trace in (ZELIE.email, ZELIE.phone, "Quénot", "Qu=C3=A9not"):
        assert trace not in told
    assert ZELIE.email in gzip.decompress(older.read_bytes()).decode("utf-8", "replace")


def test_the_register_beside_the_database_holds_ids_alone(place: Place, older: Path) -> None:
    file = place.data_dir / FILE
    (line,) = [json.loads(line) for line in file.read_text().splitlines()]
    assert sorted(line) == ["cause", "erased_at", "person", "public_id"]
    assert file.stat().st_mode & 0o777 == 0o600
    assert FILE not in str(gzip.decompress(backup(place, "newer.tar.gz").read_bytes())[:0])


@pytest.mark.parametrize("other", ["sqlite", "postgresql"])
def test_an_older_backup_erases_them_again(
    place: Place,
    older: Path,
    new_place: NewPlace,  # noqa: F811  the fixture
    other: str,
) -> None:
    there = new_place(other)
    result = there.run("restore", older, "--erasures", place.data_dir / FILE)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.endswith("Erased again whom the register names: 1.\n")
    assert left_in(there) == []
    (kept,) = (there.data_dir / MAILBOX).rglob("*.maillage")
    assert kept.name == "maildaaaa.maillage"
    assert "Qu=C3=A9not" not in kept.read_text()
    assert (there.data_dir / FILE).read_text() == (place.data_dir / FILE).read_text()
    with Session(there.engine) as session:
        erasure = session.scalars(select(Erasure).where(Erasure.done_at.is_not(None))).one()
        assert (erasure.done_at, erasure.cause) == (NOW, Cause.OWN)


def test_the_register_that_lies_in_the_data_folder_is_found_by_itself(
    place: Place,
    older: Path,
    new_place: NewPlace,  # noqa: F811  the fixture
) -> None:
    there = new_place("sqlite")
    (there.data_dir / FILE).write_text((place.data_dir / FILE).read_text())
    answer = json.loads(there.run("restore", older, "--json").stdout)
    assert answer["erased"] == 1
    assert left_in(there) == []


def test_without_a_register_the_backup_comes_back_as_it_was(
    older: Path,
    new_place: NewPlace,  # noqa: F811  the fixture
) -> None:
    there = new_place("sqlite")
    assert json.loads(there.run("restore", older, "--json").stdout)["erased"] == 0
    assert left_in(there) != []


def test_a_register_of_another_installation_erases_nobody(
    place: Place,
    older: Path,
    new_place: NewPlace,  # noqa: F811  the fixture
) -> None:
    there = new_place("sqlite")
    entry = json.loads((place.data_dir / FILE).read_text())
    (there.data_dir / FILE).write_text(json.dumps({**entry, "public_id": "somebody"}) + "\n")
    assert json.loads(there.run("restore", older, "--json").stdout)["erased"] == 0


@pytest.mark.parametrize("spoilt", ["{}", "[]", "not json", '{"person": 1}'])
def test_a_spoilt_register_stops_the_restore(
    older: Path,
    new_place: NewPlace,  # noqa: F811  the fixture
    spoilt: str,
) -> None:
    there = new_place("sqlite")
    (there.data_dir / FILE).write_text(spoilt)
    result = there.run("restore", older)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "is no line of a register of erasures. Nothing was restored." in result.stderr
    with Session(there.engine) as session:
        assert session.scalars(select(Person)).all() == []


def test_the_file_forgets_nothing_that_an_older_database_does_not_know(
    place: Place,
    older: Path,
    new_place: NewPlace,  # noqa: F811  the fixture
) -> None:
    there = new_place("sqlite")
    file = there.data_dir / FILE
    gone = {"person": 9999, "public_id": "gone", "cause": "idle"}
    at = (clock.now() - timedelta(days=1)).isoformat()
    file.write_text(json.dumps({**gone, "erased_at": at}) + "\n")
    assert there.run("restore", older).exit_code == 0
    with Session(there.engine) as session:
        keep(session, there.data_dir)
    assert "9999" in file.read_text()


def test_a_name_that_came_back_is_erased_once(place: Place, older: Path) -> None:
    """Replayed where nothing was restored, the register changes nothing."""
    result = place.run("privacy", "replay", "--json")
    assert json.loads(result.stdout) == {"erased": 0, "known": 1, "absent": 0}
    with Session(place.engine) as session:
        assert ERASED_NAME in session.scalars(select(Person.name)).all()
