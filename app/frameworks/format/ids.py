"""Ids are text made of dotted components: their order, their ancestors, their kind.

Source: domain.md §4 (`1.2.3.2.10` after `.9`, `6.3.5altercom`, `6.3.5.4.a`, component 0).
"""

from __future__ import annotations

import re

MAX_ID_LENGTH = 80

_NUMBER_FIRST = re.compile(r"([0-9]*)(.*)", re.DOTALL)
_USUAL = re.compile(r"[0-9A-Za-z]+(?:\.[0-9A-Za-z]+)*(?:#[0-9]+)?")

ComponentKey = tuple[bool, int, str, str, str]
SortKey = tuple[ComponentKey, ...]


def sort_key(node_id: str) -> SortKey:
    """Natural order of ids: numbers by value, letters after numbers, "" before everything."""
    return tuple(_component_key(part) for part in components(node_id))


def components(node_id: str) -> tuple[str, ...]:
    """ "6.3.1" → ("6", "3", "1"); "" → ()."""
    return tuple(node_id.split(".")) if node_id else ()


def ancestor_ids(node_id: str) -> list[str]:
    """Ids that could be an ancestor's, nearest first, "" (a whole framework's root) last."""
    parts = components(node_id)
    return [".".join(parts[:count]) for count in range(len(parts) - 1, -1, -1)]


def is_prefix(ancestor: str, node_id: str) -> bool:
    """By components: "1.1" is a prefix of "1.1.2" and none of "1.10"."""
    return not ancestor or node_id.startswith(f"{ancestor}.")


def is_regulatory(node_id: str) -> bool:
    """A component 0 marks what the law already asks for; it receives no points."""
    return "0" in node_id and "0" in components(node_id)


def is_readable(node_id: str) -> bool:
    """A bar would end the id in the address of its page."""
    return len(node_id) <= MAX_ID_LENGTH and node_id.isprintable() and "/" not in node_id


def bare_id(written: str) -> str:
    """Without the spaces around it and the full stops after it: "6.3.1. " → "6.3.1"."""
    return written.strip().rstrip(".").rstrip()


def is_usual(node_id: str) -> bool:
    return _USUAL.fullmatch(node_id) is not None and node_id.casefold() != "null"


def _component_key(part: str) -> ComponentKey:
    # Digits are compared by length, then as text: int() refuses very long ones.
    match = _NUMBER_FIRST.match(part)
    digits, rest = match.groups() if match else ("", part)
    value = digits.lstrip("0")
    return (not digits, len(value), value, rest, part)
