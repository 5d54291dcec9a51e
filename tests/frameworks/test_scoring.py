"""Scoring by hand: the arithmetic of each case stands in its test (domain.md §4)."""

from __future__ import annotations

from fractions import Fraction

import pytest

from app.frameworks.format import NodeDraft
from app.frameworks.scoring import Score, Status, read_statuses, score
from tests.frameworks.samples import node, outline_of, read_text

NOT_CONCERNED = {"concerned": False}
DONE = {"status": "done"}


def _score(
    tree: NodeDraft, statuses: dict[str, dict[str, object]] | None = None
) -> dict[str, Score]:
    raw = statuses or {}
    return score([tree], read_statuses(raw, score([tree], {})))


def _points(scores: dict[str, Score]) -> list[Fraction]:
    return [found.points for found in scores.values()]


def _potentials(scores: dict[str, Score]) -> list[Fraction]:
    return [found.potential for found in scores.values()]


CAE = (
    "6.3.1 | points: 8",
    "6.3.1.1 | pourcentage: 15",
    "6.3.1.2 | pourcentage: 20",
    "6.3.1.3 | pourcentage: 20",
    "6.3.1.4 | pourcentage: 25",
    "6.3.1.5 | pourcentage: 20",
)

# Step 1: points


def test_points_are_those_written() -> None:
    tree = outline_of("1 | points: 10", "1.1 | points: 7.5", "1.2 | points: 2.5")
    assert _points(_score(tree)) == [10, Fraction(15, 2), Fraction(5, 2)]


def test_a_child_without_points_beside_points_has_none() -> None:
    tree = outline_of("1 | points: 10", "1.1 | points: 10", "1.2")
    assert _points(_score(tree)) == [10, 10, 0]


def test_a_node_without_points_is_the_sum_of_its_children() -> None:
    tree = outline_of(
        "1", "1.1", "1.1.1 | points: 4", "1.1.2 | points: 2", "1.2", "1.2.1 | points: 3"
    )
    assert _points(_score(tree)) == [9, 6, 4, 2, 3, 3]


def test_percentages_are_of_the_parent() -> None:
    # 15, 20, 20, 25, 20 % of 8 points.
    assert [float(p) for p in _points(_score(outline_of(*CAE)))] == [8, 1.2, 1.6, 1.6, 2, 1.6]


def test_children_without_a_percentage_share_the_rest() -> None:
    # 100 − 40 = 60 % of 10 points, in two.
    tree = outline_of("1 | points: 10", "1.1 | pourcentage: 40", "1.2", "1.3")
    assert _points(_score(tree)) == [10, 4, 3, 3]


def test_without_any_weight_children_are_equal_parts_of_a_hundred() -> None:
    tree = outline_of("1", "1.1", "1.2", "1.3")
    assert _points(_score(tree)) == [100, *[Fraction(100, 3)] * 3]


def test_percentages_beyond_the_whole_leave_nothing_to_share() -> None:
    tree = outline_of("1 | points: 10", "1.1 | pourcentage: 120", "1.2")
    assert _points(_score(tree)) == [10, 12, 0]


# Step 2: factors


def test_a_factor_multiplies_its_node_and_all_below() -> None:
    tree = outline_of("1", "1.1 | points: 8 | facteur: 0.5", "1.1.1", "1.1.2", "1.2 | points: 2")
    scores = _score(tree)
    assert _points(scores) == [10, 8, 4, 4, 2]
    # 8 × 0.5 = 4, of which 2 and 2; above, 4 + 2.
    assert _potentials(scores) == [6, 4, 2, 2, 2]


def test_factors_on_a_path_multiply() -> None:
    tree = outline_of("1 | points: 8 | facteur: 0.5", "1.1 | facteur: 0.25; 2")
    assert _potentials(_score(tree)) == [2, 2]


def test_a_factor_with_a_condition_waits_for_it() -> None:
    rule = "facteur: 1,625 si 1.2 non concerné"
    tree = outline_of(
        "1 | points: 8", f"1.1 | points: 4 | {rule}", "1.2 | points: 4 | desactive: non"
    )
    assert _potentials(_score(tree)) == [8, 4, 4]
    # 4 × 1.625 = 6.5, and 1.2's own 4 points are shared out too: 10.5.
    assert _potentials(_score(tree, {"1.2": NOT_CONCERNED})) == [
        Fraction(21, 2),
        Fraction(21, 2),
        0,
    ]


def test_a_condition_sees_what_an_ancestor_declares() -> None:
    tree = outline_of(
        "1 | niveau_mesure: 5", "1.1 | facteur: 2 si 1.2.1 non concerné", "1.2", "1.2.1"
    )
    assert _potentials(_score(tree, {"1.2": NOT_CONCERNED})) == [100, 100, 0, 0]


# Steps 3 and 4: concerned, potential, redistribution


def test_the_official_rule_of_6314_moves_its_share_to_its_two_neighbours() -> None:
    rules = {
        "6.3.1.3": "facteur: 1.625 si 6.3.1.4 non concerné",
        "6.3.1.4": "facteur: 0 si 6.3.1.4 non concerné",
        "6.3.1.5": "facteur: 1.625 si 6.3.1.4 non concerné",
    }
    tree = outline_of(*(f"{line} | {rules.get(line[:7], 'x: y')}" for line in CAE))
    scores = _score(tree, {"6.3.1.4": NOT_CONCERNED})
    # .4 is worth 25 % × 0 = 0: nothing to share out. .3 and .5: 20 % × 1.625 = 32.5 % each.
    # 15 + 20 + 32.5 + 0 + 32.5 = 100 % of 8 points.
    percents = [found.potential / 8 * 100 for found in scores.values()]
    assert percents == [100, 15, 20, Fraction(65, 2), 0, Fraction(65, 2)]
    assert [found.concerned for found in scores.values()] == [True] * 4 + [False, True]
    assert scores["6.3.1.4"].points == 2


def test_without_a_rule_what_is_not_concerned_goes_to_all_neighbours_alike() -> None:
    scores = _score(outline_of(*CAE), {"6.3.1.4": NOT_CONCERNED})
    # 2 points in four: + 0.5 each.
    assert [float(p) for p in _potentials(scores)] == [8, 1.7, 2.1, 2.1, 0, 2.1]


def test_regulatory_nodes_receive_nothing() -> None:
    # A regulatory node, four points lost, four neighbours: 4 + 1, 2 + 1, 6 + 1, 4 + 1.
    tree = outline_of(
        "2.4 | points: 20",
        "2.4.0 | points: 0",
        "2.4.1 | points: 4",
        "2.4.2 | points: 4 | desactive: oui",
        "2.4.3 | points: 2",
        "2.4.4 | points: 6",
        "2.4.5 | points: 4",
    )
    assert _potentials(_score(tree)) == [20, 0, 5, 0, 3, 7, 5]
    with_points = outline_of("2.4 | points: 9", "2.4.0 | points: 3", "2.4.1 | points: 3", "2.4.2")
    assert _potentials(_score(with_points, {"2.4.1": NOT_CONCERNED})) == [3, 3, 0, 0]


def test_a_gain_is_spread_below_in_proportion() -> None:
    tree = outline_of(
        "1 | points: 10",
        "1.1 | points: 6",
        "1.1.1 | points: 4",
        "1.1.2 | points: 2",
        "1.2 | points: 4",
    )
    scores = _score(tree, {"1.2": NOT_CONCERNED})
    # 6 + 4 = 10; ratio 10/6: 4 → 20/3, 2 → 10/3.
    assert _potentials(scores) == [10, 10, Fraction(20, 3), Fraction(10, 3), 0]


def test_gains_of_two_levels_multiply() -> None:
    tree = outline_of(
        "1 | points: 12",
        "1.1 | points: 6",
        "1.1.1 | points: 2",
        "1.1.2 | points: 4",
        "1.2 | points: 6",
    )
    scores = _score(tree, {"1.2": NOT_CONCERNED, "1.1.1": NOT_CONCERNED})
    # Inside 1.1: 4 + 2 = 6. Then 1.1 gains 6: × 12/6.
    assert _potentials(scores) == [12, 12, 0, 12, 0]


def test_a_neighbour_that_is_worth_nothing_receives_nothing() -> None:
    tree = outline_of("1 | points: 6", "1.1 | points: 4", "1.2 | points: 2", "1.3 | points: 0")
    assert _potentials(_score(tree, {"1.2": NOT_CONCERNED})) == [6, 6, 0, 0]


def test_above_the_measure_the_total_shrinks() -> None:
    tree = outline_of("6 | niveau_mesure: 3", "6.3", "6.3.1 | points: 8", "6.3.2 | points: 2")
    assert _potentials(_score(tree, {"6.3.1": NOT_CONCERNED})) == [2, 2, 0, 2]


def test_the_level_of_a_measure_is_declared_for_all_below() -> None:
    lines = ("3 | {}", "3.5 | points: 25", "3.5.1", "3.5.2", "3.6 | points: 5")
    eci = outline_of(*(line.format("niveau_mesure: 2") for line in lines))
    assert _potentials(_score(eci, {"3.5.1": NOT_CONCERNED})) == [30, 25, 0, 25, 5]
    higher = outline_of(*(line.format("niveau_mesure: 4") for line in lines))
    assert _potentials(_score(higher, {"3.5.1": NOT_CONCERNED})) == [
        Fraction(35, 2),
        Fraction(25, 2),
        0,
        Fraction(25, 2),
        5,
    ]


def test_undeclared_a_measure_is_what_one_file_holds() -> None:
    axis = node("3")
    measure = node("3.5", more="points: 10\n") + node("3.5.1", 3) + node("3.5.2", 3)
    reading = read_text(axis, measure, node("3.6", more="points: 4\n"))
    off = {"3.5.1": Status(concerned=False), "3.6": Status(concerned=False)}
    assert _potentials(score(reading.roots, off)) == [10, 10, 0, 10, 0]


def test_not_concerned_goes_down_and_climbs_when_all_are_so() -> None:
    tree = outline_of("1", "1.1 | points: 4", "1.1.1", "1.1.2", "1.2 | points: 6")
    down = _score(tree, {"1.1": NOT_CONCERNED})
    assert [found.concerned for found in down.values()] == [True, False, False, False, True]
    climbed = _score(tree, {"1.1.1": NOT_CONCERNED, "1.1.2": NOT_CONCERNED})
    assert climbed == down
    assert _potentials(climbed) == [10, 0, 0, 0, 10]


def test_a_status_of_its_own_keeps_a_node_and_its_points() -> None:
    tree = outline_of("1 | points: 10", "1.1", "1.2")
    off = {"1.1": NOT_CONCERNED, "1.2": NOT_CONCERNED}
    assert _score(tree, off)["1"] == Score(Fraction(10), *[Fraction(0)] * 5, False)
    kept = _score(tree, {**off, "1": DONE})["1"]
    assert (kept.potential, kept.done, kept.concerned) == (10, 10, True)


def test_a_deactivated_node_is_not_concerned_whatever_is_declared() -> None:
    tree = outline_of("1 | points: 10", "1.1 | desactive: oui", "1.1.1", "1.2")
    scores = _score(tree, {"1.1": DONE, "1.1.1": DONE})
    assert _potentials(scores) == [10, 0, 0, 10]
    assert scores["1"].done == 0


def test_a_deactivation_may_have_a_condition() -> None:
    tree = outline_of("1 | points: 10", "1.1 | desactive: si 1.2 concerné", "1.2")
    assert _potentials(_score(tree)) == [10, 0, 10]
    assert _potentials(_score(tree, {"1.2": NOT_CONCERNED})) == [10, 10, 0]


# Step 5: statuses


@pytest.mark.parametrize(
    ("status", "parts"),
    [
        ("done", (4, 0, 0, 0)),
        ("planned", (0, 4, 0, 0)),
        ("not_done", (0, 0, 4, 0)),
        ("unset", (0, 0, 0, 4)),
    ],
)
def test_a_status_takes_the_whole_potential(status: str, parts: tuple[int, ...]) -> None:
    tree = outline_of("1 | points: 4")
    assert _score(tree, {"1": {"status": status}})["1"][2:6] == parts


def test_fractions_split_the_potential_exactly() -> None:
    raw = {"1": {"status": "detailed", "fractions": [0.1, 0.2, 0.7]}}
    # 3 × 1/10, 3 × 2/10, 3 × 7/10: no float comes near.
    assert _score(outline_of("1 | points: 3"), raw)["1"][2:6] == (
        Fraction(3, 10),
        Fraction(6, 10),
        Fraction(21, 10),
        0,
    )


def test_parents_add_up_and_a_leaf_without_status_is_unset() -> None:
    tree = outline_of("1 | points: 10", "1.1 | points: 4", "1.2 | points: 3", "1.3 | points: 3")
    scores = _score(tree, {"1.1": DONE, "1.2": {"status": "planned"}})
    assert scores["1"][2:6] == (4, 3, 0, 3)
    assert scores["1"].ratio == Fraction(2, 5)


def test_an_own_status_holds_whatever_the_children_say() -> None:
    tree = outline_of("1 | points: 10", "1.1", "1.2")
    scores = _score(tree, {"1": {"status": "not_done"}, "1.1": DONE})
    assert scores["1"][2:6] == (0, 0, 10, 0)
    assert scores["1.1"].done == 5


def test_planned_does_not_count() -> None:
    assert _score(outline_of("1 | points: 4"), {"1": {"status": "planned"}})["1"].ratio == 0


def test_where_nothing_can_be_reached_there_is_no_ratio() -> None:
    assert _score(outline_of("1 | points: 4"), {"1": NOT_CONCERNED})["1"].ratio is None


# Step 6: ceilings


def test_a_ceiling_scales_done_below_and_the_rest_counts_as_not_done() -> None:
    tree = outline_of(
        "1 | points: 22",
        "1.2 | points: 10",
        "1.3 | points: 12 | score_plafond: 1.2",
        "1.3.1 | points: 8",
        "1.3.2 | points: 4",
    )
    raw = {"1.2": {"status": "detailed", "fractions": [0.3, 0, 0.7]}, "1.3.1": DONE, "1.3.2": DONE}
    scores = _score(tree, raw)
    # Done in 1.2: 3. In 1.3: 12 → 3, so × 1/4: 8 → 2 and 4 → 1. Above: 3 + 3.
    assert [found.done for found in scores.values()] == [6, 3, 3, 2, 1]
    assert [found.not_done for found in scores.values()] == [16, 7, 9, 6, 3]


def test_a_ceiling_that_is_not_met_changes_nothing() -> None:
    tree = outline_of("1 | points: 10", "1.1 | points: 6", "1.2 | points: 4 | score_plafond: 1.1")
    scores = _score(tree, {"1.1": DONE, "1.2": DONE})
    assert [found.done for found in scores.values()] == [10, 6, 4]


def test_an_ancestor_with_a_status_of_its_own_does_not_add_up_again() -> None:
    tree = outline_of("1 | points: 10", "1.1 | points: 6", "1.2 | points: 4 | score_plafond: 1.1")
    scores = _score(tree, {"1": DONE, "1.2": DONE})
    assert [found.done for found in scores.values()] == [10, 0, 0]
