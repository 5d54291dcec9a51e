"""Lines → blocks: node headings with their fence, section headings, other fences, text.

The rule that reads every real file (domain.md §4): a heading is a node if and only if the
next non-blank line opens a ```yaml fence. One pass; every line belongs to one block.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from app.frameworks.format.marks import (
    Mark,
    closes,
    fence_mark,
    heading_mark,
    is_blank,
    longest_closers,
    underline_level,
)

_KEY_LINE = re.compile(r"[^\s:#][^:]{0,60}:|[ \t]+\S|#|- ")
_ODD_SPACE = re.compile("[\u2028\u2029\x85]")
_SIGNS = "#`~"


@dataclass(frozen=True, slots=True)
class Heading:
    """`is_underlined`: written as a line of text above a line of = or -."""

    line: int
    level: int
    title: str
    spaced: bool = True
    usual_space: bool = True
    is_underlined: bool = False


@dataclass(frozen=True, slots=True)
class Fence:
    """`body` without the fence lines; `mark` is the run of ` or ~ that opened it."""

    line: int
    mark: str
    info: str
    body: tuple[str, ...]
    closed: bool
    indent: str = ""


@dataclass(frozen=True, slots=True)
class NodeStart:
    heading: Heading
    fence: Fence


@dataclass(frozen=True, slots=True)
class Text:
    """Lines that are nothing else, as many as follow each other."""

    line: int
    lines: tuple[str, ...]


Block = NodeStart | Heading | Fence | Text


def split_blocks(lines: list[str]) -> Iterator[Block]:
    """Blocks in order; `line` counts from 1."""
    return _Splitter(lines).blocks()


class _Splitter:
    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.yaml_fences = frozenset(at for at, line in enumerate(lines) if _opens_yaml(line))

    def blocks(self) -> Iterator[Block]:
        at = 0
        for start in _possible_starts(self.lines):
            found = self._block_at(start) if start >= at else None
            if found is None:
                continue
            if at < start:
                yield Text(at + 1, tuple(self.lines[at:start]))
            block, at = found
            yield block
        if at < len(self.lines):
            yield Text(at + 1, tuple(self.lines[at:]))

    @cached_property
    def closers(self) -> dict[str, list[int]]:
        return longest_closers(self.lines)

    def _block_at(self, at: int) -> tuple[Block, int] | None:
        """The block that begins here and where the next one does; None for text."""
        if (node := self._node_at(at)) is not None:
            titled, opened = node
            fence, after = self._yaml_fence(opened)
            return NodeStart(titled, fence), after
        heading = self._heading_at(at)
        if heading is not None and (heading.spaced or heading.level > 1):
            return heading, at + 1
        mark = fence_mark(self.lines[at])
        return None if mark is None else self._other_fence(at, mark)

    def _node_at(self, at: int) -> tuple[Heading, int] | None:
        """The heading of a node that stands here, and the line of its fence."""
        heading = self._heading_at(at)
        if heading is None:
            return self._underlined_node_at(at)
        opened = self._next_filled(at)
        return (heading, opened) if opened in self.yaml_fences else None

    def _underlined_node_at(self, at: int) -> tuple[Heading, int] | None:
        level = underline_level(self.lines, at)
        if level is None or (opened := self._next_filled(at + 1)) not in self.yaml_fences:
            return None
        title = clean_title(self.lines[at])
        return Heading(at + 1, level, title, is_underlined=True), opened

    def _next_filled(self, at: int) -> int:
        """The next line that is not blank; blank lines are passed by the mark above them alone."""
        at += 1
        while at < len(self.lines) and is_blank(self.lines[at]):
            at += 1
        return at

    def _heading_at(self, at: int) -> Heading | None:
        mark = heading_mark(self.lines[at])
        if mark is None:
            return None
        title = clean_title(mark.text)
        return Heading(at + 1, len(mark.run), title, mark.spaced, mark.usual_space)

    def _yaml_fence(self, at: int) -> tuple[Fence, int]:
        mark = fence_mark(self.lines[at])
        assert mark is not None, "called on a fence"
        head = tuple(mark.text.split(maxsplit=1)[1:])
        stop, closed = at + 1, False
        while stop < len(self.lines):
            if closes(self.lines[stop], mark.run[:3]):
                closed = True
                break
            if self._betrays_open_fence(stop):
                break
            stop += 1
        if not closed:
            stop = self._last_key_line(at, stop)
        body = head + tuple(self.lines[at + 1 : stop])
        fence = Fence(at + 1, mark.run, mark.text, body, closed, mark.indent)
        return fence, stop + closed

    def _betrays_open_fence(self, at: int) -> bool:
        """A sub-heading or another fence's opening: the fence above was never closed."""
        heading = heading_mark(self.lines[at])
        is_sub_heading = heading is not None and heading.spaced and len(heading.run) > 1
        return is_sub_heading or fence_mark(self.lines[at]) is not None

    def _last_key_line(self, at: int, limit: int) -> int:
        stop = at + 1
        while stop < limit and _KEY_LINE.match(self.lines[stop]):
            if self.lines[stop].startswith("#") and self._node_at(stop) is not None:
                break
            stop += 1
        return stop

    def _other_fence(self, at: int, mark: Mark) -> tuple[Fence, int]:
        # A fence left open must not swallow the nodes below it. Three marks may be that, or
        # an example that holds a node; four and more are, where nothing closes them.
        may_be_open = len(mark.run) == 3 or len(mark.run) > self.closers[mark.run[0]][at + 1]
        stop, closed = at + 1, False
        while stop < len(self.lines):
            if closes(self.lines[stop], mark.run):
                closed = True
                break
            if may_be_open and self._node_at(stop) is not None:
                break
            stop += 1
        body = tuple(self.lines[at + 1 : stop])
        return Fence(at + 1, mark.run, mark.text, body, closed, mark.indent), stop + closed


def is_yaml(info: str) -> bool:
    words = info.split(maxsplit=1)
    return bool(words) and words[0].casefold() in {"yaml", "yml"}


def _opens_yaml(line: str) -> bool:
    if "```" not in line and "~~~" not in line:
        return False
    mark = fence_mark(line)
    return mark is not None and is_yaml(mark.text)


def _possible_starts(lines: list[str]) -> Iterator[int]:
    """All lines that begin with a mark, or stand above an underline: the others are text."""
    for at, line in enumerate(lines):
        first = line[:1]
        if first in ("", " ", "\t"):
            first = line.lstrip(" \t")[:1]
        if (first and first in _SIGNS) or underline_level(lines, at) is not None:
            yield at


def clean_title(raw: str) -> str:
    """Without the closing hashes that Markdown allows, on one line."""
    title = _ODD_SPACE.sub(" ", raw).strip()
    end = len(title)
    while True:
        hashes = end
        while hashes and title[hashes - 1] == "#":
            hashes -= 1
        if hashes == end or (hashes and not title[hashes - 1].isspace()):
            return title[:end]
        end = hashes
        while end and title[end - 1].isspace():
            end -= 1
