"""Our catalogue carries the current weights, thresholds and rules (domain.md §3)."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from app.frameworks.format import NodeDraft, read, walk
from app.frameworks.scoring import Status, reached_level, score, statuses_from_counts
from tests.frameworks.samples import only

_SEEDS = Path(__file__).resolve().parents[2] / "seeds" / "frameworks"


def _tree(name: str) -> NodeDraft:
    return only(read([(name, (_SEEDS / name).read_bytes())]))


def _percents(tree: NodeDraft) -> dict[str, list[int]]:
    return {
        draft.id: [int(child.percentage or 0) for child in draft.children]
        for draft in walk([tree])
        if draft.children
    }


def test_the_catalogue_has_keys_of_its_own() -> None:
    found = {_tree(name).keys["referentiel"] for name in ("eci-3.5.md", "cae-6.3.1.md")}
    assert found == {"maillage-eci", "maillage-cae"}


def test_eci_carries_its_current_weights() -> None:
    tree = _tree("eci-3.5.md")
    assert tree.points == 25
    assert _percents(tree) == {
        "3.5": [20, 20, 30, 30],
        "3.5.2": [25, 25, 25, 25],
        "3.5.3": [10, 20, 10, 20, 20, 10, 10],
        "3.5.4": [40, 40, 20],
    }


def test_cae_carries_its_current_weights() -> None:
    tree = _tree("cae-6.3.1.md")
    assert tree.points == 8
    assert _percents(tree) == {"6.3.1": [15, 20, 20, 25, 20]}


def test_every_level_asks_for_its_evidence() -> None:
    for name in ("eci-3.5.md", "cae-6.3.1.md"):
        for level in _tree(name).children:
            assert level.sections["Preuves attendues"].startswith("- ")


def test_without_industry_the_share_of_6314_goes_to_its_two_neighbours() -> None:
    scores = score([_tree("cae-6.3.1.md")], {"6.3.1.4": Status(concerned=False)})
    # 8 × 15, 20, 20 × 1.625, 0 and 20 × 1.625 %.
    assert [float(found.potential) for found in scores.values()] == [8, 1.2, 1.6, 2.6, 0, 2.6]


def test_counts_decide_the_thresholds_and_the_levels_follow() -> None:
    tree = _tree("eci-3.5.md")
    counts = {
        "genres_action_reseau": 3,
        "synergies_operationnelles_annee": 2,
        "animation_nommee": 1,
    }
    proposed = statuses_from_counts(tree, counts)
    scores = score([tree], proposed)
    assert scores["3.5.2"].ratio == Fraction(75, 100)
    # Animation 10, at least one 10, at least two 20.
    assert scores["3.5.3"].ratio == Fraction(40, 100)
    assert reached_level(tree, scores) == 0  # cumulative: the strategy is missing
    done = {node_id: Status(status.kind) for node_id, status in proposed.items()}
    strategy = {**done, "3.5.1": done["3.5.2.1"]}
    assert reached_level(tree, score([tree], strategy)) == 2
