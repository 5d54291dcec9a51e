"""A copy of one's data is whole, documented, and holds nobody else's secrets."""

from __future__ import annotations

import hashlib
import io
import json
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.personal import HeldFile, PersonalData
from app.files.models import Document
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.plans.models import Flow
from app.privacy.archive import Member, stream
from app.privacy.rooms import SECTIONS
from app.privacy.services import exporting
from app.privacy.services.exporting import held_about, members_of
from tests.access.rows import prepare
from tests.cast import NOW, TODAY, Cast
from tests.privacy.conftest import ZELIE, laden
from tests.upkeep.conftest import Place

As = Callable[[str], FlaskClient]


def opened(parts: Iterator[bytes]) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(parts)))


@given(st.dictionaries(st.text("abc/é", min_size=1, max_size=8), st.binary(max_size=4000)))
def test_an_archive_holds_what_was_put_in_part_by_part(contents: dict[str, bytes]) -> None:
    def cut(data: bytes) -> Callable[[], list[bytes]]:
        return lambda: [data[at : at + 700] for at in range(0, len(data), 700)]

    archive = opened(stream([Member(name, cut(data)) for name, data in contents.items()], NOW))
    assert archive.testzip() is None
    assert {name: archive.read(name) for name in archive.namelist()} == contents


def test_a_large_file_passes_without_being_held() -> None:
    def noise() -> Iterator[bytes]:
        for number in range(200):
            yield (number * 7919 % 251).to_bytes(1, "big") * 100_000

    tracemalloc.start()
    sent = sum(len(part) for part in stream([Member("large", noise)], NOW))
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sent > 0
    assert most < 2_000_000


@pytest.fixture
def held(app: Flask, session: Session, cast: Cast) -> dict[str, Any]:
    lucie = laden(app, session, cast, ZELIE)
    return held_about(session, lucie, NOW)


def test_every_part_is_there_with_the_keys_that_are_promised(held: dict[str, Any]) -> None:
    assert held["format"] == 1
    assert list(held["sections"]) == [section.key for section in SECTIONS]
    for section in SECTIONS:
        for record in held["sections"][section.key]:
            assert list(record) == list(section.fields), section.key


def test_it_tells_what_is_known_and_done(held: dict[str, Any]) -> None:
    parts = held["sections"]
    (person,) = parts["person"]
    assert (person["name"], person["email"], person["phone"]) == (
        ZELIE.name,
        ZELIE.email,
        ZELIE.phone,
    )
    assert person["has_password"] is True
    assert [one["organisation"] for one in parts["memberships"]] == ["Le Fournil"]
    assert [one["body"] for one in parts["comments"]] == ["d’accord"]
    assert {one["subject"] for one in parts["mails"]} >= {f"Bonjour {ZELIE.name}"}
    assert [one["browser"] for one in parts["sign_ins"]] == ["Firefox"]
    notes = [one["written_about_you"].get("note") for one in parts["asked_of_you"]]
    assert "vue au salon" in notes
    assert [one["recovery_codes_left"] for one in parts["second_factor"]] == [1]
    assert [one["issuer"] for one in parts["external_identities"]] == ["https://connexion.example"]
    assert {one["yours"] for one in parts["absences"]} == {True}
    assert parts["steps"][0]["title"] == "Peser les invendus"
    assert parts["privacy_notices"][0]["text_version"] == "maillage-1"


def test_it_tells_no_secret_and_nothing_of_others(app: Flask, session: Session, cast: Cast) -> None:
    anne = cast.person("Anne")
    laden(app, session, cast, ZELIE)
    told = json.dumps(held_about(session, anne, NOW), ensure_ascii=False)
    flow = session.query(Flow).first()
    assert flow is not None
    for secret in ("kg par semaine", ZELIE.email, ZELIE.phone, "argon2", "k" * 64):
        assert secret not in told


def test_it_can_be_read_without_a_computer(
    app: Flask, session: Session, cast: Cast, tmp_path: Path
) -> None:
    lucie = laden(app, session, cast, ZELIE)
    archive = opened(stream(members_of(session, lucie, NOW, tmp_path), NOW))
    text = archive.read("lisez-moi.txt").decode("utf-8-sig")
    assert f"nom\u00a0: {ZELIE.name}" in text
    for section in SECTIONS:
        assert f"({section.key}) ==" in text
    assert json.loads(archive.read("donnees.json"))["id"] == lucie.public_id


def test_files_that_a_room_keeps_are_added(
    session: Session, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def files(_session: Session, person_id: int, _data_dir: Path) -> Iterator[HeldFile]:
        yield HeldFile(f"{person_id}/plan.pdf", lambda: iter([b"%PDF", b"-1.7"]))

    room = replace(PersonalData(holdings=()), files=files)
    monkeypatch.setattr(exporting, "ROOMS", (room,))
    lucie = cast.person("Lucie")
    archive = opened(stream(members_of(session, lucie, NOW, tmp_path), NOW))
    assert archive.read(f"fichiers/{lucie.id}/plan.pdf") == b"%PDF-1.7"


def test_the_documents_that_one_gave_are_in_it_and_nobody_else_s(
    app: Flask, session: Session, cast: Cast, tmp_path: Path
) -> None:
    prepare(app, session, cast)
    given = session.scalars(select(Document).order_by(Document.id)).all()
    giver = given[0].given_by
    assert giver is not None
    given[-1].given_by_id = cast.person("Paul").id
    acting(session, None, Via.COMMAND, NOW)
    session.flush()
    archive = opened(stream(members_of(session, giver, NOW, tmp_path), NOW))
    files = {one for one in archive.namelist() if one.startswith("fichiers/")}
    assert files == {f"fichiers/{one.public_id}-{one.file_name}" for one in given[:-1]}
    assert all(
        hashlib.sha256(archive.read(f"fichiers/{one.public_id}-{one.file_name}")).hexdigest()
        == one.sha256
        for one in given[:-1]
    )
    (tmp_path / "files").rename(tmp_path / "elsewhere")
    # a copy without the bytes that are lost is better than none
    assert len(members_of(session, giver, NOW, tmp_path)) == 2


def test_whoever_may_no_longer_read_a_document_gets_its_title_and_not_its_bytes(
    app: Flask, session: Session, cast: Cast, tmp_path: Path
) -> None:
    prepare(app, session, cast)
    given = session.scalars(select(Document)).first()
    assert given is not None
    giver = given.given_by
    assert giver is not None
    acting(session, None, Via.COMMAND, NOW)
    for place in giver.memberships:
        place.ended_on = TODAY
    session.flush()
    archive = opened(stream(members_of(session, giver, NOW, tmp_path), NOW))
    assert [one for one in archive.namelist() if one.startswith("fichiers/")] == []
    told = json.loads(archive.read("donnees.json"))["sections"]["documents"]
    assert given.title in [one["title"] for one in told]
    assert "ceux que vous pouvez encore lire" in archive.read("lisez-moi.txt").decode("utf-8-sig")


def test_who_asked_for_a_record_learns_from_the_copy_only_that_it_was_agreed_to(
    app: Flask, session: Session, cast: Cast
) -> None:
    prepare(app, session, cast)
    kept = held_about(session, cast.person("Paul"), NOW)["sections"]["records_kept"]
    assert [one["about"] for one in kept if one["what"] == "claimed"] == ["Bois"]


def test_one_downloads_it_from_the_account(as_: As, cast: Cast, tmp_path: Path) -> None:
    def files() -> list[str]:
        return sorted(path.name for path in tmp_path.rglob("*") if "sqlite" not in path.name)

    before = files()
    answer = as_("Lucie").post("/compte/donnees")
    assert answer.mimetype == "application/zip"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.headers["Cache-Control"] == "private, no-store"
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    told = json.loads(archive.read("donnees.json"))
    assert told["sections"]["person"][0]["email"] == "lucie@example.org"
    assert len(told["sections"]["sign_ins"]) == 1
    assert files() == before


def test_the_command_writes_it_once_for_its_owner_alone(
    app: Flask, cast: Cast, tmp_path: Path
) -> None:
    place = Place(app, tmp_path, None)  # type: ignore[arg-type]  # only its commands are run
    cast.session.close()
    file = tmp_path / "lucie.zip"
    result = place.run("privacy", "export", "LUCIE@example.org", file, "--json")
    assert json.loads(result.stdout)["files"] == 2
    assert file.stat().st_mode & 0o777 == 0o600
    again = place.run("privacy", "export", "lucie@example.org", file)
    assert (again.exit_code, "overwrites nothing" in again.stderr) == (2, True)
    nobody = place.run("privacy", "export", "nobody@example.org", tmp_path / "x.zip")
    assert nobody.exit_code == 2
    assert nobody.stderr == "Nobody here has the address or the id 'nobody@example.org'.\n"
