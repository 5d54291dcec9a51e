"""Step 1 of domain.md §4: what each node is worth before anything is known of a territory."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from app.frameworks.format import NodeDraft, walk
from app.frameworks.scoring.exact import ZERO, total

# A tree that says no weight at all is counted in percent.
WHOLE = Fraction(100)


class Origin(enum.Enum):
    """Where a node's points come from."""

    WRITTEN = enum.auto()
    NOTHING_BESIDE_POINTS = enum.auto()
    CHILDREN = enum.auto()
    WHOLE = enum.auto()
    PERCENTAGE = enum.auto()
    EQUAL_SHARE = enum.auto()


FROM_BELOW = frozenset({Origin.WRITTEN, Origin.NOTHING_BESIDE_POINTS, Origin.CHILDREN})


class Worth(NamedTuple):
    points: Fraction
    origin: Origin


_ALL, _NONE = Decimal(100), Decimal(0)
_NOTHING = Worth(ZERO, Origin.NOTHING_BESIDE_POINTS)


def assign_points(roots: Sequence[NodeDraft]) -> dict[str, Worth]:
    """Points by id, exact, and where they come from.

    Explicit points hold. A child without weight beside children with points has 0. A node
    without weight is the sum of its children. Then a percentage is taken of the parent, and
    children without one share the rest equally. A root that nothing weighs is worth 100.
    """
    nodes = list(walk(roots))
    worth = _explicit(nodes)
    for node in reversed(nodes):
        if node.id in worth or not node.children:
            continue
        known = [worth[child.id].points for child in node.children if child.id in worth]
        # A root's percentage is of nothing that is there.
        if known and (node.percentage is None or node.parent is None):
            worth[node.id] = Worth(total(known), Origin.CHILDREN)
    for root in roots:
        worth.setdefault(root.id, Worth(WHOLE, Origin.WHOLE))
    for node in nodes:
        if node.children:
            _share(node, worth)
    return worth


def _explicit(nodes: Sequence[NodeDraft]) -> dict[str, Worth]:
    worth = {
        node.id: Worth(Fraction(node.points), Origin.WRITTEN)
        for node in nodes
        if node.points is not None
    }
    for node in nodes:
        if any(child.points is not None for child in node.children):
            for child in node.children:
                if child.percentage is None:
                    worth.setdefault(child.id, _NOTHING)
    return worth


def _share(node: NodeDraft, worth: dict[str, Worth]) -> None:
    """Give the children that have no points yet their part of `node`'s."""
    waiting = [child for child in node.children if child.id not in worth]
    if not waiting:
        return
    whole = worth[node.id].points
    rest, bare = _ALL, []
    for child in waiting:
        if child.percentage is None:
            bare.append(child.id)
            continue
        rest -= child.percentage
        worth[child.id] = Worth(_percent_of(whole, child.percentage), Origin.PERCENTAGE)
    if not bare:
        return
    # Beside a sibling whose points come from below, what has no weight has none.
    if len(waiting) < len(node.children):
        worth.update(dict.fromkeys(bare, _NOTHING))
        return
    part = _percent_of(whole, max(_NONE, rest), among=len(bare))
    worth.update(dict.fromkeys(bare, Worth(part, Origin.EQUAL_SHARE)))


def _percent_of(whole: Fraction, percentage: Decimal, among: int = 1) -> Fraction:
    """A percentage of `whole`, parted equally: one fraction made, and no other on the way."""
    top, bottom = percentage.as_integer_ratio()
    return Fraction(whole.numerator * top, whole.denominator * bottom * 100 * among)
