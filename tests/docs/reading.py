"""The documentation as the tests read it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
NOT_OURS = frozenset({".venv", "var", "node_modules", "vendor"})
FENCE = re.compile(r"^ {0,3}```.*?^ {0,3}```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]+`")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
ROWS = re.compile(r"(?:^\|.*\n?)+", re.MULTILINE)
RULE = re.compile(r"\|(?: *:?-+:? *\|)+")
HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)


def markdown_files() -> list[Path]:
    """Every Markdown file of the project, but for what somebody else wrote."""
    found = PROJECT.rglob("*.md")
    return sorted(
        path
        for path in found
        if not any(
            part in NOT_OURS or part.startswith(".") for part in path.relative_to(PROJECT).parts
        )
    )


def page(name: str) -> str:
    return (PROJECT / name).read_text(encoding="utf-8")


def prose(text: str) -> str:
    """A page without its examples."""
    return CODE.sub("", FENCE.sub("", text))


def code_words(text: str) -> Iterator[str]:
    """What stands in backticks or in examples, line by line."""
    for block in FENCE.findall(text):
        yield from block.split("\n")[1:-1]
    yield from (found.strip("`") for found in CODE.findall(FENCE.sub("", text)))


def links(text: str) -> list[str]:
    return LINK.findall(prose(text))


def anchors(text: str) -> set[str]:
    """The names under which a page's headings can be linked to."""
    bare = (heading.replace("`", "").lower() for heading in HEADING.findall(FENCE.sub("", text)))
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in bare}


def headless_tables(text: str) -> list[str]:
    """The first rows of what would be read as a table and has no rule below its head.

    A blank line in the middle of a table makes two of it, and the second one is none.
    """
    tables = (found.splitlines() for found in ROWS.findall(FENCE.sub("", text)))
    return [rows[0] for rows in tables if len(rows) == 1 or not RULE.fullmatch(rows[1].strip())]


def crowded(text: str) -> list[str]:
    """Headings, and paragraphs that begin with a title, that run into the line before them."""
    lines = FENCE.sub("", text).split("\n")
    return [
        line
        for before, line in pairwise(lines)
        if before.strip()
        and not HEADING.match(before)
        and (HEADING.match(line) or line.startswith("**"))
    ]
