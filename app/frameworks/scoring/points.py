"""Step 1 of domain.md §4: what each node is worth before anything is known of a territory."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from app.frameworks.format import NodeDraft, walk
from app.frameworks.scoring.exact import ZERO, total

# A tree that says no weight at all is counted in percent.
_WHOLE = Fraction(100)


def assign_points(roots: Sequence[NodeDraft]) -> dict[str, Fraction]:
    """Points by id, exact.

    Explicit points hold. A child without weight beside children with points has 0. A node
    without weight is the sum of its children. Then a percentage is taken of the parent, and
    children without one share the rest equally. A root that nothing weighs is worth 100.
    """
    nodes = list(walk(roots))
    points = _explicit(nodes)
    for node in reversed(nodes):
        known = [points[child.id] for child in node.children if child.id in points]
        # A root's percentage is of nothing that is there.
        has_percentage = node.percentage is not None and node.parent is not None
        if node.id not in points and not has_percentage and known:
            points[node.id] = total(known)
    for root in roots:
        points.setdefault(root.id, _WHOLE)
    for node in nodes:
        _share(node, points)
    return points


def _explicit(nodes: Sequence[NodeDraft]) -> dict[str, Fraction]:
    points = {node.id: Fraction(node.points) for node in nodes if node.points is not None}
    for node in nodes:
        if any(child.points is not None for child in node.children):
            for child in node.children:
                if child.percentage is None:
                    points.setdefault(child.id, ZERO)
    return points


def _share(node: NodeDraft, points: dict[str, Fraction]) -> None:
    """Give the children that have no points yet their part of `node`'s."""
    waiting = [child for child in node.children if child.id not in points]
    if not waiting:
        return
    whole = points[node.id]
    bare = [child.id for child in waiting if child.percentage is None]
    shares = [(child.id, child.percentage) for child in waiting if child.percentage is not None]
    for child_id, percentage in shares:
        points[child_id] = whole * Fraction(percentage) / 100
    if bare:
        # Beside a sibling whose points come from below, what has no weight has none.
        weighed = len(waiting) < len(node.children)
        percent = 0 if weighed else max(0, 100 - sum(share for _, share in shares))
        points.update(dict.fromkeys(bare, whole * Fraction(percent) / (100 * len(bare))))
