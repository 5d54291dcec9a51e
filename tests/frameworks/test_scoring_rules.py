"""Declared rules and statuses are checked, and what cannot be read says so."""

from __future__ import annotations

from fractions import Fraction

import pytest

from app.frameworks.kinds import Counted
from app.frameworks.scoring import (
    Score,
    StatusError,
    check_levels,
    check_rules,
    reached_level,
    read_statuses,
    score,
    statuses_from_counts,
)
from tests.frameworks.samples import node, only, read_text


@pytest.mark.parametrize(
    "rule",
    [
        "facteur: beaucoup",
        "facteur: -1",
        "facteur: 2 quand 1.1 non concerné",
        "facteur: 2 si 9.9 non concerné",
        "desactive: peut-être",
        "desactive: si 9.9 concerné",
        "niveau_mesure: 0",
        "niveau_mesure: trois",
        "score_plafond: 9.9",
        f"facteur: {'1; ' * 300}",
    ],
)
def test_a_rule_that_cannot_be_read_is_told_and_has_no_effect(rule: str) -> None:
    reading = read_text(node("1", more=f"{rule}\n") + node("1.1", 3) + node("1.2", 3))
    found = check_rules(reading.roots)
    assert {(d.level.value, d.file, d.line, d.code) for d in found} == {
        ("warning", "a.md", 1, "unreadable-rule")
    }
    assert [s.potential for s in score(reading.roots, {}).values()] == [100, 50, 50]


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("niveaux: cumulatif", "« cumulatifs » ou « indépendants »"),
        ("niveaux: cumulatifs\nseuil_niveau: moitié", "un pourcentage"),
        ("niveaux: cumulatifs\nseuil_niveau: 0", "un pourcentage"),
        ("niveaux: cumulatifs\nseuil_niveau: 120", "un pourcentage"),
        ("cycle: quatre", "un nombre d’années"),
        ("cycle: 0", "un nombre d’années"),
        ("indicateur: synergies_operationelles_annee\nseuil: 2", "n’est compté nulle part"),
        ("indicateur: synergies_collectivite\nseuil: deux", "un nombre entier"),
        ("indicateur: synergies_collectivite", "vont ensemble"),
        ("seuil: 2", "vont ensemble"),
        ("preuve: oui", "sans « indicateur »"),
        ("indicateur: synergies_collectivite\nseuil: 1\npreuve: bof", "« oui » est attendu"),
    ],
)
def test_a_key_of_levels_and_counts_without_effect_is_told(keys: str, said: str) -> None:
    reading = read_text(node("1", more=f"{keys}\n") + node("1.1", 3))
    [found] = check_levels(reading.roots)
    assert (found.level.value, found.line, found.code) == ("warning", 1, "unreadable-rule")
    assert found.message.startswith("« 1 » : ") and said in found.message


def test_keys_of_levels_and_counts_that_are_understood_pass_without_a_remark() -> None:
    keys = "niveaux: indépendants\nseuil_niveau: 37,5\ncycle: 4\n"
    counted = [node(f"1.{at}", more=f"indicateur: {name}\nseuil: 2\n") for at, name in _NAMES]
    reading = read_text(node("1", more=keys) + node("1.9", 3) + "".join(counted))
    assert check_levels(reading.roots) == []


_NAMES = list(enumerate(Counted, start=1))


def test_good_rules_pass_without_a_remark() -> None:
    rules = (
        "niveau_mesure: 3\nfacteur: 0,5; 2 si 1.1 non concerné\ndesactive: si 1.1 non concerné\n"
    )
    reading = read_text(
        node("1", more=rules + "score_plafond: 1.1, 1.2\n") + node("1.1", 3) + node("1.2", 3)
    )
    assert check_rules(reading.roots) == []


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"status": "fini"}, "inconnu"),
        ({"status": None}, "inconnu"),
        ({"concerned": "oui"}, "true ou false"),
        ({"status": "detailed"}, "somme"),
        ({"status": "detailed", "fractions": [1, 0]}, "somme"),
        ({"status": "detailed", "fractions": [0.5, 0.6, 0]}, "somme"),
        ({"status": "detailed", "fractions": [1.5, -0.5, 0]}, "somme"),
        ({"status": "detailed", "fractions": ["1e999999999", 0, 0]}, "somme"),
        ({"status": "detailed", "fractions": [float("nan"), 0, 1]}, "somme"),
        ({"status": "detailed", "fractions": [True, 0, 0]}, "somme"),
        ({"status": "detailed", "fractions": "100"}, "somme"),
        ("done", "un objet"),
    ],
)
def test_a_wrong_status_is_refused_with_its_id(entry: object, words: str) -> None:
    with pytest.raises(StatusError, match=r"« 1\.1 »") as caught:
        read_statuses({"1.1": entry}, ["1.1"])  # type: ignore[dict-item]
    assert words in str(caught.value)


def test_a_status_of_an_unknown_node_is_refused() -> None:
    with pytest.raises(StatusError, match="« 9 » n’existe pas"):
        read_statuses({"9": {"status": "done"}}, ["1"])


def test_rounded_thirds_are_taken_as_thirds() -> None:
    third = {"1": {"status": "detailed", "fractions": [0.333, 0.333, 0.333]}}
    assert read_statuses(third, ["1"])["1"].parts == (Fraction(1, 3),) * 3


def _levels(rule: str, *ratios: float | None) -> int | None:
    text = node("3.5", more=rule) + "".join(node(f"3.5.{at + 1}", 3) for at in range(len(ratios)))
    scores = {
        f"3.5.{at + 1}": Score(*[Fraction(0)] * 6, False)
        if ratio is None
        else Score(Fraction(1), Fraction(1), Fraction(str(ratio)), *[Fraction(0)] * 3, True)
        for at, ratio in enumerate(ratios)
    }
    return reached_level(only(read_text(text)), scores)


def test_cumulative_levels_stop_at_the_first_that_is_not_reached() -> None:
    rule = "niveaux: cumulatifs\nseuil_niveau: 70\n"
    assert _levels(rule, 1, 0.7, 0.69, 1) == 2
    assert _levels(rule, 0.5, 1, 1, 1) == 0
    assert _levels(rule, 1, None, 0.7, 0) == 3


def test_independent_levels_count_the_highest_one() -> None:
    assert _levels("niveaux: indépendants\nseuil_niveau: 70\n", 0, 0.7, 0.2) == 2


def test_a_level_asks_for_everything_unless_it_says_otherwise() -> None:
    assert _levels("niveaux: cumulatifs\n", 1, 0.99) == 1


def test_a_node_that_declares_no_levels_has_none() -> None:
    assert _levels("", 1, 1) is None


def test_a_count_meets_every_threshold_up_to_itself() -> None:
    text = node("3.5.3") + "".join(
        node(f"3.5.3.{at}", 3, more=f"pourcentage: {share}\nindicateur: synergies\nseuil: {at}\n")
        for at, share in ((1, 20), (2, 40), (3, 40))
    )
    tree = only(read_text(text))
    met = statuses_from_counts(tree, {"synergies": 2})
    assert {node_id: status.kind.value for node_id, status in met.items()} == {
        "3.5.3.1": "done",
        "3.5.3.2": "done",
    }
    # 20 + 40 of 100.
    assert score([tree], met)["3.5.3"].ratio == Fraction(3, 5)
    assert statuses_from_counts(tree, {"autre": 2}) == {}
