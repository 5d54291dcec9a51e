"""How much of a criterion a count is worth: `seuils`, as files write it and as it is read."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.frameworks.format import read, write
from app.frameworks.kinds import StatusKind
from app.frameworks.scoring import (
    Threshold,
    check_levels,
    reached,
    reached_level,
    score,
    statuses_from_counts,
    thresholds_of,
)
from tests.frameworks.samples import node, only, read_text

_HERE = Path(__file__).resolve().parents[2]
_OFFICIAL = _HERE.parent / "shared" / "seeds"
NETWORK, SYNERGIES = "genres_action_reseau", "synergies_operationnelles_annee"
LADDER = "1 = 10; 2 = 30; 3 = 50"


def _faults(keys: str) -> list[str]:
    return [one.message for one in check_levels(read_text(node("1", more=keys)).roots)]


def test_each_count_is_worth_the_part_that_the_file_says() -> None:
    thresholds = thresholds_of({"seuils": LADDER})
    assert thresholds == (Threshold(1, 10), Threshold(2, 30), Threshold(3, 50))
    worth = [reached(thresholds, count) for count in range(5)]
    assert [one.percent if one else 0 for one in worth] == [0, 10, 30, 50, 50]
    assert thresholds_of({"seuil": "3"}) == (Threshold(3, 100),)
    assert thresholds_of({"seuils": "2=40 % ;4 = 100%"}) == (Threshold(2, 40), Threshold(4, 100))


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("trois", "« 1 = 25; 2 = 50; 4 = 100 » est attendu."),
        ("1 = 25; ", "« 1 = 25; 2 = 50; 4 = 100 » est attendu."),
        ("1.5 = 25", "« 1 = 25; 2 = 50; 4 = 100 » est attendu."),
        ("-1 = 25", "« 1 = 25; 2 = 50; 4 = 100 » est attendu."),
        ("2 = 50; 1 = 25", "les nombres et les pourcentages montent, de l’un à l’autre."),
        ("1 = 50; 2 = 50", "les nombres et les pourcentages montent, de l’un à l’autre."),
        ("1 = 50; 1 = 60", "les nombres et les pourcentages montent, de l’un à l’autre."),
        ("1 = 50; 2 = 101", "les pourcentages vont de 1 à 100."),
        ("1 = 0", "les pourcentages vont de 1 à 100."),
        ("0 = 25", "le premier nombre est 1 au moins."),
        ("9" * 600, "« 1 = 25; 2 = 50; 4 = 100 » est attendu."),
    ],
)
def test_what_cannot_be_read_has_no_effect_and_is_told(written: str, told: str) -> None:
    assert thresholds_of({"seuils": written}) == ()
    (said,) = _faults(f'indicateur: {NETWORK}\nseuils: "{written}"\n')
    assert said.endswith(f"sans effet ; {told}")
    # what stands beside it holds
    assert thresholds_of({"seuils": written, "seuil": "2"}) == (Threshold(2, 100),)


def test_keys_that_go_together_or_against_each_other_are_told() -> None:
    assert _faults(f"indicateur: {NETWORK}\nseuils: {LADDER}\n") == []
    (alone,) = _faults(f"seuils: {LADDER}\n")
    assert "vont ensemble" in alone
    (both,) = _faults(f"indicateur: {NETWORK}\nseuil: 4\nseuils: {LADDER}\n")
    assert "« seuils » l’emporte" in both
    assert thresholds_of({"seuil": "4", "seuils": LADDER})[-1] == Threshold(3, 50)


@given(st.text(max_size=60))
def test_any_text_at_all_is_a_rising_ladder_or_nothing(written: str) -> None:
    found = thresholds_of({"seuils": written})
    assert all(0 < one.percent <= 100 and one.count > 0 for one in found)
    assert all(
        low.count < high.count and low.percent < high.percent for low, high in pairwise(found)
    )


@st.composite
def ladders(draw: st.DrawFn) -> str:
    size = draw(st.integers(1, 5))
    counts, percents = (
        sorted(draw(st.sets(st.integers(1, 100), min_size=size, max_size=size))) for _ in range(2)
    )
    between = draw(st.sampled_from(["; ", ";", " ; "]))
    return between.join(f"{count} = {part}" for count, part in zip(counts, percents, strict=True))


@given(ladders())
def test_tree_to_file_to_tree_keeps_the_ladder(written: str) -> None:
    tree = only(read_text(node("1", more=f'indicateur: {NETWORK}\nseuils: "{written}"\n')))
    again = only(read([("a.md", write([tree]))]))
    assert again.keys == tree.keys
    assert thresholds_of(again.keys) == thresholds_of({"seuils": written}) != ()


# the levels of 3.5 as the official file has them, each in one leaf
TWIN = (
    node("3.5", more="points: 25\nniveaux: cumulatifs\nseuil_niveau: 50\n")
    + node("3.5.1", 3, more="pourcentage: 20\n")
    + node("3.5.2", 3, more="pourcentage: 20\n")
    + node("3.5.3", 3, more="pourcentage: 30\n")
    + node("3.5.4", 3, more="pourcentage: 30\n")
)
_OVERLAY = (_HERE / "seeds" / "overlays" / "eci-3.5.md").read_bytes()


@pytest.mark.parametrize(
    "official",
    [
        pytest.param(None, id="twin"),
        pytest.param(
            _OFFICIAL / "eci-3.5.md",
            id="official",
            marks=pytest.mark.skipif(not _OFFICIAL.is_dir(), reason="no official files here"),
        ),
    ],
)
@pytest.mark.parametrize(
    ("kinds", "synergies", "second", "third"),
    [
        # 5 points at 25 % a kind; 7.5 points at 10, 30 and 50 %
        (0, 0, 0, 0),
        (1, 1, 1.25, 0.75),
        (2, 2, 2.5, 2.25),
        (3, 3, 3.75, 3.75),
        (4, 9, 5, 3.75),
    ],
)
def test_the_official_levels_are_worth_what_each_count_reaches(
    official: Path | None, kinds: int, synergies: int, second: float, third: float
) -> None:
    file = official.read_bytes() if official else TWIN.encode()
    (root,) = read([("eci-3.5.md", file)], [("o.md", _OVERLAY)]).roots
    said = statuses_from_counts(root, {NETWORK: kinds, SYNERGIES: synergies})
    scores = score([root], said)
    assert (float(scores["3.5.2"].done), float(scores["3.5.3"].done)) == (second, third)
    assert float(scores["3.5"].done) == second + third
    if kinds:
        assert StatusKind.NOT_DONE not in {one.kind for one in said.values()}
    # cumulative: the strategy is missing, whatever the counts
    assert reached_level(root, scores) == 0


@pytest.mark.parametrize(
    "official",
    [
        pytest.param(_HERE / "seeds" / "frameworks" / "cae-6.3.1.md", id="twin"),
        pytest.param(
            _OFFICIAL / "cae-6.3.1.md",
            id="official",
            marks=pytest.mark.skipif(not _OFFICIAL.is_dir(), reason="no official files here"),
        ),
    ],
)
def test_one_engaged_firm_of_two_is_neither_done_nor_undone(official: Path) -> None:
    overlay = (_HERE / "seeds" / "overlays" / "cae-6.3.1.md").read_bytes()
    (root,) = read([("c.md", official.read_bytes())], [("o.md", overlay)]).roots
    assert statuses_from_counts(root, {"entreprises_engagees": 1}) == {}
    assert statuses_from_counts(root, {"entreprises_engagees": 2}) == {}  # wants its paper
    none = statuses_from_counts(root, {"entreprises_engagees": 0})
    # 25 of 100 parts of the measure
    found = score([root], none)
    assert found["6.3.1.4"].not_done * 100 == found["6.3.1"].potential * 25
