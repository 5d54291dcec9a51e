"""Promises for every input: no exception, tree → file → tree, and work in step with size."""

from __future__ import annotations

import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.frameworks.format import NodeDraft, fences, read, sort_key, walk, write, write_files
from tests.frameworks.samples import node, shape

READER = str(Path("app", "frameworks", "format"))

# Pieces of files, so that chance puts together what real files get wrong.
_PIECES = st.one_of(
    st.sampled_from(
        ["# ", "## ", "### ", "##### ", "#", "```yaml\n", "```\n", "```", "~~~", "````"]
    ),
    st.sampled_from(["id: ", "identifiant: ", "points: ", "pourcentage: ", "categorie: bases"]),
    st.sampled_from(["3.5", "3.5.1", "1.1", "1.10", "referentiel: z", "```formule\n", "#2", " #"]),
    st.sampled_from(["\n", "\n\n", "\r\n", " ", "\t", "-\t", "\u2028", "\xa0", "\x85", "\x00"]),
    st.sampled_from(
        ["é", "e\u0301", "Description", "Actions", "actions", "texte", "\ufeff", "<b>"]
    ),
    st.sampled_from([": ", "%", '"', "'", "[", "{", "&a", "*a", "|", ">", "---", "\\", "-"]),
    st.sampled_from(["    ", "\n    ```yaml\n", "\n\t```yml\n", "\n===\n", "\n---\n", "...\n"]),
    st.sampled_from(["\u200b", "<!--", "-->", "1.1.1", "1.1.1. ", "!!int 3", "\nfin\n", "~~~~\n"]),
)
documents = st.lists(_PIECES, max_size=60).map("".join).map(lambda text: node("1") + text)

_WORDS = st.text("abcé ,.’:%#\"'-/\xa0œ[]{}", min_size=1, max_size=12).map(str.strip).filter(bool)
_LINES = st.text("abcé ,.’:%\"'-/\xa0œ", max_size=20).map(lambda line: f"x{line}")
_KEYS = st.dictionaries(
    st.sampled_from(["climat_pratic_id", "pointsDOM", "ma clé: à moi", "facteur", "titre_court"]),
    st.one_of(st.integers(0, 500).map(str), _WORDS, st.just("")),
    max_size=3,
)
_SECTIONS = st.dictionaries(
    st.sampled_from(["Description", "Exemples", "Contexte", "Preuves", "Une autre"]),
    st.lists(_LINES, max_size=3).map("\n".join),
    max_size=3,
)


_NUMBERS = st.none() | st.decimals(0, 500, places=2)
_CATEGORIES = st.sampled_from([None, "bases", "mise en œuvre", "effets", "une autre"])


@st.composite
def trees(draw: st.DrawFn, node_id: str = "1", depth: int = 0) -> NodeDraft:
    """Drafts as a reader gives them: what has a key says the same as a value."""
    last = draw(st.sampled_from(["{}", "{}", "0{}", "a{}", "{}altercom"]))
    count = draw(st.integers(0, 3)) if depth < 3 else 0
    names = sorted((last.format(at) for at in range(1, count + 1)), key=sort_key)
    children = tuple(draw(trees(f"{node_id}.{name}", depth + 1)) for name in names)
    points, share, category = draw(_NUMBERS), draw(_NUMBERS), draw(_CATEGORIES)
    keys = {"id": node_id, **draw(_KEYS)}
    for key, value in (("points", points), ("pourcentage", share), ("categorie", category)):
        if value is not None:
            keys[key] = str(value)
    return NodeDraft(
        id=node_id,
        title=draw(st.text("abc é’#", max_size=8).map(lambda text: f"T{text}T")),
        parent=node_id.rpartition(".")[0] or None,
        children=children,
        points=points,
        percentage=share,
        category=category,
        keys=keys,
        sections=draw(_SECTIONS),
        depth=depth,
    )


@given(st.binary(max_size=400))
def test_any_bytes_at_all_give_a_tree_or_diagnostics(content: bytes) -> None:
    reading = read([("f", content)])
    assert reading.roots or reading.has_errors
    assert all(
        1 <= d.line <= content.count(b"\n") + content.count(b"\r") + 1 for d in reading.diagnostics
    )


@settings(max_examples=300)
@given(documents)
def test_what_was_read_reads_back_the_same_from_what_is_written(document: str) -> None:
    roots = read([("f", document.encode())]).roots
    again = read([("g", write(roots))]).roots
    assert [shape(root) for root in again] == [shape(root) for root in roots]


@given(trees())
def test_tree_to_file_to_tree_is_the_identity(tree: NodeDraft) -> None:
    (back,) = read([("f", write([tree]))]).roots
    assert shape(back) == shape(tree)


@given(st.lists(documents, max_size=3))
def test_no_line_of_text_is_lost(documents: list[str]) -> None:
    marked = [f"{text}\n\nrepère{at}fin\n" for at, text in enumerate(documents)]
    files = [(str(at), text.encode()) for at, text in enumerate(marked)]
    reading = read(files)
    assume(not reading.has_errors)
    kept = write(reading.roots).decode()
    assert [at for at in range(len(marked)) if f"repère{at}fin" not in kept] == []


@given(trees())
def test_every_parent_stands_right_above_its_child(tree: NodeDraft) -> None:
    (back,) = read([("f", write([tree]))]).roots
    for draft in walk([back]):
        assert [child.parent for child in draft.children] == [draft.id] * len(draft.children)
        assert [child.depth for child in draft.children] == [draft.depth + 1] * len(draft.children)


@pytest.mark.parametrize("depth", range(1, 13))
def test_a_tree_as_deep_as_headings_go_is_written_whole(depth: int) -> None:
    """Nodes at every level, even ones too: what one file can hold is written back as one file."""
    text = "".join(
        node(".".join(["1"] * level), level) + f"Texte {level}.\n" for level in range(1, depth + 1)
    )
    roots = read([("f", text.encode())]).roots
    assert len(list(walk(roots))) == depth
    for again in (read([("g", write(roots))]), read(list(write_files(roots).items()))):
        assert [shape(root) for root in again.roots] == [shape(root) for root in roots]


def test_a_draft_made_by_hand_is_written_with_its_values() -> None:
    made = NodeDraft("1.1", "Titre", points=Decimal("12.50"), category="bases")
    (back,) = read([("f", write([made]))]).roots
    assert back.keys == {"id": "1.1", "points": "12.50", "categorie": "bases"}
    assert (back.points, back.category) == (made.points, made.category)


_PLAIN_LINES = st.from_regex(
    r"[A-Za-z_]{1,8}: [0-9A-Za-zéŒœ][0-9A-Za-zéœ ._’(),/:#'-]{0,9}", fullmatch=True
)


@settings(max_examples=300)
@given(st.lists(_PLAIN_LINES, min_size=1, max_size=3))
def test_keys_read_without_yaml_are_those_that_yaml_reads(lines: list[str]) -> None:
    plain = fences._plain_pairs(tuple(lines))
    if plain is not None:
        assert plain == fences._yaml_pairs("\n".join(lines), fences.Keys())


def test_ten_times_the_size_takes_about_ten_times_the_work() -> None:
    """Inputs that make careless readers take the square of their size."""
    hostile = [
        lambda n: "#" * n,
        lambda n: "## a" + " #" * (n // 2),
        lambda n: "# a\n```yaml\nid: 1\n" * (n // 18),
        lambda n: "# a\n```yaml\nid: 1\n" + "abc\n" * (n // 4),
        lambda n: "# a\n```yaml\nid: 1\nx: " + "[" * n + "\n```\n",
        lambda n: "# e" + "\u0301\u0323" * (n // 4) + "\n```yaml\nid: 1\n```\n",
        lambda n: "\n".join("`" * length for length in range(3, int((2 * n) ** 0.5))),
        lambda n: node("1") * (n // 30),
        lambda n: node("1") + "a\n===\n" * (n // 6),
        lambda n: node("1") + "# a\n" + "\n" * n,
        lambda n: node("1") + "````x\n# a\n" * (n // 10),
        lambda n: node("1") + "<!-- \n" * (n // 6),
        lambda n: node("1") + "```x\n" + "\n" * n,
        lambda n: "# a\n    ```yaml\n" * (n // 16),
        lambda n: "".join(node(f"1.{at}", 5) for at in range(n // 30)),
        lambda n: node("1") + ("## a\n" + "\n" * 50) * (n // 55),
        lambda n: node("1") + "## a\n" + "\n" * (n // 2) + "x\n" + "## a\n" * (n // 10),
    ]
    for make in hostile:
        small, large = _lines_run(make(8_000)), _lines_run(make(80_000))
        assert 0 < large < 15 * small + 1_000


def _lines_run(text: str) -> int:
    """How many lines of the reader's own code one file takes: the same on every machine."""
    count = 0

    def local(_frame: FrameType, event: str, _arg: object) -> Callable[..., Any]:
        nonlocal count
        count += event == "line"
        return local

    def calls(frame: FrameType, _event: str, _arg: object) -> Callable[..., Any] | None:
        return local if READER in frame.f_code.co_filename else None

    before = sys.gettrace()
    sys.settrace(calls)
    try:
        read([("f", text.encode())])
    finally:
        sys.settrace(before)
    return count
