"""A framework made ready for scoring: computed once a version, used for every territory.

Nodes are numbered in reading order, so a parent always comes before its children: going up
the numbers walks down the tree, going back walks up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from app.frameworks.format import NodeDraft, is_regulatory, walk
from app.frameworks.format.ids import components
from app.frameworks.scoring.exact import Unscaled, common_denominator, scaled
from app.frameworks.scoring.points import Origin, assign_points
from app.frameworks.scoring.rules import NO_RULES, Rules, rules_of

NO_PARENT = -1


@dataclass(frozen=True, slots=True)
class Sheet:
    """Parallel tuples, one place a node.

    `points` are what the framework says (step 1) and `origins` from where it has them, `sums`
    what its leaves add up to (step 2 without a factor). `shares` tells where redistribution
    happens.
    """

    ids: tuple[str, ...]
    places: dict[str, int]
    parents: tuple[int, ...]
    children: tuple[tuple[int, ...], ...]
    points: tuple[Fraction, ...]
    origins: tuple[Origin, ...]
    percentages: tuple[Decimal | None, ...]
    sums: tuple[Fraction, ...]
    shares: tuple[bool, ...]
    regulatory: tuple[bool, ...]
    rules: dict[int, Rules]


def prepare(roots: Sequence[NodeDraft]) -> Sheet:
    """Steps that need no status: points, measures, rules. Ids must be unique."""
    nodes = list(walk(roots))
    places = {node.id: place for place, node in enumerate(nodes)}
    by_id = assign_points(roots)
    points, origins = zip(*(by_id[node.id] for node in nodes), strict=True) if nodes else ((), ())
    children = tuple(tuple(places[child.id] for child in node.children) for node in nodes)
    rules = {place: rules_of(node) for place, node in enumerate(nodes)}
    parents = tuple(NO_PARENT if n.parent is None else places[n.parent] for n in nodes)
    return Sheet(
        ids=tuple(places),
        places=places,
        parents=parents,
        children=children,
        points=points,
        origins=origins,
        percentages=tuple(node.percentage for node in nodes),
        sums=_add_up(points, children),
        shares=_inside_measures(nodes, parents, rules),
        regulatory=tuple(is_regulatory(node.id) for node in nodes),
        rules={place: rule for place, rule in rules.items() if rule is not NO_RULES},
    )


def _add_up(points: Sequence[Fraction], children: Sequence[Sequence[int]]) -> tuple[Fraction, ...]:
    """What the leaves of each node add up to, in whole numbers over one denominator."""
    scale = common_denominator(points)
    written = scaled(points, scale)
    sums = written[:]
    for place in range(len(sums) - 1, -1, -1):
        if children[place]:
            sums[place] = sum(sums[child] for child in children[place])
    exact = Unscaled(scale)
    rows = zip(points, written, sums, strict=True)
    return tuple(own if sum_ == whole else exact[sum_] for own, whole, sum_ in rows)


def _inside_measures(
    nodes: Sequence[NodeDraft], parents: Sequence[int], rules: dict[int, Rules]
) -> tuple[bool, ...]:
    """Whether a node is a measure or stands below one.

    Declared: the nearest `niveau_mesure` at or above a node says how many id components a
    measure has (3 in CAE, 2 in ECi). Not declared: a measure is the outermost node of a file
    from which no other file's node hangs; the official folders hold one measure a file.
    """
    inside: list[bool] = []
    declared: list[int | None] = []
    spread = _over_several_files(nodes, parents)
    for place, (node, parent) in enumerate(zip(nodes, parents, strict=True)):
        above = None if parent == NO_PARENT else declared[parent]
        declared.append(rules[place].measure_components or above)
        needed = declared[place]
        if needed is not None:
            inside.append(len(components(node.id)) >= needed)
            continue
        is_outermost = parent == NO_PARENT or nodes[parent].file != node.file
        is_measure = is_outermost and not spread[place] and node.id != ""
        inside.append(is_measure or (parent != NO_PARENT and inside[parent]))
    return tuple(inside)


def _over_several_files(nodes: Sequence[NodeDraft], parents: Sequence[int]) -> list[bool]:
    spread = [False] * len(nodes)
    for place in range(len(nodes) - 1, 0, -1):
        parent = parents[place]
        if parent != NO_PARENT and (spread[place] or nodes[parent].file != nodes[place].file):
            spread[parent] = True
    return spread
