"""The documentation as the tests read it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
NOT_OURS = frozenset({".venv", "var", "node_modules", "vendor"})
FENCE = re.compile(r"^ {0,3}```.*?^ {0,3}```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]+`")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
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
