"""The six steps of scoring, written straight from their text, slowly and without the engine.

Each question asks the others: no order of computation to get wrong. Only the reader
(`NodeDraft`) and `Status` are shared with what is tested.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TypeVar

from app.frameworks.format import NodeDraft, walk
from app.frameworks.kinds import StatusKind
from app.frameworks.scoring import Status

T = TypeVar("T")
ZERO = Fraction(0)


def _once(ask: Callable[[Reference, NodeDraft], T]) -> Callable[[Reference, NodeDraft], T]:
    """The answer for a node does not change: trees are asked about again and again."""

    def asked(self: Reference, node: NodeDraft) -> T:
        key = ask.__name__, node.id
        if key not in self.known:
            self.known[key] = ask(self, node)
        return self.known[key]  # type: ignore[return-value]

    return asked


class Reference:
    """Of one root, all in one file."""

    def __init__(self, root: NodeDraft, statuses: Mapping[str, Status]) -> None:
        self.root, self.statuses = root, statuses
        self.known: dict[tuple[str, str], object] = {}
        self.nodes = {node.id: node for node in walk([root])}
        self.splits = {node_id: self._split(node) for node_id, node in self.nodes.items()}
        self._cap()

    def score(self, node_id: str) -> tuple[object, ...]:
        """points, potential, done, planned, not_done, unset, concerned."""
        node = self.nodes[node_id]
        return (
            self.points(node),
            self.potential(node),
            *self.splits[node_id],
            self.concerned(node),
        )

    def _parent(self, node: NodeDraft) -> NodeDraft | None:
        return None if node.parent is None else self.nodes[node.parent]

    def _path(self, node: NodeDraft) -> list[NodeDraft]:
        above = self._parent(node)
        return [node] if above is None else [node, *self._path(above)]

    def _siblings(self, node: NodeDraft) -> tuple[NodeDraft, ...]:
        above = self._parent(node)
        return (node,) if above is None else above.children

    # (1) points

    @_once
    def _known_without_parent(self, node: NodeDraft) -> Fraction | None:
        if node.points is not None:
            return Fraction(node.points)
        if node.percentage is not None and node is not self.root:
            return None
        if any(other.points is not None for other in self._siblings(node)):
            return ZERO
        known = [self._known_without_parent(child) for child in node.children]
        if all(points is None for points in known):
            return None
        return sum((points for points in known if points is not None), ZERO)

    @_once
    def points(self, node: NodeDraft) -> Fraction:
        known = self._known_without_parent(node)
        if known is not None:
            return known
        above = self._parent(node)
        if above is None:
            return Fraction(100)
        if node.percentage is not None:
            return self.points(above) * Fraction(node.percentage) / 100
        if any(self._known_without_parent(other) is not None for other in above.children):
            return ZERO
        shares = [c.percentage for c in above.children if c.percentage is not None]
        rest = max(100 - sum((Fraction(share) for share in shares), ZERO), ZERO)
        return self.points(above) * rest / 100 / (len(above.children) - len(shares))

    # (2) factors

    def _holds(self, condition: str) -> bool:
        """ "si 1.2 non concerné" → whether nothing at or above 1.2 is declared not concerned."""
        words = condition.split()
        node = self.nodes.get(words[1])
        if node is None:
            return False
        said = [self.statuses.get(above.id) for above in self._path(node)]
        here = all(status is None or status.concerned for status in said)
        return here is ("non" not in words)

    @_once
    def _factor(self, node: NodeDraft) -> Fraction | None:
        found = None
        for above in self._path(node):
            for part in above.keys.get("facteur", "").split(";"):
                number, _, condition = part.strip().partition(" ")
                if number and (not condition or self._holds(condition)):
                    found = (Fraction(1) if found is None else found) * Fraction(number)
        return found

    @_once
    def adapted(self, node: NodeDraft) -> Fraction:
        factor = self._factor(node)
        if factor is not None:
            return self.points(node) * factor
        if node.children:
            return sum((self.adapted(child) for child in node.children), ZERO)
        return self.points(node)

    # (3) concerned

    def _is_off(self, node: NodeDraft) -> bool:
        rule, status = node.keys.get("desactive", "non"), self.statuses.get(node.id)
        off_by_rule = rule == "oui" or (rule != "non" and self._holds(rule))
        return off_by_rule or (status is not None and not status.concerned)

    @_once
    def concerned(self, node: NodeDraft) -> bool:
        if any(self._is_off(above) for above in self._path(node)):
            return False
        if not node.children or any(self.concerned(child) for child in node.children):
            return True
        status = self.statuses.get(node.id)
        return status is not None and status.kind is not StatusKind.UNSET

    # (4) potential

    def _is_inside_a_measure(self, node: NodeDraft) -> bool:
        for above in self._path(node):
            if "niveau_mesure" in above.keys:
                return len(node.id.split(".")) >= int(above.keys["niveau_mesure"])
        return True

    @_once
    def _from_below(self, node: NodeDraft) -> Fraction:
        if not self.concerned(node):
            return ZERO
        if not any(self.concerned(child) for child in node.children):
            return self.adapted(node)
        return sum((self._with_gain(child) for child in node.children), ZERO)

    def _receives(self, node: NodeDraft) -> bool:
        is_regulatory = "0" in node.id.split(".")
        return self.concerned(node) and self._from_below(node) != 0 and not is_regulatory

    @_once
    def _with_gain(self, node: NodeDraft) -> Fraction:
        above = self._parent(node)
        own = self._from_below(node)
        if above is None or not self._receives(node) or not self._is_inside_a_measure(above):
            return own
        lost = sum((self.adapted(c) for c in above.children if not self.concerned(c)), ZERO)
        return own + lost / sum(self._receives(child) for child in above.children)

    @_once
    def potential(self, node: NodeDraft) -> Fraction:
        above = self._parent(node)
        if above is None or not self._from_below(above):
            return self._from_below(node) if above is None else ZERO
        return self._with_gain(node) * self.potential(above) / self._from_below(above)

    # (5) done, planned, not done, unset

    def _own(self, node: NodeDraft) -> tuple[Fraction, ...] | None:
        status = self.statuses.get(node.id)
        if status is None or status.kind is StatusKind.UNSET or not self.concerned(node):
            return None
        if status.kind is StatusKind.DETAILED:
            return status.fractions
        kinds = (StatusKind.DONE, StatusKind.PLANNED, StatusKind.NOT_DONE)
        return tuple(Fraction(status.kind is kind) for kind in kinds)

    @_once
    def _split(self, node: NodeDraft) -> tuple[Fraction, ...]:
        own = self._own(node)
        if own is not None:
            return (*(self.potential(node) * part for part in own), ZERO)
        if not node.children:
            return ZERO, ZERO, ZERO, self.potential(node)
        return self._sum(self._split(child) for child in node.children)

    @staticmethod
    def _sum(splits: object) -> tuple[Fraction, ...]:
        return tuple(sum(column, ZERO) for column in zip(*splits, strict=True))  # type: ignore[call-overload]

    # (6) ceilings

    def _cap(self) -> None:
        before = dict(self.splits)
        for node in reversed(list(self.nodes.values())):
            names = [name.strip() for name in node.keys.get("score_plafond", "").split(",")]
            wanted = [before[name][0] for name in names if name in before]
            present = self.splits[node.id][0]
            if wanted and min(wanted) < present:
                self._scale(node, min(wanted) / present)
                self._add_up_again()

    def _scale(self, node: NodeDraft, ratio: Fraction) -> None:
        for below in walk([node]):
            done, planned, not_done, unset = self.splits[below.id]
            self.splits[below.id] = (done * ratio, planned, not_done + done * (1 - ratio), unset)

    def _add_up_again(self) -> None:
        for node in reversed(list(self.nodes.values())):
            if node.children and self._own(node) is None:
                self.splits[node.id] = self._sum(self.splits[child.id] for child in node.children)
