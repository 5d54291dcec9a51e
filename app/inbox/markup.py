"""HTML of a mail as lines of text, what is quoted behind « > ». Pure, and in time linear in size.

A scanner of our own: what mail programs write is not HTML enough for a parser to be sure of its
time, and nothing but breaks of lines and the limits of quotations is wanted of it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

# where everything below is quoted, whatever closes afterwards
SEPARATOR = "-----Message d’origine-----"
_BREAKS = re.compile(
    r"address|article|blockquote|br|d[dlt]|div|h[1-6r]|[ou]l|li|p|pre|section|table|tr"
)
_HIDDEN = frozenset({"head", "script", "style", "title"})
_QUOTING = re.compile(
    r"\b(?:gmail_quote|yahoo_quoted|protonmail_quote|tutanota_quote|zmail_extra|"
    r"moz-cite-prefix|cite-prefix|__quoted_text__|ms-outlook-mobile-reference-message|"
    r"mail-editor-reference-message-container)\b",
    re.IGNORECASE,
)
_SIGNING = re.compile(
    r"\b(?:gmail_signature|moz-signature|ms-outlook-mobile-signature|protonmail_signature_block|"
    r"__sig_pre__)\b",
    re.IGNORECASE,
)
_BELOW = re.compile(r"\b(?:divrplyfwdmsg|appendonsend|zwchr|replysplit)\b", re.IGNORECASE)
_NAME = re.compile(r"/?\s*([a-z][a-z0-9]*)", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\f]+")
# the longest tag in which a mark is looked for; pictures are written into some
_LONGEST_TAG = 4000


def to_text(markup: str) -> str:
    """The lines that a reader sees; a quotation's begin with « > »."""
    page = _Page()
    for is_tag, piece in _pieces(markup):
        if is_tag:
            page.tag(piece)
        else:
            page.text(piece)
    page.end_line()
    return "\n".join(page.lines)


def _pieces(markup: str) -> Iterator[tuple[bool, str]]:
    """(is a tag, its inside) and (is not, text), each sign once; comments are left out."""
    place = 0
    while (start := markup.find("<", place)) >= 0:
        yield False, markup[place:start]
        is_comment = markup.startswith("<!--", start)
        end = markup.find("-->", start + 4) if is_comment else markup.find(">", start)
        if end < 0:
            if not is_comment:
                yield False, markup[start:]
            return
        if is_comment:
            place = end + 3
        elif markup[start + 1 : start + 2].isalpha() or markup[start + 1 : start + 2] in "/!?":
            yield True, markup[start + 1 : end]
            place = end + 1
        else:
            yield False, "<"
            place = start + 1
    yield False, markup[place:]


class _Page:
    """The lines so far, and in which element a quotation, a signature or hidden text stands."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._line: list[str] = []
        self._within: dict[str, tuple[str, int]] = {}

    def text(self, piece: str) -> None:
        if piece and not self._within.keys() & {"hidden", "signature"}:
            self._line.append(_SPACES.sub(" ", html.unescape(piece)))

    def tag(self, inside: str) -> None:
        found = _NAME.match(inside)
        if found is None:
            return
        name, closes = found[1].lower(), inside.startswith("/")
        if _BREAKS.fullmatch(name):
            # a closing paragraph and an opening one break the line once
            self.end_line(keep_empty=name == "br")
        if closes:
            self._close(name)
        elif not inside.endswith("/") or name == "br":
            self._open(name, inside[:_LONGEST_TAG])

    def _open(self, name: str, inside: str) -> None:
        for what, (container, depth) in list(self._within.items()):
            if container == name:
                self._within[what] = (container, depth + 1)
        if _BELOW.search(inside):
            self.end_line()
            self.lines.append(SEPARATOR)
        if name in _HIDDEN:
            self._within.setdefault("hidden", (name, 1))
        elif name == "blockquote" or _QUOTING.search(inside):
            self.end_line()
            self._within.setdefault("quote", (name, 1))
        elif _SIGNING.search(inside):
            self._within.setdefault("signature", (name, 1))

    def _close(self, name: str) -> None:
        for what, (container, depth) in list(self._within.items()):
            if container == name and depth == 1:
                self.end_line()
                del self._within[what]
            elif container == name:
                self._within[what] = (container, depth - 1)

    def end_line(self, *, keep_empty: bool = False) -> None:
        line = "".join(self._line).strip(" ")
        self._line.clear()
        if line or keep_empty:
            self.lines.append(f"> {line}" if "quote" in self._within else line)
