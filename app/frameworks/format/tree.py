"""Nodes of one or many files → one tree, parents by nesting or, across files, by id prefix.

A nested parent always wins; a file's outermost node looks for its nearest ancestor by
dotted components (`1.1` is no parent of `1.10`). Source: domain.md §4.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from app.frameworks.format import vocabulary as words
from app.frameworks.format.drafts import Diagnostic, NodeDraft, remark
from app.frameworks.format.ids import SortKey, ancestor_ids, is_prefix, sort_key
from app.frameworks.format.outline import RawNode
from app.frameworks.format.values import read_values
from app.frameworks.kinds import DiagnosticCode as Code

# Real frameworks need two (framework → axis → measure); a bound keeps hostile trees shallow.
_MOST_FILES_ON_A_PATH = 8


@dataclass(slots=True, eq=False)
class _Knot:
    """A node with an id of its own, its place in the tree still open."""

    raw: RawNode
    id: str
    parent: _Knot | None = None
    is_outermost: bool = False
    children: list[_Knot] = field(default_factory=list)


def plant(nodes: Iterable[RawNode]) -> tuple[list[NodeDraft], list[Diagnostic]]:
    """Roots in reading order, whatever the order of the files."""
    found: list[Diagnostic] = []
    knots = _named([node for node in nodes if node.id is not None], found)
    _nest(knots, found)
    _link_files(knots, found)
    for knot in knots:
        if knot.parent is not None:
            knot.parent.children.append(knot)
    roots = sorted((knot for knot in knots if knot.parent is None), key=_order)
    return [_draft(root, 0, found) for root in roots], found


def _order(knot: _Knot) -> SortKey:
    return sort_key(knot.id)


def _named(nodes: list[RawNode], found: list[Diagnostic]) -> list[_Knot]:
    """A second node of the same id is kept, under an id of its own."""
    knots: list[_Knot] = []
    taken: dict[str, RawNode] = {}
    copies: dict[str, int] = {}
    written = {node.id for node in nodes}
    for node in nodes:
        node_id = node.id or ""
        if node_id in taken:
            first = taken[node_id]
            node_id = _free_id(node_id, copies, written)
            where = f"{first.file}, ligne {first.line}"
            said = f"identifiant « {node.id or 'vide'} » déjà pris ({where}) :"
            message = f"{said} gardé sous « {node_id} » ; un identifiant unique est attendu."
            found.append(remark(node.file, node.line, Code.DUPLICATE_ID, message))
            for key in words.ID_KEYS:
                if key in node.keys:
                    node.keys[key] = node_id
        taken[node_id] = node
        knots.append(_Knot(node, node_id))
    return knots


def _free_id(node_id: str, copies: dict[str, int], written: set[str | None]) -> str:
    copy = copies.get(node_id, 1) + 1
    while f"{node_id}#{copy}" in written:
        copy += 1
    copies[node_id] = copy
    return f"{node_id}#{copy}"


def _nest(knots: list[_Knot], found: list[Diagnostic]) -> None:
    """Parents inside each file: where a node is written, and its id where a level is missing."""
    by_raw = {id(knot.raw): knot for knot in knots}
    above: dict[tuple[str, str], _Knot] = {}
    for knot in knots:
        knot.parent = _nested_parent(knot, by_raw, above, found)
        above[knot.raw.file, knot.id] = knot


def _nested_parent(
    knot: _Knot,
    by_raw: dict[int, _Knot],
    above: dict[tuple[str, str], _Knot],
    found: list[Diagnostic],
) -> _Knot | None:
    parent = _written_below(knot, by_raw)
    if parent is None:
        return None
    parent_id = parent.id.partition("#")[0]
    if not is_prefix(parent_id, knot.id):
        wanted = f"un identifiant qui commence par « {parent_id}. » est attendu."
        _tell_mismatch(knot, parent, wanted, found)
        nearer = None
    else:
        nearer = _named_nearer(knot, parent_id, above)
    if _skips_a_level(knot.raw):
        # With a level missing, nesting alone does not tell whose child this is.
        parent = nearer or parent
        said = f"nœud au niveau {knot.raw.level} alors qu’un niveau manque au-dessus : rattaché à"
        message = f"{said} « {parent.id or parent.raw.title[:60]} »."
        found.append(remark(knot.raw.file, knot.raw.line, Code.SKIPPED_LEVEL, message))
    elif nearer is not None:
        _tell_mismatch(knot, parent, f"« {nearer.id} » existe plus haut.", found)
    return parent


def _written_below(knot: _Knot, by_raw: dict[int, _Knot]) -> _Knot | None:
    above = knot.raw.parent
    while above is not None and id(above) not in by_raw:
        above = above.parent
    return None if above is None else by_raw[id(above)]


def _named_nearer(knot: _Knot, parent_id: str, above: dict[tuple[str, str], _Knot]) -> _Knot | None:
    """A node further up in the file that the id points to, below the one it is written under."""
    for ancestor in ancestor_ids(knot.id):
        if ancestor == parent_id:
            return None
        if (nearer := above.get((knot.raw.file, ancestor))) is not None:
            return nearer
    return None


def _skips_a_level(raw: RawNode) -> bool:
    return raw.parent is not None and raw.level > raw.parent.level + 2


def _tell_mismatch(knot: _Knot, parent: _Knot, why: str, found: list[Diagnostic]) -> None:
    said = f"« {knot.id} » est écrit sous « {parent.id} » : rattaché là où il est écrit ; {why}"
    found.append(remark(knot.raw.file, knot.raw.line, Code.PARENT_MISMATCH, said))


def _link_files(knots: list[_Knot], found: list[Diagnostic]) -> None:
    """Give each file's outermost nodes a parent in another file, without a loop."""
    by_id = {knot.id: knot for knot in knots}
    outermost = sorted((knot for knot in knots if knot.parent is None), key=_order)
    for knot in outermost:
        knot.is_outermost = True
    for knot in outermost:
        knot.parent = _parent_elsewhere(knot, by_id, found)
    heights: dict[int, int] = {}
    for knot in outermost:
        for step in reversed(_path_up(knot, heights)):
            above = None if step.parent is None else _outer(step.parent)
            height = 0 if above is None else heights.get(id(above), _MOST_FILES_ON_A_PATH) + 1
            if height > _MOST_FILES_ON_A_PATH:
                _cut(step, found)
                height = 0
            heights[id(step)] = height


def _parent_elsewhere(
    knot: _Knot, by_id: dict[str, _Knot], found: list[Diagnostic]
) -> _Knot | None:
    for distance, ancestor in enumerate(ancestor_ids(knot.id)):
        parent = by_id.get(ancestor)
        if parent is None:
            continue
        if distance and ancestor:
            said = f"« {ancestor_ids(knot.id)[0]} » manque : « {knot.id} » est rattaché à"
            message = f"{said} « {ancestor} »."
            found.append(remark(knot.raw.file, knot.raw.line, Code.MISSING_PARENT, message))
        return parent
    return None


def _path_up(knot: _Knot, known: dict[int, int]) -> list[_Knot]:
    """Outermost nodes from `knot` upwards, up to a known one, a root or a loop's closing."""
    path: dict[int, _Knot] = {}
    above: _Knot | None = knot
    while above is not None and id(above) not in known and id(above) not in path:
        path[id(above)] = above
        above = None if above.parent is None else _outer(above.parent)
    return list(path.values())


def _outer(knot: _Knot) -> _Knot:
    while knot.parent is not None and not knot.is_outermost:
        knot = knot.parent
    return knot


def _cut(knot: _Knot, found: list[Diagnostic]) -> None:
    above = "" if knot.parent is None else knot.parent.id
    knot.parent = None
    said = f"« {knot.id} » et « {above} » se contiennent l’un l’autre, ou sur trop de fichiers :"
    message = f"{said} « {knot.id} » est lu comme une racine."
    found.append(remark(knot.raw.file, knot.raw.line, Code.PARENT_LOOP, message))


def _draft(knot: _Knot, depth: int, found: list[Diagnostic]) -> NodeDraft:
    raw = knot.raw
    values = read_values(raw, found)
    knot.children.sort(key=lambda child: sort_key(child.id))
    return NodeDraft(
        id=knot.id,
        title=raw.title,
        parent=None if knot.parent is None else knot.parent.id,
        children=tuple(_draft(child, depth + 1, found) for child in knot.children),
        points=values.points,
        percentage=values.percentage,
        category=values.category,
        keys=raw.keys,
        sections={name: _trimmed(lines) for name, lines in raw.sections.items()},
        file=raw.file,
        line=raw.line,
        depth=depth,
    )


def _trimmed(lines: list[str]) -> str:
    first, last = 0, len(lines)
    while first < last and not lines[first].strip():
        first += 1
    while last > first and not lines[last - 1].strip():
        last -= 1
    return "\n".join(lines[first:last])
