"""Levels, parts of them and the whole measure: nodes with others below them. Pure.

A status of their own goes before all that is said below (domain: a node's own status applies
its fractions whatever its children say; « non concerné » goes down to all). What is said below
is kept, and counts again once the status above is taken away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from app.frameworks.format import NodeDraft, walk
from app.frameworks.scoring import Score, layout_of, score_sheet
from app.maturity.kinds import CriterionStatus, RungState
from app.maturity.reading import Ground, counted, criterion_of, statuses_of
from app.maturity.standings import Confirmed, CriterionStanding, Proof, Rung, Standing

_ZERO = Fraction(0)


@dataclass(frozen=True)
class Decider:
    """A node whose own status, or « non concerné », goes before what stands below it."""

    ref: str
    title: str
    said: Confirmed


@dataclass(frozen=True)
class Part:
    """A node right below another, which `holds` others or none. `potential`: what can be reached
    of it here, in points."""

    ref: str
    title: str
    said: Confirmed | None
    concerned: bool
    share: Fraction | None
    done: Fraction
    potential: Fraction
    holds: bool


@dataclass(frozen=True)
class Branch:
    """A node with others below it, said or not.

    `criteria`: how many there are below it; `answered`: how many of them have an answer of their
    own, which is kept while this one decides. `above`: what decides of this one, the nearest.
    """

    criterion: CriterionStanding
    done: Fraction
    potential: Fraction
    criteria: int
    answered: int
    parts: tuple[Part, ...]
    above: Decider | None

    @property
    def decides(self) -> Decider | None:
        """Itself, where its own status goes before those below."""
        said = self.criterion.confirmed
        return _decider(self.criterion.ref, self.criterion.title, said)


def branches(ground: Ground) -> dict[str, Branch]:
    """Every node with others below it, in reading order, by id.

    The nameless root of a whole official framework is none: no address leads to it.
    """
    scores = score_sheet(ground.sheet, statuses_of(ground.confirmed))
    nodes = {node.id: node for node in walk(ground.roots)}
    proofs = _proofs(ground)
    return {
        node.id: _branch(ground, node, scores, nodes, proofs)
        for node in nodes.values()
        if node.children and node.id
    }


def decided_above(ground: Ground, ref: str) -> Decider | None:
    """The nearest node above this one that decides of it."""
    return _above(ground, {node.id: node for node in walk(ground.roots)}, ref)


def wholes_of(ground: Ground) -> tuple[Rung, ...]:
    """What holds the levels, from the outside in, with what was said of it or linked to it."""
    scores = score_sheet(ground.sheet, statuses_of(ground.confirmed))
    counting, _decided = counted(ground, ground.roots)
    proofs = _proofs(ground)
    return tuple(
        _whole(ground, node, scores[node.id], proofs.get(node.id, ()), counts=node.id in counting)
        for node in layout_of(ground.roots).wholes
    )


def _whole(
    ground: Ground, node: NodeDraft, total: Score, proofs: tuple[Proof, ...], *, counts: bool
) -> Rung:
    points = total.done if counts else _ZERO
    own = replace(criterion_of(ground, total, node, proofs), points=points)
    criteria = (own,) if proofs or node.id in ground.confirmed else ()
    return Rung(0, node.id, node.title, total.ratio, _state(total), criteria, points)


def _state(own: Score) -> RungState:
    if not own.concerned:
        return RungState.NOT_CONCERNED
    if own.ratio == 1:
        return RungState.REACHED
    return RungState.PARTIAL if own.done or own.planned else RungState.AHEAD


def rows(
    standing: Standing, found: Mapping[str, Branch]
) -> dict[str, tuple[CriterionStanding | Branch, ...]]:
    """By level, what a page lists below it in reading order: criteria, and the parts that hold
    them, of which nobody said anything."""
    return {rung.ref: tuple(_rows(rung, found)) for rung in standing.rungs}


def _rows(rung: Rung, found: Mapping[str, Branch]) -> Iterator[CriterionStanding | Branch]:
    """The level itself only where something proves it: its heading tells the rest."""
    known = {one.ref: one for one in rung.criteria}
    waiting = [rung.ref]
    while waiting:
        ref = waiting.pop()
        branch, own = found.get(ref), known.get(ref)
        is_level = ref == rung.ref
        if own and (branch is None or own.proofs or (branch.decides and not is_level)):
            yield own
        elif branch and not is_level:
            yield branch
        waiting.extend(part.ref for part in reversed(found[ref].parts if ref in found else ()))


def _branch(
    ground: Ground,
    node: NodeDraft,
    scores: Mapping[str, Score],
    nodes: Mapping[str, NodeDraft],
    proofs: Mapping[str, tuple[Proof, ...]],
) -> Branch:
    own = scores[node.id]
    leaves = [one for one in walk([node]) if not one.children]
    return Branch(
        criterion=criterion_of(ground, own, node, proofs.get(node.id, ())),
        done=own.done,
        potential=own.potential,
        criteria=len(leaves),
        answered=sum(is_answer(ground.confirmed.get(one.id)) for one in leaves),
        parts=tuple(_part(ground, scores[child.id], child) for child in node.children),
        above=_above(ground, nodes, node.id),
    )


def _proofs(ground: Ground) -> dict[str, tuple[Proof, ...]]:
    """By what they prove, as the year sees them."""
    found: dict[str, tuple[Proof, ...]] = {}
    for one in ground.proofs_seen:
        found[one.ref] = (*found.get(one.ref, ()), one)
    return found


def _part(ground: Ground, own: Score, node: NodeDraft) -> Part:
    said = ground.confirmed.get(node.id)
    return Part(
        node.id,
        node.title,
        said,
        own.concerned,
        own.ratio,
        done=own.done,
        potential=own.potential,
        holds=bool(node.children),
    )


def _above(ground: Ground, nodes: Mapping[str, NodeDraft], ref: str) -> Decider | None:
    node = nodes[ref]
    while node.parent is not None:
        node = nodes[node.parent]
        found = _decider(node.id, node.title, ground.confirmed.get(node.id))
        if found is not None:
            return found
    return None


def _decider(ref: str, title: str, said: Confirmed | None) -> Decider | None:
    return Decider(ref, title, said) if said is not None and is_answer(said) else None


def is_answer(said: Confirmed | None) -> bool:
    """« Non renseigné » of what concerns the territory says nothing."""
    return said is not None and (said.status is not CriterionStatus.UNSET or not said.concerned)
