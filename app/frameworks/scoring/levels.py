"""Maturity levels, as a framework declares them on the nodes that hold them.

| key | on | meaning |
|---|---|---|
| `niveaux` | a measure | its children are levels; `cumulatifs` or `indépendants` |
| `seuil_niveau` | the same | percent of a level's potential to be done for it to be reached |
| `cycle` | any node | for how many years a proof counts |

A framework has one ladder and one cycle: the first node that declares one, in reading order,
wherever it stands. What another one declares has no effect, and `check_levels` says so.
« Lecture Maillage » stands beside the official percentage; both are indicative.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
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


def ladder_of(roots: Iterable[NodeDraft]) -> NodeDraft | None:
    """The node whose children are the levels; None where the framework has none."""
    return next(filter(_is_ladder, walk(roots)), None)


def _is_ladder(node: NodeDraft) -> bool:
    return "niveaux" in node.keys and bool(node.children) and level_rule(node) is not None


@dataclass(frozen=True)
class Layout:
    """A framework as a page lists it, in reading order.

    `wholes`: from the outside in, what holds the steps, the ladder last. `steps`: the levels,
    from number 1 on, and with number 0 what stands beside them. Without a ladder the children of
    the only root, or the roots, are the steps.
    """

    ladder: NodeDraft | None
    wholes: tuple[NodeDraft, ...]
    steps: tuple[tuple[int, NodeDraft], ...]


def layout_of(roots: Sequence[NodeDraft]) -> Layout:
    """Every node is one of the wholes, or in one of the steps."""
    ladder = ladder_of(roots)
    if ladder is not None:
        wholes = tuple(_path(roots, ladder))
        return Layout(ladder, wholes, tuple(_steps(roots, ladder, {one.id for one in wholes})))
    only = roots[0] if len(roots) == 1 and roots[0].children else None
    steps = only.children if only else roots
    return Layout(None, (only,) if only else (), tuple(enumerate(steps, start=1)))


def _path(roots: Iterable[NodeDraft], to: NodeDraft) -> Iterator[NodeDraft]:
    above = {node.id: node.parent for node in walk(roots)}
    ids: set[str | None] = set()
    node_id: str | None = to.id
    while node_id is not None:
        ids.add(node_id)
        node_id = above[node_id]
    return (node for node in walk(roots) if node.id in ids)


def _steps(
    nodes: Iterable[NodeDraft], ladder: NodeDraft, wholes: Container[str]
) -> Iterator[tuple[int, NodeDraft]]:
    for node in nodes:
        if node.id == ladder.id:
            yield from enumerate(node.children, start=1)
        elif node.id in wholes:
            yield from _steps(node.children, ladder, wholes)
        else:
            yield 0, node


def cycle_of(roots: Iterable[NodeDraft]) -> int | None:
    """For how many years a proof counts, in the whole framework; None where nothing says it."""
    found = (_cycle(node.keys["cycle"]) for node in walk(roots) if "cycle" in node.keys)
    return next(filter(None, found), None)


def _cycle(written: str) -> int | None:
    return int(written) if written.isdecimal() and 0 < int(written) <= LONGEST_CYCLE else None


def check_levels(roots: Iterable[NodeDraft]) -> list[Diagnostic]:
    """Warnings about keys of this file that have no effect as they are written."""
    tree = list(roots)
    ladder, cycle = ladder_of(tree), cycle_of(tree)
    return [
        remark(node.file, node.line, DiagnosticCode.UNREADABLE_RULE, f"« {node.id} » : {said}")
        for node in walk(tree)
        for said in (
            *_ladder_faults(node),
            *_second_faults(node, ladder, cycle),
            *count_faults(node.keys),
        )
    ]


def _second_faults(node: NodeDraft, ladder: NodeDraft | None, cycle: int | None) -> Iterator[str]:
    """One ladder and one cycle hold for a framework: what else is declared is told."""
    if ladder is not None and _is_ladder(node) and node.id != ladder.id:
        yield f"« niveaux » sans effet ; ceux de « {ladder.id} », plus haut, sont lus."
    own = _cycle(node.keys.get("cycle", ""))
    if own is not None and own != cycle:
        yield f"« cycle: {own} » sans effet ; {cycle} ans, déclarés plus haut, valent partout."


def _ladder_faults(node: NodeDraft) -> Iterator[str]:
    keys = node.keys
    if "niveaux" in keys and level_rule(node) is None:
        expected = "« cumulatifs » ou « indépendants » est attendu."
        yield f"« niveaux: {keys['niveaux']} » sans effet ; {expected}"
    elif "niveaux" in keys and not node.children:
        yield "« niveaux » sans effet ; rien ne se trouve en dessous."
    if "seuil_niveau" in keys and "niveaux" not in keys:
        yield "« seuil_niveau » sans « niveaux » : sans effet."
    if "seuil_niveau" in keys and not 0 < (number(keys["seuil_niveau"]) or 0) <= _ALL:
        expected = "un pourcentage de 1 à 100 est attendu."
        yield f"« seuil_niveau: {keys['seuil_niveau']} » : {expected}"
    if "cycle" in keys and _cycle(keys["cycle"]) is None:
        expected = f"un nombre d’années de 1 à {LONGEST_CYCLE} est attendu."
        yield f"« cycle: {keys['cycle']} » sans effet ; {expected}"
