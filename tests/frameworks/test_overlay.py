"""Keys that stand beside a file that is not ours: added by id, never in place of one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.frameworks.format import read, walk
from app.frameworks.kinds import DiagnosticCode as Code
from app.frameworks.scoring import check_levels, check_rules, level_rule
from app.frameworks.services import UnreadableSourceError, check_files
from tests.frameworks.samples import node

_HERE = Path(__file__).resolve().parents[2]
_OFFICIAL = _HERE.parent / "shared" / "seeds"
_OVERLAYS = sorted((_HERE / "seeds" / "overlays").glob("*.md"))
OURS = _HERE / "seeds" / "frameworks"

FILE = node("1") + "## Actions\n" + node("1.1", 3, more="points: 40\n") + node("1.2", 3)
ADDED = (
    node("1", more="niveaux: cumulatifs\nseuil_niveau: 50\n")
    + "Pourquoi.\n"
    + node("1.2", 3, more="points: 60\nprochaine_etape: Réunir\n")
)


def test_keys_are_added_by_id_and_weigh_as_if_they_stood_there() -> None:
    reading = read([("a.md", FILE.encode())], [("ajout.md", ADDED.encode())])
    (root,) = reading.roots
    assert reading.diagnostics == ()
    assert level_rule(root) is not None
    assert [(one.id, one.points) for one in root.children] == [("1.1", 40), ("1.2", 60)]
    assert root.children[1].keys["prochaine_etape"] == "Réunir"
    # what an overlay tells its own readers is not the file's
    assert root.sections == {} and {one.file for one in walk([root])} == {"a.md"}


def test_a_key_that_the_file_says_stays_and_the_same_word_twice_is_nothing_to_tell() -> None:
    again = read([("a.md", FILE.encode())], [("b.md", node("1.1", more="points: 40\n").encode())])
    other = read([("a.md", FILE.encode())], [("b.md", node("1.1", more="points: 9\n").encode())])
    assert Code.OVERLAY_KEY not in {one.code for one in again.diagnostics}
    told = [one for one in other.diagnostics if one.code is Code.OVERLAY_KEY]
    assert [(one.file, one.line, one.level.value) for one in told] == [("b.md", 4, "warning")]
    assert "vaut déjà « 40 »" in told[0].message
    assert other.roots[0].children[0].points == 40


@given(st.dictionaries(st.sampled_from(["1", "1.1", "1.2", "9"]), st.integers(1, 99)))
def test_an_overlay_changes_no_title_no_text_and_no_key_that_was_there(
    added: dict[str, int],
) -> None:
    overlay = "".join(
        node(ref, more=f"points: {points}\ncycle: 4\n") + "Texte.\n"
        for ref, points in added.items()
    )
    before = {one.id: one for one in walk(read([("a.md", FILE.encode())]).roots)}
    reading = read([("a.md", FILE.encode())], [("b.md", overlay.encode())] if added else [])
    after = {one.id: one for one in walk(reading.roots)}
    assert list(after) == list(before)
    for ref, one in before.items():
        found = after[ref]
        assert (found.title, found.sections, found.line) == (one.title, one.sections, one.line)
        assert one.keys.items() <= found.keys.items()
        assert ("cycle" in found.keys) == (ref in added)
    assert ("9" in added) == any(one.code is Code.OVERLAY_ID for one in reading.diagnostics)


@given(st.binary(max_size=200))
def test_any_bytes_at_all_as_an_overlay_give_diagnostics(content: bytes) -> None:
    reading = read([("a.md", FILE.encode())], [("b.md", content)])
    assert [one.id for one in walk(reading.roots)] == ["1", "1.1", "1.2"]
    assert reading.diagnostics


def run(app: Flask, *words: object) -> tuple[int, str, str]:
    done = app.test_cli_runner().invoke(args=["framework", *map(str, words)])
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    file, overlay = tmp_path / "a.md", tmp_path / "ajout.md"
    file.write_text(FILE, encoding="utf-8")
    overlay.write_text(ADDED, encoding="utf-8")
    return file, overlay


def test_the_command_imports_with_an_overlay_and_the_same_again_is_no_version(
    app: Flask, files: tuple[Path, Path]
) -> None:
    file, overlay = files
    versions = [
        json.loads(run(app, "import", file, *more, "--json")[1])["frameworks"][0]["version"]
        for more in ([], ["--with", overlay], ["--with", overlay], [])
    ]
    assert versions == [1, 2, 2, 1]


def test_check_reads_the_overlay_too(app: Flask, files: tuple[Path, Path]) -> None:
    file, overlay = files
    overlay.write_text(node("7"), encoding="utf-8")
    code, said, _ = run(app, "check", file, "--with", overlay)
    assert code == 0
    assert f"{overlay}:1: warning: « 7 » n’existe pas dans le référentiel" in said


def test_an_overlay_that_cannot_be_read_keeps_everything_out(
    app: Flask, files: tuple[Path, Path]
) -> None:
    file, overlay = files
    overlay.write_bytes(b"")
    code, _, said = run(app, "import", file, "--with", overlay)
    assert (code, said.startswith(f"Nothing is imported: {overlay}:1: ")) == (2, True)


def test_an_overlay_goes_with_one_framework(files: tuple[Path, Path], tmp_path: Path) -> None:
    file, overlay = files
    other = tmp_path / "z.md"
    other.write_text(node("2"), encoding="utf-8")
    with pytest.raises(UnreadableSourceError, match="one framework at a time; here are a, z"):
        check_files([file, other], overlays=[overlay])
    # several files of one framework are one
    report = check_files([file, other], as_key="tout", overlays=[overlay])
    assert [one.nodes for one in report.frameworks] == [4]


@pytest.mark.parametrize("overlay", _OVERLAYS, ids=lambda path: path.stem)
def test_our_overlays_name_nodes_that_our_own_texts_have(overlay: Path) -> None:
    """The twin of the test on the official files: the ids are the same."""
    ours = {one.id for one in walk(read([("o", (OURS / overlay.name).read_bytes())]).roots)}
    added = read([(overlay.name, overlay.read_bytes())]).roots
    assert {one.id for one in walk(added)} <= ours
    assert check_levels(added) == check_rules(added) == []


@pytest.mark.skipif(not _OFFICIAL.is_dir(), reason="the official files are not at hand")
@pytest.mark.parametrize("overlay", _OVERLAYS, ids=lambda path: path.stem)
def test_the_official_files_take_our_keys_without_a_remark(overlay: Path) -> None:
    report = check_files([_OFFICIAL / overlay.name], overlays=[overlay])
    assert report.diagnostics == ()
