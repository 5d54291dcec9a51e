"""The marks that a line of Markdown begins with: `#`, ``` and ~~~, and lines of = or -."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

# Deeper than any real file (nodes stand at 1, 3, 5); keeps trees shallow whatever comes.
MAX_HEADING_LEVEL = 12
# Beyond three spaces Markdown sees code that is no fence; a node's fence is one all the same.
_MOST_INDENT = 3

_HEADING = re.compile(
    rf" {{0,{_MOST_INDENT}}}(#{{1,{MAX_HEADING_LEVEL}}})(?:([ \t\xa0\u2009\u202f]+)(.*))?"
)
_UNSPACED = re.compile(rf" {{0,{_MOST_INDENT}}}(#{{1,{MAX_HEADING_LEVEL}}})([^#\s].*)")
_FENCE = re.compile(r"([ \t]*)(?:(`{3,})([^`]*)|(~{3,})(.*))")
_YAML = re.compile(r"\s*ya?ml(?!\S)", re.IGNORECASE)
_UNDERLINE = re.compile(r" {0,3}(?:(=+)|-+)[ \t]*")
# Of a line without the spaces around it: with them, the last of these would look at each again.
_NO_TITLE = re.compile(r"[#`~>|]|[-*+][ \t]|[0-9]{1,9}[.)][ \t]|[-=*_\s]+$")
# Left by copying from pages and word processors: zero-width spaces, soft hyphens.
_INVISIBLE = "\u200b\u200c\u2060\xad"


@dataclass(frozen=True, slots=True)
class Mark:
    """`run` of the mark, then `text`: a title, or what a fence says it holds."""

    run: str
    text: str
    indent: str = ""
    spaced: bool = True
    usual_space: bool = True


def is_blank(line: str) -> bool:
    return not line or not line.strip().strip(_INVISIBLE)


def heading_mark(line: str) -> Mark | None:
    if match := _HEADING.fullmatch(line):
        space = match[2] or " "
        return Mark(match[1], match[3] or "", usual_space=not space.strip(" \t"))
    if match := _UNSPACED.fullmatch(line):
        return Mark(match[1], match[2], spaced=False)
    return None


def fence_mark(line: str) -> Mark | None:
    """The opening of a fence; of a YAML one however far it is indented."""
    match = _FENCE.fullmatch(line)
    if match is None:
        return None
    info = (match[3] or match[5] or "").strip().strip(_INVISIBLE)
    if is_deep(match[1]) and not _YAML.match(info):
        return None
    return Mark(match[2] or match[4], info, match[1])


def is_deep(indent: str) -> bool:
    return "\t" in indent or len(indent) > _MOST_INDENT


def closes(line: str, mark: str) -> bool:
    bare = line.strip().strip(_INVISIBLE)
    return bare.startswith(mark) and not bare.strip(mark[0])


def underline_level(lines: Sequence[str], at: int) -> int | None:
    """1 or 2 where the line after `at` underlines a title with = or -."""
    if at + 1 >= len(lines) or lines[at + 1].lstrip(" ")[:1] not in ("=", "-"):
        return None
    underline = _UNDERLINE.fullmatch(lines[at + 1])
    if underline is None or is_blank(lines[at]) or _NO_TITLE.match(lines[at].strip()):
        return None
    return 1 if underline[1] else 2


def longest_closers(lines: list[str]) -> dict[str, list[int]]:
    """For ` and ~, at each line: how long the longest run is that stands alone from there on."""
    found = {char: [0] * (len(lines) + 1) for char in "`~"}
    for at in range(len(lines) - 1, -1, -1):
        bare = lines[at].strip().strip(_INVISIBLE)
        for char, longest in found.items():
            alone = bool(bare) and not bare.strip(char)
            longest[at] = max(longest[at + 1], len(bare) if alone else 0)
    return found
