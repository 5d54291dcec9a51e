"""The two real files, where they are at hand; our own catalogue keeps the same promises."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.frameworks.format import Reading, read, walk, write
from app.frameworks.scoring import check_rules
from tests.frameworks.samples import ids, only, shape

_HERE = Path(__file__).resolve().parents[2]
_OFFICIAL = _HERE.parent / "shared" / "seeds"
_CATALOGUE = sorted((_HERE / "seeds" / "frameworks").glob("*.md"))

official = pytest.mark.skipif(
    not (_OFFICIAL / "cae-6.3.1.md").exists(), reason="the official files are not at hand"
)


def _read_file(path: Path) -> Reading:
    return read([(path.name, path.read_bytes())])


@official
def test_the_official_cae_file_reads_with_its_points_and_categories() -> None:
    reading = _read_file(_OFFICIAL / "cae-6.3.1.md")
    root = only(reading)
    assert reading.diagnostics == ()
    assert ids(reading) == ["6.3.1", *(f"6.3.1.{at}" for at in range(1, 6))]
    assert [child.points for child in root.children] == [15, 20, 20, 25, 20]
    assert [child.category for child in root.children] == ["bases"] * 2 + ["mise en œuvre"] * 3
    assert [child.line for child in root.children] == [11, 26, 43, 62, 83]


@official
def test_the_official_eci_file_reads_without_an_error() -> None:
    reading = _read_file(_OFFICIAL / "eci-3.5.md")
    assert [(d.code, d.line) for d in reading.diagnostics] == [("no-weights", 1)]
    assert ids(reading) == ["3.5", "3.5.1", "3.5.2", "3.5.3", "3.5.4"]
    assert only(reading).keys == {"id": "3.5", "climat_pratic_id": "eci"}
    assert [list(draft.sections) for draft in walk(reading.roots)] == [["Description"]] * 5


@official
@pytest.mark.parametrize("name", ["cae-6.3.1.md", "eci-3.5.md"])
def test_an_official_file_reads_back_the_same(name: str) -> None:
    roots = _read_file(_OFFICIAL / name).roots
    (back,) = read([("copy", write(roots))]).roots
    assert shape(back) == shape(roots[0])


@pytest.mark.parametrize("path", _CATALOGUE, ids=lambda path: path.name)
def test_our_catalogue_reads_without_an_oddity_and_back_the_same(path: Path) -> None:
    reading = _read_file(path)
    # the weights inside the measure of 2026 are not published: equal shares, and it says so
    expected = {"no-weights"} if path.name == "te-6.3.5.md" else set()
    assert {one.code for one in reading.diagnostics} == expected
    assert check_rules(reading.roots) == []
    (back,) = read([("copy", write(reading.roots))]).roots
    assert shape(back) == shape(only(reading))


def test_our_catalogue_holds_measures_a_programme_and_the_ten_objectives() -> None:
    assert [path.name for path in _CATALOGUE] == [
        "aac-eit-ademe-oec.md",
        "cae-6.3.1.md",
        "eci-3.5.md",
        "scenario3.md",
        "te-6.3.5.md",
    ]
