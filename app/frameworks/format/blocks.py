"""Lines → blocks: node headings with their fence, section headings, other fences, text.

The rule that reads every real file (domain.md §4): a heading is a node if and only if the
next non-blank line opens a ```yaml fence. One pass; every line belongs to one block.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# Deeper than any real file (nodes stand at 1, 3, 5); keeps trees shallow whatever comes.
MAX_HEADING_LEVEL = 12

_HEADING = re.compile(rf" {{0,3}}(#{{1,{MAX_HEADING_LEVEL}}})(?:([ \t\xa0\u2009\u202f]+)(.*))?")
_UNSPACED = re.compile(rf" {{0,3}}(#{{1,{MAX_HEADING_LEVEL}}})([^#\s].*)")
_FENCE = re.compile(r" {0,3}(?:(`{3,})([^`]*)|(~{3,})(.*))")
_KEY_LINE = re.compile(r"[^\s:#][^:]{0,60}:|[ \t]+\S|#|- ")
_ODD_SPACE = re.compile("[\u2028\u2029\x85]")


@dataclass(frozen=True, slots=True)
class Heading:
    line: int
    level: int
    title: str
    spaced: bool = True
    usual_space: bool = True


@dataclass(frozen=True, slots=True)
class Fence:
    """`body` without the fence lines; `mark` is the run of ` or ~ that opened it."""

    line: int
    mark: str
    info: str
    body: tuple[str, ...]
    closed: bool


@dataclass(frozen=True, slots=True)
class NodeStart:
    heading: Heading
    fence: Fence


@dataclass(frozen=True, slots=True)
class Text:
    line: int
    text: str


Block = NodeStart | Heading | Fence | Text


def split_blocks(lines: list[str]) -> Iterator[Block]:
    """Blocks in order; `line` counts from 1."""
    return _Splitter(lines).blocks()


class _Splitter:
    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.following = _next_filled(lines)

    def blocks(self) -> Iterator[Block]:
        at = 0
        while at < len(self.lines):
            block, at = self._block_at(at)
            yield block

    def _block_at(self, at: int) -> tuple[Block, int]:
        heading = self._heading_at(at)
        if heading is not None and self._opens_node(at):
            fence, after = self._yaml_fence(self.following[at])
            return NodeStart(heading, fence), after
        if heading is not None and (heading.spaced or heading.level > 1):
            return heading, at + 1
        if _FENCE.fullmatch(self.lines[at]):
            return self._other_fence(at)
        return Text(at + 1, self.lines[at]), at + 1

    def _heading_at(self, at: int) -> Heading | None:
        line = self.lines[at]
        if match := _HEADING.fullmatch(line):
            space = match[2] or " "
            usual = not space.strip(" \t")
            return Heading(at + 1, len(match[1]), _clean_title(match[3] or ""), True, usual)
        if match := _UNSPACED.fullmatch(line):
            return Heading(at + 1, len(match[1]), _clean_title(match[2]), spaced=False)
        return None

    def _opens_node(self, at: int) -> bool:
        """Whether the heading at `at` is a node's."""
        following = self.following[at]
        if following >= len(self.lines):
            return False
        match = _FENCE.fullmatch(self.lines[following])
        return match is not None and is_yaml(_info(match))

    def _yaml_fence(self, at: int) -> tuple[Fence, int]:
        match = _FENCE.fullmatch(self.lines[at])
        assert match is not None, "called on a fence"
        mark, info = _mark(match), _info(match)
        head = tuple(word for word in info.split(maxsplit=1)[1:])
        stop = at + 1
        while stop < len(self.lines):
            if _closes(self.lines[stop], mark[:3]):
                body = head + tuple(self.lines[at + 1 : stop])
                return Fence(at + 1, mark, info, body, closed=True), stop + 1
            if self._betrays_open_fence(stop):
                break
            stop += 1
        stop = self._last_key_line(at, stop)
        body = head + tuple(self.lines[at + 1 : stop])
        return Fence(at + 1, mark, info, body, closed=False), stop

    def _betrays_open_fence(self, at: int) -> bool:
        """A sub-heading or another fence's opening: the fence above was never closed."""
        heading = _HEADING.fullmatch(self.lines[at])
        return (heading is not None and len(heading[1]) > 1) or (
            _FENCE.fullmatch(self.lines[at]) is not None
        )

    def _last_key_line(self, at: int, limit: int) -> int:
        stop = at + 1
        while stop < limit and _KEY_LINE.match(self.lines[stop]):
            if self.lines[stop].startswith("#") and self._opens_node(stop):
                break
            stop += 1
        return stop

    def _other_fence(self, at: int) -> tuple[Fence, int]:
        match = _FENCE.fullmatch(self.lines[at])
        assert match is not None, "called on a fence"
        mark = _mark(match)
        stop = at + 1
        while stop < len(self.lines):
            if _closes(self.lines[stop], mark):
                body = tuple(self.lines[at + 1 : stop])
                return Fence(at + 1, mark, _info(match), body, closed=True), stop + 1
            # A short fence left open must not swallow the nodes below it.
            if len(mark) == 3 and self._heading_at(stop) and self._opens_node(stop):
                break
            stop += 1
        body = tuple(self.lines[at + 1 : stop])
        return Fence(at + 1, mark, _info(match), body, closed=False), stop


def is_yaml(info: str) -> bool:
    words = info.split(maxsplit=1)
    return bool(words) and words[0].casefold() in {"yaml", "yml"}


def _mark(match: re.Match[str]) -> str:
    return match[1] or match[3]


def _info(match: re.Match[str]) -> str:
    return (match[2] or match[4] or "").strip()


def _closes(line: str, mark: str) -> bool:
    bare = line.strip()
    return bare.startswith(mark) and not bare.strip(mark[0])


def _next_filled(lines: list[str]) -> list[int]:
    """For each line, the index of the next one that is not blank; len(lines) when none is."""
    following = [len(lines)] * len(lines)
    for at in range(len(lines) - 2, -1, -1):
        following[at] = at + 1 if lines[at + 1].strip() else following[at + 1]
    return following


def _clean_title(raw: str) -> str:
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
