"""Importing: whole or not at all, never over an older version, one version for two importers."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.frameworks import queries
from app.frameworks.format import read, walk
from app.frameworks.models import Framework, FrameworkVersion, Node
from app.frameworks.services import (
    ImportReport,
    Source,
    UnreadableSourceError,
    check_files,
    import_files,
    import_sources,
    open_sources,
)
from app.frameworks.services.gathering import content_hash, gather
from app.frameworks.services.sources import LARGEST_FILE
from app.web.database import db
from tests.cast import NOW
from tests.frameworks.samples import PLAIN, node

WHOLE = '# Tout\n```yaml\nid: ""\nreferentiel: essai\n```\n'


@pytest.fixture
def writing(app: Flask) -> Iterator[Session]:
    with app.app_context():
        engine = db.engine
    with Session(engine) as opened:
        yield opened


def source(name: str, text: str) -> Source:
    return Source(name, name, text.encode(), Path(name).stem)


def keep(session: Session, *sources: Source, as_key: str | None = None) -> ImportReport:
    report = import_sources(session, sources, as_key=as_key, now=NOW)
    session.commit()
    return report


def rows(session: Session) -> tuple[int, int, int]:
    return tuple(
        session.scalar(select(func.count()).select_from(table)) or 0
        for table in (Framework, FrameworkVersion, Node)
    )  # type: ignore[return-value]


def test_a_file_becomes_a_framework_under_its_name(writing: Session) -> None:
    report = keep(writing, source("ateliers.md", PLAIN))
    (made,) = report.frameworks
    assert (made.key, made.version, made.roots, made.nodes) == ("ateliers", 1, ("7.1",), 3)
    assert made.changed
    assert rows(writing) == (1, 1, 3)


def test_the_root_names_the_key_and_the_caller_overrides_it(writing: Session) -> None:
    assert keep(writing, source("x.md", WHOLE)).frameworks[0].key == "essai"
    assert keep(writing, source("x.md", WHOLE), as_key=" autre ").frameworks[0].key == "autre"


def test_the_same_content_changes_nothing(writing: Session) -> None:
    keep(writing, source("ateliers.md", PLAIN))
    windows = "\ufeff" + PLAIN.replace("\n", "\r\n")
    again = keep(writing, source("elsewhere/ateliers.md", windows)).frameworks[0]
    assert (again.version, again.changed) == (1, False)
    assert rows(writing) == (1, 1, 3)


def test_other_content_is_a_new_version_beside_the_old_one(writing: Session) -> None:
    keep(writing, source("ateliers.md", PLAIN))
    second = keep(writing, source("ateliers.md", PLAIN.replace("Échanger", "Partager")))
    assert (second.frameworks[0].version, second.frameworks[0].changed) == (2, True)
    titles = writing.scalars(select(Node.title).where(Node.ref == "7.1.2").order_by(Node.id)).all()
    assert titles == ["Échanger", "Partager"]


def test_an_error_in_one_file_keeps_all_files_out(writing: Session) -> None:
    report = keep(writing, source("ateliers.md", PLAIN), source("bad.md", "# Rien\n"))
    assert report.has_errors
    assert report.frameworks == ()
    assert [(d.file, d.line) for d in report.diagnostics if d.level == "error"] == [("bad.md", 1)]
    assert rows(writing) == (0, 0, 0)


def test_what_is_kept_is_what_was_read(writing: Session) -> None:
    text = PLAIN.replace("points: 40", "points: 40,25\nfacteur: 0.5")
    keep(writing, source("ateliers.md", text))
    version = queries.version_of(writing, "ateliers")
    assert version is not None
    kept = queries.tree_of(writing, version.id)
    assert list(walk(kept)) == list(walk(read([("ateliers.md", text.encode())]).roots))


def test_a_folder_is_one_framework_of_all_its_files(writing: Session, tmp_path: Path) -> None:
    folder = tmp_path / "officiel"
    (folder / "axes").mkdir(parents=True)
    (folder / "root.md").write_text(WHOLE)
    (folder / "axes" / "2.md").write_text(node("2"))
    (folder / "axes" / "10.md").write_text(node("10"))
    (folder / "README.md").write_text("# Comment lire\nSans nœud.\n")
    report = import_files(writing, [folder], now=NOW)
    (made,) = report.frameworks
    assert (made.key, made.roots, made.nodes) == ("essai", ("",), 3)
    assert [d.level for d in report.diagnostics if d.code == "no-node"] == ["warning"]
    refs = writing.execute(select(Node.ref, Node.file).order_by(Node.position)).all()
    assert [tuple(row) for row in refs] == [
        ("", "officiel/root.md"),
        ("2", "officiel/axes/2.md"),
        ("10", "officiel/axes/10.md"),
    ]


def test_a_folder_of_several_frameworks_gives_each_its_key(tmp_path: Path) -> None:
    for key in ("cae", "eci"):
        (tmp_path / key).mkdir()
        (tmp_path / key / "root.md").write_text(WHOLE.replace("essai", key))
        (tmp_path / key / "1.md").write_text(node("1"))
    report = check_files([tmp_path])
    assert [(one.key, one.nodes) for one in report.frameworks] == [("cae", 2), ("eci", 2)]


def test_several_files_make_several_frameworks_in_one_call(writing: Session) -> None:
    report = keep(writing, source("b.md", node("2")), source("a.md", PLAIN))
    assert [one.key for one in report.frameworks] == ["a", "b"]
    assert report.nodes == 4


def test_a_check_reads_the_same_and_keeps_nothing(writing: Session, tmp_path: Path) -> None:
    file = tmp_path / "ateliers.md"
    file.write_text(PLAIN)
    (one,) = check_files([file]).frameworks
    assert (one.key, one.nodes, one.version, one.changed) == ("ateliers", 3, None, None)
    assert rows(writing) == (0, 0, 0)


@pytest.mark.parametrize("key", ["", "  ", "a" * 81, "a\nb"])
def test_a_key_that_cannot_be_one_is_refused(key: str) -> None:
    with pytest.raises(UnreadableSourceError, match="key"):
        gather([source("a.md", PLAIN)], key)


def test_a_path_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSourceError, match="does not exist"):
        open_sources([tmp_path / "nowhere.md"])
    with pytest.raises(UnreadableSourceError, match="no file"):
        open_sources([tmp_path])


def test_a_file_ending_in_capitals_is_not_left_out(tmp_path: Path) -> None:
    (tmp_path / "1.MD").write_text(node("1"))
    (tmp_path / "2.md").write_text(node("2"))
    assert [Path(one.shown).name for one in open_sources([tmp_path])] == ["1.MD", "2.md"]


def test_links_that_loop_are_not_followed_and_what_cannot_be_read_is_refused(
    tmp_path: Path,
) -> None:
    (tmp_path / "1.md").write_text(node("1"))
    (tmp_path / "loop").symlink_to(tmp_path)
    assert [Path(one.shown).name for one in open_sources([tmp_path])] == ["1.md"]
    (tmp_path / "2.md").symlink_to(tmp_path / "2.md")
    for path in (tmp_path, tmp_path / "2.md"):
        with pytest.raises(UnreadableSourceError, match=r"2\.md cannot be read"):
            open_sources([path])


def test_what_is_no_file_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "tube.md")
    for path in (tmp_path, tmp_path / "tube.md"):
        with pytest.raises(UnreadableSourceError, match="it is no file"):
            open_sources([path])


def test_a_file_beyond_the_largest_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"#" * (LARGEST_FILE + 1))
    with pytest.raises(UnreadableSourceError, match="larger than"):
        open_sources([tmp_path])


def test_two_importers_at_once_make_one_version(app: Flask, session: Session) -> None:
    with app.app_context():
        engine = db.engine
    start = threading.Barrier(4)
    found: list[tuple[int | None, bool | None]] = []

    def work() -> None:
        with Session(engine) as own:
            start.wait()
            one = keep(own, source("ateliers.md", PLAIN)).frameworks[0]
            found.append((one.version, one.changed))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(found) == [(1, False), (1, False), (1, False), (1, True)]
    assert rows(session) == (1, 1, 3)


@given(st.permutations(["1", "1.1", "1.10", "2"]))
def test_the_order_of_the_files_changes_no_content(order: list[str]) -> None:
    files = [(f"{name}.md", node(name).encode()) for name in order]
    assert content_hash(read(files).roots) == content_hash(read(sorted(files)).roots)


def test_latest_versions_are_found_by_key_or_by_an_unambiguous_root(writing: Session) -> None:
    keep(writing, source("a.md", PLAIN), source("b.md", node("7.1", title="Autre")))
    keep(writing, source("a.md", PLAIN.replace("Échanger", "Partager")))
    assert [v.number for v in queries.named(writing, "a")] == [2]
    assert [v.framework.key for v in queries.named(writing, "7.1")] == ["a", "b"]
    assert queries.named(writing, "7.1.2") == []


def test_of_several_roots_of_one_id_the_key_that_ends_with_it_is_meant(writing: Session) -> None:
    keep(writing, source("maison.md", PLAIN), source("officiel-7.1.md", node("7.1")))
    assert [v.framework.key for v in queries.named(writing, "7.1")] == ["officiel-7.1"]


@pytest.mark.parametrize(
    "text",
    [
        f"# {'T' * 5000}\n```yaml\nid: {'1' * 80}\npoints: 123456789.123456789\n```\n",
        '# A\n```yaml\nid: "1"\nx: "\\ud800 \\0 \\u2028"\n```\nA\u2028b 🌱 \x00 \ufffe\n',
        f"{node('1')}{node('1')}{node('1' * 80)}{node('1' * 80)}",
        "# A\n```yaml\nid: 1\ncategorie: " + "c" * 3000 + "\n```\n## " + "s" * 3000 + "\nx\n",
    ],
)
def test_whatever_the_reader_takes_the_database_takes(writing: Session, text: str) -> None:
    assert keep(writing, source("a.md", text)).frameworks[0].changed
    version = queries.version_of(writing, "a")
    assert version is not None
    kept = queries.tree_of(writing, version.id)
    assert content_hash(kept) == version.content_hash
    assert not keep(writing, source("a.md", text)).frameworks[0].changed
