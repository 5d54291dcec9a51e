"""Files made to be slow to read: each takes a size and gives about so many characters."""

from __future__ import annotations

from collections.abc import Callable, Mapping


def _node(node_id: str, more: str = "") -> str:
    return f"# T\n```yaml\nid: {node_id}\n{more}```\n"


NODE = _node("1")

HOSTILE: Mapping[str, Callable[[int], str]] = {
    "marks of headings": lambda n: "#" * n,
    "a title that closes and closes": lambda n: "## a" + " #" * (n // 2),
    "fences that stay open": lambda n: "# a\n```yaml\nid: 1\n" * (n // 18),
    "fences of other kinds that stay open": lambda n: NODE + "~~~a\n```b\n" * (n // 10),
    "one key again and again": lambda n: _node("1", "points: 1\n" * (n // 10)),
    "lines without a key": lambda n: _node("1", "abc\n" * (n // 4)),
    "a table in a table": lambda n: _node("1", "x: " + "{a: " * (n // 4) + "\n"),
    "many nested lists": lambda n: _node("1", f"x: {'[' * 1900}\n") * (n // 1940),
    "one id again and again": lambda n: NODE * (n // 24),
    "blank sections of one name": lambda n: NODE + ("## a\n" + "\n" * 50) * (n // 55),
    "spaces above an underline": lambda n: NODE + " " * n + "!\n---\n",
    "underlined lines": lambda n: NODE + "a\n===\n" * (n // 6),
    "comments that stay open": lambda n: NODE + "<!-- \n" * (n // 6),
    "accents without end": lambda n: "# e" + "\u0301\u0323" * (n // 4) + "\n" + NODE,
}
