"""What changed from one text of a framework to the next, in words."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from app.core.french import THIN, count, listing, number
from app.frameworks.differences import Changed, Differences, What

WORDS: Mapping[What, str] = {
    What.TITLE: "le titre",
    What.DEMAND: "ce qui est demandé",
    What.PROOFS: "les preuves attendues",
    What.COUNT: "ce que les données comptent",
    What.PARTS: "ce qui le compose",
    What.WEIGHT: "le poids",
    What.PLACE: "la place dans le référentiel",
    What.REST: "le contexte ou une règle de calcul",
}


def summed_up(found: Differences) -> str:
    """« 3 critères ajoutés, 1 retiré, 2 réécrits et 4 d’un autre poids »"""
    named = (
        (found.added, "ajouté", "ajoutés"),
        (found.removed, "retiré", "retirés"),
        (found.rewritten, "réécrit", "réécrits"),
        (found.reweighed, "d’un autre poids", "d’un autre poids"),
    )
    parts = [(len(group), one, many) for group, one, many in named if group]
    if not parts:
        return "rien ne change"
    (first, one, many), *others = parts
    begin = count(first, f"critère {one}", f"critères {many}")
    return listing([begin, *(count(n, one, many) for n, one, many in others)])


def what_changed(one: Changed) -> str:
    """« le titre et le poids »"""
    return listing([WORDS[what] for what in What if what in one.what])


def weight_change(one: Changed) -> str:
    """« 20 % → 12,5 % du total », or nothing where the weight is what it was."""
    if What.WEIGHT not in one.what:
        return ""
    return f"{_percent(one.weighed)} → {_percent(one.weighs)} du total"


def _percent(part: Fraction) -> str:
    return f"{number(float(part * 100), 3)}{THIN}%"
