"""A backup holds everything and no secret, and comes back whole on either engine, or not at all."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, delete, inspect, select, update
from sqlalchemy.orm import Session

from app.accounts.models import Person, SignInFailure, Territory
from app.core import clock
from app.core.database import Base
from app.core.viewer import Viewer
from app.files.models import Document
from app.files.services import Upload, give_document
from app.files.store import Store
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.outbox.kinds import MailState
from app.outbox.models import Lease, Mail
from app.plans.models import Project, Step
from app.plans.shelf import ProjectShelf
from app.upkeep.archive import TRANSIENT, kept_tables
from app.upkeep.backup import back_up
from app.upkeep.state import set_last_id
from tests.conftest import SECRET
from tests.files.samples import PDF
from tests.upkeep.conftest import NewPlace, Place

ENGINES = ("sqlite", "postgresql")


def members(backup: Path) -> dict[str, bytes]:
    """What a backup holds, but for the moment at which it was taken."""
    with tarfile.open(backup) as tar:
        found = {one.name: tar.extractfile(one).read() for one in tar if one.isreg()}  # type: ignore[union-attr]
    manifest = json.loads(found.pop("manifest.json"))
    assert manifest.pop("taken_at")
    return {**found, "manifest.json": json.dumps(manifest).encode()}


def saved(place: Place, name: str = "backup.tar.gz") -> Path:
    backup = place.data_dir / name
    result = place.run("backup", backup)
    assert (result.exit_code, result.stderr) == (0, "")
    return backup


def repacked(backup: Path, changed: dict[str, bytes], *, without: str = "") -> Path:
    """A copy of a backup with other contents in some members, and without one."""
    copy = backup.with_name("repacked.tar.gz")
    with tarfile.open(backup) as old, tarfile.open(copy, "w:gz") as new:
        for member in old:
            content = old.extractfile(member)
            if content is None or member.name == without:
                continue
            data = changed.get(member.name, content.read())
            member.size = len(data)
            new.addfile(member, io.BytesIO(data))
    return copy


def rows(place: Place) -> int:
    with Session(place.engine) as session:
        return sum(len(session.execute(select(table)).all()) for table in kept_tables())


def is_untouched(place: Place) -> bool:
    folders = [path for path in place.data_dir.iterdir() if path.is_dir()]
    return rows(place) == 0 and folders == []


@pytest.mark.parametrize("other", ENGINES)
def test_a_territory_goes_to_another_engine_and_back_without_a_difference(
    story: Place, new_place: NewPlace, other: str
) -> None:
    first = saved(story)
    between, last = new_place(other), new_place("sqlite")
    assert between.run("restore", first).exit_code == 0
    second = saved(between)
    assert last.run("restore", second).exit_code == 0
    assert members(first) == members(second) == members(saved(last))
    mailbox = last.data_dir / "mailbox"
    assert (mailbox / "new" / "one.maillage").read_bytes() == b"Subject: un\r\n\r\n\xff"
    assert (mailbox / "cur" / "two.maillage:2,S").exists()
    assert (mailbox / "tmp").is_dir()


@pytest.mark.parametrize("engine_name", ENGINES)
def test_a_document_comes_back_with_its_bytes(
    story: Place, new_place: NewPlace, engine_name: str
) -> None:
    store: Store = story.app.extensions["maillage_store"]
    with Session(story.engine) as session:
        acting(session, None, Via.COMMAND, clock.now())
        project = session.scalars(select(Project).limit(1)).one()
        given = give_document(
            session,
            store,
            ProjectShelf(Viewer(0, "", 0), project),
            upload=Upload("devis.pdf", PDF),
            title="",
            organisation_id=None,
            person_id=session.scalars(select(Person.id).limit(1)).one(),
            now=clock.now(),
        )
        name = str(given.stored_as)
        session.commit()
    place = new_place(engine_name)
    assert place.run("restore", saved(story)).exit_code == 0
    with Session(place.engine) as session:
        assert session.scalars(select(Document.stored_as)).all() == [name]
    assert place.app.extensions["maillage_store"].path(name).read_bytes() == PDF


@pytest.mark.parametrize("engine_name", ENGINES)
def test_new_rows_get_ids_that_nothing_had_before(
    story: Place, new_place: NewPlace, engine_name: str
) -> None:
    with story.engine.begin() as connection:
        set_last_id(connection, Step.__table__, 5000)  # type: ignore[arg-type]
    place = new_place(engine_name)
    assert place.run("restore", saved(story)).exit_code == 0
    with Session(place.engine) as session:
        highest = session.scalars(select(Mail.id).order_by(Mail.id.desc())).first()
        mail = Mail(key="k", kind="note", to="a@example.org", subject="s", refs={})
        mail.not_before = mail.created_at = clock.now()
        session.add(mail)
        session.flush()
        assert mail.id == (highest or 0) + 1
    assert b'"last_id": 5000' in members(saved(place))["end.json"]


def test_what_the_columns_hold_comes_back_as_it_was(story: Place, new_place: NewPlace) -> None:
    content = bytes(range(256))
    with Session(story.engine, expire_on_commit=False) as session:
        mail = session.scalars(select(Mail).limit(1)).one()
        session.execute(
            update(Mail).where(Mail.id == mail.id).values(content=content, subject="« Œuvre\n »")
        )
        session.commit()
    place = new_place("postgresql")
    assert place.run("restore", saved(story)).exit_code == 0
    with Session(place.engine) as session:
        found = session.get_one(Mail, mail.id)
        assert (found.content, found.subject) == (content, "« Œuvre\n »")
        assert (found.state, found.ended_at) == (mail.state, mail.ended_at)
        assert found.state is MailState.SENT


def test_a_backup_sees_one_moment_while_others_write(
    story: Place, new_place: NewPlace, tmp_path: Path
) -> None:
    """On both engines: a row that is written once the first table is read is not in it."""
    other = new_place("postgresql")
    assert other.run("restore", saved(story)).exit_code == 0
    for place in (story, other):
        backup = tmp_path / f"{place.engine.dialect.name}.tar.gz"
        before = rows(place)
        writing = _WritesMeanwhile(place)
        back_up(place.engine, place.data_dir, backup, writing)  # type: ignore[arg-type]
        assert writing.has_written
        assert rows(place) == before + 1
        lines = [
            data.count(b"\n") - 1 for name, data in members(backup).items() if "tables" in name
        ]
        assert sum(lines) == before


class _WritesMeanwhile:
    """Looks like the present moment, and writes a row when the backup asks for it again."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._asked = 0
        self.has_written = False

    def isoformat(self) -> str:
        return clock.now().isoformat()

    def timestamp(self) -> float:
        self._asked += 1
        if self._asked == 2:  # the manifest is written, and the first table read
            with Session(self._place.engine) as session:
                session.add(SignInFailure(subject="meanwhile", at=clock.now()))
                session.commit()
            self.has_written = True
        return clock.now().timestamp()


def test_a_backup_holds_no_secret_of_the_settings_and_is_its_owners_alone(story: Place) -> None:
    (story.data_dir / "maillage.env").write_text(f"MAILLAGE_SECRET_KEY={SECRET}")
    backup = saved(story)
    held = members(backup)
    assert backup.stat().st_mode & 0o777 == 0o600
    assert SECRET.encode() not in gzip.decompress(backup.read_bytes())
    assert not [name for name in held if "sqlite" in name or "env" in name]


def test_a_backup_never_holds_the_backups_beside_it(story: Place) -> None:
    folder = story.data_dir / "backups"
    folder.mkdir()
    first = saved(story, "backups/one.tar.gz")
    second = saved(story, "backups/two.tar.gz")
    assert members(first) == members(second)
    assert sorted(path.name for path in folder.iterdir()) == ["one.tar.gz", "two.tar.gz"]


def test_a_backup_overwrites_nothing(story: Place, tmp_path: Path) -> None:
    kept = tmp_path / "kept.tar.gz"
    kept.write_bytes(b"kept")
    result = story.run("backup", kept)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"{kept} exists already: a backup overwrites nothing.\n"
    assert kept.read_bytes() == b"kept"
    assert story.run("backup", tmp_path / "none" / "b.tar.gz").exit_code == 2


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_a_database_at_another_migration_is_left_alone(
    story: Place, new_place: NewPlace, command: str
) -> None:
    backup = saved(story)
    place = new_place("sqlite")
    with place.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    file = backup if command == "restore" else place.data_dir / "b.tar.gz"
    result = place.run(command, file)
    assert result.exit_code == 2
    assert "stands at migration 0000" in result.stderr
    assert "db upgrade" in result.stderr
    assert is_untouched(place)


def test_a_backup_of_another_migration_is_not_restored(story: Place, new_place: NewPlace) -> None:
    backup = saved(story)
    manifest = json.dumps({"format": 1, "revision": "0000", "tables": []}).encode()
    place = new_place("postgresql")
    result = place.run("restore", repacked(backup, {"manifest.json": manifest}))
    assert result.exit_code == 2
    assert "made at migration 0000" in result.stderr
    assert is_untouched(place)


def test_a_backup_is_only_restored_into_an_empty_place(story: Place, new_place: NewPlace) -> None:
    backup = saved(story)
    before = rows(story)
    result = story.run("restore", backup)
    assert result.exit_code == 2
    assert "The database is not empty" in result.stderr
    assert rows(story) == before
    place = new_place("sqlite")
    (place.data_dir / "mailbox").mkdir()
    (place.data_dir / "mailbox" / "old.maillage").write_bytes(b"mine")
    result = place.run("restore", backup)
    assert result.exit_code == 2
    assert "The data folder is not empty" in result.stderr
    assert (rows(place), (place.data_dir / "mailbox" / "old.maillage").read_bytes()) == (0, b"mine")


def test_a_tick_before_the_restore_does_not_make_a_database_full(
    story: Place, new_place: NewPlace
) -> None:
    place = new_place("sqlite")
    with Session(place.engine) as session:
        session.add(Lease(name="reminders", holder="h", until=clock.now()))
        session.commit()
    assert place.run("restore", saved(story)).exit_code == 0


def cut(backup: Path) -> Path:
    copy = backup.with_name("cut.tar.gz")
    copy.write_bytes(backup.read_bytes()[:-400])
    return copy


def one_row_less(backup: Path) -> Path:
    steps = members(backup)["tables/step.jsonl"].splitlines(keepends=True)
    return repacked(backup, {"tables/step.jsonl": b"".join(steps[:-1])})


def outside(backup: Path) -> Path:
    copy = backup.with_name("outside.tar.gz")
    with tarfile.open(backup) as old, tarfile.open(copy, "w:gz") as new:
        for member in old:
            if member.isreg():
                content = old.extractfile(member)
                if member.name.startswith("files/"):
                    member.name = "files/../../escaped"
                new.addfile(member, content)
    return copy


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (cut, "damaged"),
        (one_row_less, "cut off or damaged"),
        (lambda backup: repacked(backup, {}, without="end.json"), "cut off or damaged"),
        (lambda backup: repacked(backup, {"tables/step.jsonl": b"[]\n"}), "other columns"),
        (lambda backup: repacked(backup, {"tables/step.jsonl": b"\xff"}), "damaged"),
        (lambda backup: repacked(backup, {}, without="manifest.json"), "not a backup"),
        (outside, "outside the data folder"),
        (lambda backup: backup.with_name("missing.tar.gz"), "No such file"),
        (lambda _backup: Path(__file__), "no backup of Maillage"),
    ],
)
@pytest.mark.parametrize("engine_name", ENGINES)
def test_a_spoilt_backup_changes_nothing_and_says_so_in_a_sentence(
    story: Place, new_place: NewPlace, engine_name: str, spoil: Any, says: str
) -> None:
    place = new_place(engine_name)
    result = place.run("restore", spoil(saved(story)))
    assert (result.exit_code, result.stdout) == (2, "")
    assert says in result.stderr
    assert result.stderr.count("\n") == 1
    assert is_untouched(place)


def test_what_the_database_refuses_is_said_and_nothing_is_kept(
    story: Place, new_place: NewPlace
) -> None:
    with story.engine.begin() as connection:  # SQLite takes any length
        connection.execute(update(Territory.__table__).values(name="n" * 300))  # type: ignore[arg-type]
    place = new_place("postgresql")
    result = place.run("restore", saved(story))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "The database refuses (value too long" in result.stderr
    assert is_untouched(place)


def test_both_commands_answer_in_json(story: Place, new_place: NewPlace) -> None:
    backup = story.data_dir / "b.tar.gz"
    saved_ = json.loads(story.run("backup", backup, "--json").stdout)
    assert saved_ == {
        "tables": len(kept_tables()),
        "rows": rows(story),
        "files": 2,
        "bytes": backup.stat().st_size,
    }
    restored = json.loads(new_place("sqlite").run("restore", backup, "--json").stdout)
    assert restored == {**saved_, "erased": 0}


def test_every_table_of_the_database_is_kept_but_who_may_tick(new_place: NewPlace) -> None:
    there = set(inspect(new_place("sqlite").engine).get_table_names()) - {"alembic_version"}
    assert {table.name for table in kept_tables()} == there - TRANSIENT


def test_no_column_could_confuse_a_missing_value_with_a_json_null() -> None:
    confusing = [
        str(column)
        for table in kept_tables()
        for column in table.columns
        if isinstance(column.type, JSON) and column.nullable and not column.type.none_as_null
    ]
    assert confusing == []


def test_no_table_refers_to_itself_so_rows_may_come_in_the_order_of_their_ids() -> None:
    own = [
        str(key.parent)
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table is table
    ]
    assert own == []


def test_an_empty_installation_has_a_backup_too(new_place: NewPlace) -> None:
    place, other = new_place("postgresql"), new_place("sqlite")
    with Session(place.engine) as session:
        session.execute(delete(Lease))
        session.commit()
    assert other.run("restore", saved(place)).exit_code == 0
    assert rows(other) == 0
