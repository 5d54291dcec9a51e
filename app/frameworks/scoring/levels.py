"""Maturity levels, as a framework declares them on the nodes that hold them.

| key | on | meaning |
|---|---|---|
| `niveaux` | a measure | its children are levels; `cumulatifs` or `indépendants` |
| `seuil_niveau` | a measure | percent of a level's potential to be done for it to be reached |
| `cycle` | a root | for how many years a proof counts |

« Lecture Maillage » stands beside the official percentage; both are indicative.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.core.folding import fold
from app.frameworks.format import Diagnostic, NodeDraft, walk
from app.frameworks.format.drafts import remark
from app.frameworks.format.vocabulary import number
from app.frameworks.kinds import DiagnosticCode
from app.frameworks.scoring.engine import Score
from app.frameworks.scoring.thresholds import count_faults

_ALL = Fraction(100)
LONGEST_CYCLE = 20


@dataclass(frozen=True)
class LevelRule:
    """When a level is reached: this share of its potential done, and those below it or not."""

    threshold: Fraction
    cumulative: bool


def level_rule(measure: NodeDraft) -> LevelRule | None:
    """What `niveaux` and `seuil_niveau` say; None when the node declares no levels."""
    rule = fold(measure.keys.get("niveaux", ""))
    if rule not in {"cumulatifs", "independants"}:
        return None
    raw = number(measure.keys.get("seuil_niveau", ""))
    threshold = Fraction(raw) if raw is not None and 0 < raw <= _ALL else Fraction(_ALL)
    return LevelRule(threshold / 100, rule == "cumulatifs")


def reached_level(measure: NodeDraft, scores: Mapping[str, Score]) -> int | None:
    """The level reached, 0 for none; None when the node declares no levels.

    `cumulatifs`: every level below must be reached too. Levels that are not concerned
    neither help nor hinder.
    """
    rule = level_rule(measure)
    if rule is None:
        return None
    level = 0
    for rank, child in enumerate(measure.children, start=1):
        ratio = scores[child.id].ratio
        if ratio is None:
            continue
        if ratio >= rule.threshold:
            level = rank
        elif rule.cumulative:
            break
    return level


def cycle_of(roots: Sequence[NodeDraft]) -> int | None:
    """For how many years a proof counts: `cycle` on the framework's first root."""
    return _cycle(roots[0].keys.get("cycle", "")) if roots else None


def _cycle(written: str) -> int | None:
    return int(written) if written.isdecimal() and 0 < int(written) <= LONGEST_CYCLE else None


def check_levels(roots: Iterable[NodeDraft]) -> list[Diagnostic]:
    """Warnings about keys of this file that have no effect as they are written."""
    return [
        remark(node.file, node.line, DiagnosticCode.UNREADABLE_RULE, f"« {node.id} » : {said}")
        for node in walk(roots)
        for said in (*_ladder_faults(node), *count_faults(node.keys))
    ]


def _ladder_faults(node: NodeDraft) -> Iterator[str]:
    keys = node.keys
    if "niveaux" in keys and level_rule(node) is None:
        expected = "« cumulatifs » ou « indépendants » est attendu."
        yield f"« niveaux: {keys['niveaux']} » sans effet ; {expected}"
    if "seuil_niveau" in keys and not 0 < (number(keys["seuil_niveau"]) or 0) <= _ALL:
        expected = "un pourcentage de 1 à 100 est attendu."
        yield f"« seuil_niveau: {keys['seuil_niveau']} » : {expected}"
    if "cycle" in keys and _cycle(keys["cycle"]) is None:
        expected = f"un nombre d’années de 1 à {LONGEST_CYCLE} est attendu."
        yield f"« cycle: {keys['cycle']} » sans effet ; {expected}"
