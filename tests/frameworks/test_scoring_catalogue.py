"""Our catalogue carries the current weights, thresholds and rules (domain.md §3)."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from app.frameworks.format import NodeDraft, read, walk
from app.frameworks.scoring import (
    LevelRule,
    Status,
    cycle_of,
    level_rule,
    reached_level,
    score,
    statuses_from_counts,
    wants_proof,
)
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
    # At least one 10, at least two 20; somebody is named, but the post wants its paper.
    assert scores["3.5.3"].ratio == Fraction(30, 100)
    assert reached_level(tree, scores) == 0  # cumulative: the strategy is missing
    done = {node_id: Status(status.kind) for node_id, status in proposed.items()}
    strategy = {**done, "3.5.1": done["3.5.2.1"]}
    assert reached_level(tree, score([tree], strategy)) == 2


_LADDERS = ("eci-3.5.md", "cae-6.3.1.md", "te-6.3.5.md")


@pytest.mark.parametrize("name", _LADDERS)
def test_every_criterion_says_what_to_do_next(name: str) -> None:
    for leaf in (node for node in walk([_tree(name)]) if not node.children):
        step = leaf.keys["prochaine_etape"]
        assert 10 < len(step) <= 200
        # a step as a person would write it: a verb, and no full stop
        assert step.split()[0].endswith(("er", "ir", "re")) and not step.endswith(".")


@pytest.mark.parametrize("name", _LADDERS)
def test_a_proof_counts_for_the_years_of_a_cycle(name: str) -> None:
    assert cycle_of([_tree(name)]) == 4


def test_only_the_orientation_that_has_levels_and_what_follows_it_declare_some() -> None:
    rules = {name: level_rule(_tree(name)) for name in _LADDERS}
    assert rules["cae-6.3.1.md"] is None
    assert rules["eci-3.5.md"] == rules["te-6.3.5.md"] == LevelRule(Fraction(1, 2), True)


def test_what_the_data_decide_in_each_framework() -> None:
    """Sources: domain.md §3 and §4; where a paper is wanted too, the count alone decides nothing.

    6.3.1.4 « projets collectifs »: two firms. 6.3.5.3 and .4.a: the thresholds of the levels 2
    and 3 of 3.5 that they follow, in one leaf.
    """
    decided = {
        node.id: (
            node.keys["indicateur"],
            node.keys.get("seuils") or node.keys["seuil"],
            wants_proof(node.keys),
        )
        for name in _LADDERS
        for node in walk([_tree(name)])
        if "indicateur" in node.keys
    }
    network, synergies = "genres_action_reseau", "synergies_operationnelles_annee"
    assert decided == {
        **{f"3.5.2.{at}": (network, str(at), False) for at in range(1, 5)},
        "3.5.3.1": ("animation_nommee", "1", True),
        **{f"3.5.3.{at + 2}": (synergies, str(at), False) for at in range(1, 4)},
        "3.5.3.7": ("synergies_collectivite", "1", False),
        "6.3.1.4": ("entreprises_engagees", "2", True),
        "6.3.5.3": (network, "1 = 25; 2 = 50; 3 = 75; 4 = 100", True),
        "6.3.5.4.a": (synergies, "1 = 10; 2 = 30; 3 = 50", False),
    }
