"""A folder of files is one tree: however it is cut into files, in whatever order they are read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.frameworks.format import NodeDraft, read, walk, write_files
from tests.frameworks.samples import PLAIN, Shape, node, shape
from tests.frameworks.test_format_anything import documents, trees

_CATALOGUE = sorted((Path(__file__).resolve().parents[2] / "seeds" / "frameworks").glob("*.md"))


@st.composite
def _cut(draw: st.DrawFn, tree: NodeDraft, file: str = "racine.md") -> NodeDraft:
    """Each node goes on in its parent's file, begins one of its own, or goes to one that is
    there for others."""
    own = draw(st.sampled_from([file, file, f"{tree.id}.md", "ailleurs.md"]))
    children = tuple(draw(_cut(child, own)) for child in tree.children)
    return replace(tree, file=own, children=children)


def _told(tree: NodeDraft) -> tuple[Shape, list[tuple[str, str]]]:
    """Everything but the lines: the shape, and in which file each node stands."""
    return shape(tree), [(one.id, one.file) for one in walk([tree])]


@given(trees().flatmap(_cut), st.randoms(use_true_random=False))
def test_tree_to_files_to_tree_is_the_identity_in_any_order(tree: NodeDraft, order: Random) -> None:
    files = list(write_files([tree]).items())
    assert {name for name, _ in files} == {one.file for one in walk([tree])}
    order.shuffle(files)
    (back,) = read(files).roots
    assert _told(back) == _told(tree)


@settings(max_examples=150)
@given(st.lists(documents, min_size=1, max_size=3), st.randoms(use_true_random=False))
def test_what_a_folder_says_is_written_back_and_read_the_same(
    texts: list[str], order: Random
) -> None:
    reading = read([(f"{at}.md", text.encode()) for at, text in enumerate(texts)])
    assume(not reading.has_errors)
    files = list(write_files(reading.roots).items())
    order.shuffle(files)
    again = read(files)
    assert [_told(root) for root in again.roots] == [_told(root) for root in reading.roots]


def test_a_measure_of_its_own_file_stands_outermost_there() -> None:
    axis = node("7") + "## Contexte\nPourquoi.\n"
    files = [("axe.md", axis.encode()), ("mesures/7.1.md", PLAIN.encode())]
    written = write_files(read(files).roots)
    assert list(written) == ["axe.md", "mesures/7.1.md"]
    assert written["axe.md"].decode().count("```yaml") == 1
    assert written["mesures/7.1.md"].decode().startswith("# Relier les ateliers\n")


def test_our_catalogue_is_written_back_file_by_file() -> None:
    files = [(path.name, path.read_bytes()) for path in _CATALOGUE]
    roots = read(files).roots
    again = read(list(write_files(roots).items())[::-1]).roots
    assert [_told(root) for root in again] == [_told(root) for root in roots]
