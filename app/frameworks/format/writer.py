"""A tree → one file of the official format, or its files, which read back to the same tree."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from app.frameworks.format import vocabulary as words
from app.frameworks.format.drafts import NodeDraft, walk
from app.frameworks.format.marks import MAX_HEADING_LEVEL

# Plain YAML for what is plain beyond doubt; quotes for the rest.
_PLAIN = re.compile(r"[0-9A-Za-zÀ-ÿŒœ_](?:[0-9A-Za-zÀ-ÿŒœ_.,’'()/+-]| (?! |$))*")


def write(roots: Iterable[NodeDraft]) -> bytes:
    """UTF-8 Markdown: headings at odd levels for nodes, at even ones for sections; at all levels
    where the tree is deeper than that. Deeper than there are levels, it takes several files.

    `read` of it gives the same nodes, but for `file` and `line`.
    """
    return "\n".join(line for root in roots for line in _top(root)).encode("utf-8")


def write_files(roots: Iterable[NodeDraft]) -> dict[str, bytes]:
    """Each node in the file that it says: file → content, as the official folders are.

    A node of another file than its parent's stands outermost there, and its id says where it
    belongs. `read` of the files, in whatever order, gives the same nodes, but for `line`.
    """
    lines: dict[str, list[str]] = {}
    for node in walk(roots):
        lines.setdefault(node.file, [])
    for node in _outermost(roots):
        lines[node.file] += _top(node, within=node.file)
    return {file: "\n".join(written).encode("utf-8") for file, written in lines.items()}


def _outermost(roots: Iterable[NodeDraft]) -> Iterator[NodeDraft]:
    for root in roots:
        yield root
        for node in walk([root]):
            yield from (child for child in node.children if child.file != node.file)


def _top(node: NodeDraft, within: str | None = None) -> Iterator[str]:
    """Lines of a node and of those below it; with `within`, of those of that file."""
    fits = 2 * _height(node, within) - 1 < MAX_HEADING_LEVEL
    return _node(node, 1, 2 if fits else 1, within)


def _below(node: NodeDraft, within: str | None) -> list[NodeDraft]:
    return [child for child in node.children if within in (None, child.file)]


def _height(node: NodeDraft, within: str | None) -> int:
    return 1 + max((_height(child, within) for child in _below(node, within)), default=0)


def _node(node: NodeDraft, level: int, step: int, within: str | None) -> Iterator[str]:
    yield f"{'#' * level} {node.title}"
    yield "```yaml"
    for key, value in _keys(node).items():
        yield f"{_scalar(key)}: {_scalar(value)}"
    yield "```"
    last = ""
    for last, text in node.sections.items():
        if level < MAX_HEADING_LEVEL:
            # else it is the description, and stands right after the fence
            yield f"{'#' * (level + 1)} {last}"
        if text:
            yield text
        yield ""
    children = _below(node, within)
    if children and last not in words.KEYWORDS:
        yield f"{'#' * (level + 1)} Actions"
    for child in children:
        yield from _node(child, level + step, step, within)


def _keys(node: NodeDraft) -> Mapping[str, str]:
    """The raw keys; values that a draft made by hand has only as attributes are added."""
    keys = dict(node.keys)
    if not any(key in keys for key in words.ID_KEYS):
        keys = {"id": node.id, **keys}
    _add_number(keys, "points", node.points)
    _add_number(keys, "pourcentage", node.percentage)
    if node.category is not None:
        keys.setdefault("categorie", node.category)
    return keys


def _add_number(keys: dict[str, str], key: str, value: Decimal | None) -> None:
    if value is not None:
        keys.setdefault(key, f"{value:f}")


def _scalar(text: str) -> str:
    if _PLAIN.fullmatch(text):
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(char if char.isprintable() else _escape(char) for char in quoted)


def _escape(char: str) -> str:
    code = ord(char)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
