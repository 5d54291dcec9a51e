"""What a framework takes over from earlier ones is declared in its own file, and checked."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.frameworks.crosswalk import (
    CarriesOver,
    Origin,
    Successor,
    check_crosswalk,
    crosswalk_of,
    keys_taken_over,
)
from app.frameworks.format import NodeDraft, walk
from app.frameworks.services import check_files
from tests.frameworks.samples import node, read_text

SEEDS = Path(__file__).resolve().parents[2] / "seeds" / "frameworks"
SOURCES = "sources: eci = maillage-eci, eci-3.5; cae = maillage-cae\n"


def roots(root: str = SOURCES, child: str = "") -> tuple[NodeDraft, ...]:
    return read_text(node("1", more=root) + node("1.1", 3, more=child)).roots


def successors(child: str, root: str = SOURCES) -> tuple[Successor, ...]:
    return crosswalk_of(roots(root, child)).successors


def told(child: str, root: str = SOURCES, **known: set[str]) -> list[str]:
    keys = {name.replace("_", "-"): ids for name, ids in known.items()}
    return [one.message for one in check_crosswalk(roots(root, child), keys)]


def test_a_node_says_where_it_comes_from_and_what_it_takes() -> None:
    crosswalk = crosswalk_of(roots(child="reprend: eci 3.5.3; cae  6.3.1.4 ;\nreprise: Statut\n"))
    assert dict(crosswalk.sources) == {
        "eci": ("maillage-eci", "eci-3.5"),
        "cae": ("maillage-cae",),
    }
    assert crosswalk.successors == (
        Successor("1.1", (Origin("eci", "3.5.3"), Origin("cae", "6.3.1.4")), CarriesOver.STATUS),
    )
    assert keys_taken_over(roots()) == ("maillage-eci", "eci-3.5", "maillage-cae")


def test_proofs_alone_carry_over_where_nothing_else_is_said() -> None:
    (one,) = successors("reprend: eci 3.5.1\n")
    assert one.carries is CarriesOver.PROOFS


def test_a_framework_that_comes_after_none_takes_nothing_over() -> None:
    assert crosswalk_of(roots(root="")).successors == ()
    assert keys_taken_over(roots(root="")) == ()
    assert told("", root="") == []


@pytest.mark.parametrize(
    ("root", "child", "words"),
    [
        ("sources: eci\n", "", "« eci = maillage-eci » est attendu"),
        ("sources: eci =\n", "", "est attendu"),
        ("sources: = maillage-eci\n", "", "est attendu"),
        ("sources: a b = maillage-eci\n", "", "est attendu"),
        ("sources: eci = a; eci = b\n", "", "deux fois"),
        (SOURCES, "reprend: eci\n", "« eci 3.5.3 » est attendu"),
        (SOURCES, "reprend: pcaet 3\n", "que « sources » ne nomme pas"),
        ("", "reprend: eci 3.5.1\n", "que « sources » ne nomme pas"),
        (SOURCES, "reprend: eci 3.5.1\nreprise: tout\n", "lue comme « preuves »"),
        (SOURCES, "reprise: statut\n", "sans « reprend »"),
        (SOURCES, f"reprend: {'eci 1;' * 400}\n", "trop long"),
    ],
)
def test_what_cannot_be_read_is_told_and_has_no_effect(root: str, child: str, words: str) -> None:
    (message, *_) = told(child, root)
    assert words in message
    assert all(one.carries is CarriesOver.PROOFS for one in successors(child, root))


def test_a_node_that_is_in_no_source_at_hand_is_told() -> None:
    child = "reprend: eci 3.5.9; cae 6.3.1.4\n"
    assert told(child) == []
    assert told(child, maillage_cae={"6.3.1.4"}) == []
    (message,) = told(child, maillage_eci={"3.5.1"}, maillage_cae={"6.3.1.4"})
    assert "« 3.5.9 » n’existe pas dans « eci »" in message


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=20))
def test_any_text_gives_a_crosswalk_and_never_an_exception(a: str, b: str, c: str) -> None:
    top = NodeDraft("1", "T", keys={"sources": a, "reprend": b, "reprise": c})
    crosswalk = crosswalk_of([top])
    check_crosswalk([top], {"maillage-eci": set()})
    for one in crosswalk.successors:
        assert one.origins and {origin.source for origin in one.origins} <= set(crosswalk.sources)


def test_the_unified_framework_takes_over_what_is_attested_and_nothing_else() -> None:
    text = (SEEDS / "te-6.3.5.md").read_text("utf-8")
    reading = read_text(text)
    (root,) = reading.roots
    assert (root.id, root.points, root.keys["referentiel"]) == ("6.3.5", 6, "maillage-te")
    assert all(one.percentage is None for one in walk([root]))
    assert {
        one.ref: [f"{origin.source} {origin.ref}" for origin in one.origins]
        for one in crosswalk_of([root]).successors
    } == {
        "6.3.5.2": ["eci 3.5.1"],
        "6.3.5.3": ["eci 3.5.2", "cae 6.3.1.4"],
        "6.3.5.4.a": ["eci 3.5.3", "eci 3.5.4.3"],
        "6.3.5.5": ["eci 3.5.4.1", "eci 3.5.4.2"],
    }


def test_checking_the_catalogue_together_finds_every_node_that_is_taken_over(
    tmp_path: Path,
) -> None:
    report = check_files(sorted(SEEDS.glob("*.md")))
    assert {one.code for one in report.diagnostics} == {"no-weights"}
    wrong = tmp_path / "te.md"
    wrong.write_text(
        (SEEDS / "te-6.3.5.md").read_text("utf-8").replace("eci 3.5.1", "eci 3.5.9"), "utf-8"
    )
    told_of = [
        one
        for one in check_files([wrong, SEEDS / "eci-3.5.md"]).diagnostics
        if one.code == "unreadable-rule"
    ]
    assert [(one.file, one.level.value) for one in told_of] == [(str(wrong), "warning")]
    assert "« 3.5.9 » n’existe pas dans « eci »" in told_of[0].message
