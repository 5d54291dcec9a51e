"""One line's text, taken apart piece by piece; what nobody understands stays."""

from __future__ import annotations

import re
from datetime import date

from app.core.folding import fold
from app.plans.quick_lines.book import Book, Who, is_civil
from app.plans.quick_lines.dates import When, read_date

MOST_WORDS = 8
# before these words a date says what something is, not when it is due: « le bilan du 12/03 »
_NO_DEADLINE = frozenset(["du", "de", "des", "d", "au", "aux", "et", "entre", "depuis", "ou"])
_CONNECTING = frozenset(["de", "du", "des", "d", "la", "le", "les", "l", "sur", "en"])
_WORD = re.compile(r"\S+")
_NAME_WORD = re.compile(r"[^\s,;:()\[\]@#!?]+")
_AT = re.compile(r"(?<!\S)(?P<before>\(?)@\s?(?=\S)")
_HASH = re.compile(r"(?<!\S)#\s?(?=[^\W\d])")
_QUOTED = re.compile(r"""["«“]\s*(?P<name>[^"»”]+?)\s*["»”]""")
_TIME = re.compile(r"\s(?:(?:à|vers)\s)?\d{1,2}\s?h(?:\d\d)?$")
_IN_BRACKETS = re.compile(r"\s*\((?P<name>[^()]+)\)$")
_BEHIND_DASH = re.compile(r"\s+[–—-]\s+(?P<name>[^–—@]+)$")
_HANGING = re.compile(r"(?:\s*[,;:–—→(-])*\s*$")
_LEADING = re.compile(r"^(?:\s*[,;:–—→)-])*\s*")


class Pieces:
    """The text that is left, and what was taken out of it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.taken: list[str] = []

    def cut(self, start: int, end: int) -> None:
        """Take a piece out; the words around it stand side by side."""
        self.taken.append(self.text[start:end])
        before, after = self.text[:start].rstrip(), self.text[end:].lstrip()
        between = "" if after[:1] in (",", ".", ")") else " "
        self.text = f"{before}{between}{after}".strip()

    def tidy(self) -> None:
        """Take off the signs that a piece left hanging."""
        for pattern in (_HANGING, _LEADING):
            found = pattern.search(self.text)
            if found and found[0].strip():
                self.cut(*found.span())
        self.text = " ".join(self.text.split())


def take_date(pieces: Pieces, today: date) -> When | None:
    """The date that the text ends with, perhaps before an hour, which stays; else begins with."""
    text = pieces.text
    hour = _TIME.search(text)
    end = hour.start() if hour else len(text)
    words = list(_WORD.finditer(text, 0, end))
    for count in range(min(MOST_WORDS, len(words)), 0, -1):
        first = words[-count]
        found = read_date(text[first.start() : end], today)
        if found is None:
            continue
        before = fold(words[-count - 1][0]).split()[-1:] if count < len(words) else []
        if not _NO_DEADLINE.isdisjoint(before):
            break
        pieces.cut(first.start(), end)
        return found
    return _leading_date(pieces, words, today)


def _leading_date(pieces: Pieces, words: list[re.Match[str]], today: date) -> When | None:
    """Only what is written with figures: « Mars » may begin a title."""
    for count in range(min(4, len(words) - 1), 0, -1):
        last = words[count - 1]
        typed = pieces.text[: last.end()]
        found = read_date(typed, today) if any(c.isdigit() for c in typed) else None
        if found and found.day:
            pieces.cut(0, last.end())
            return found
    return None


def take_name(pieces: Pieces, book: Book) -> Who | None:
    """« @Fournil »: the longest name that is known, else as far as a name seems to go."""
    at = _AT.search(pieces.text)
    if at is None:
        return None
    if quoted := _QUOTED.match(pieces.text, at.end()):
        pieces.cut(at.start(), quoted.end())
        return book.who(quoted["name"])
    words = _name_words(pieces.text, at.end())
    if not words:
        return None
    guess = _guess(words)
    for count in range(len(words), guess - 1, -1):
        name = pieces.text[words[0].start() : words[count - 1].end()]
        is_longer = count > guess and fold(words[count - 1][0]) in _CONNECTING
        who = book.who(name)
        if who.found and not is_longer:
            return _cut_name(pieces, at, words[count - 1].end(), who)
    if not words[0][0][:1].isupper() and words[-1].end() == len(pieces.text) and len(words) <= 4:
        guess = len(words)
    end = words[guess - 1].end()
    return _cut_name(pieces, at, end, Who(pieces.text[words[0].start() : end]))


def take_project(pieces: Pieces, book: Book) -> tuple[str, list[int]] | None:
    """« #Invendus »: (what was typed, the projects that answer to it); as long as any does."""
    at = _HASH.search(pieces.text) if book.chooses_projects else None
    if at is None:
        return None
    words = _name_words(pieces.text, at.end())
    for count in range(len(words), 0, -1):
        end = words[count - 1].end()
        typed = pieces.text[words[0].start() : end]
        found = book.projects(typed)
        if (found and fold(words[count - 1][0]) not in _CONNECTING) or count == 1:
            pieces.cut(at.start(), end)
            return typed, found
    return None


def _cut_name(pieces: Pieces, at: re.Match[str], end: int, who: Who) -> Who:
    closed = bool(at["before"]) and pieces.text[end : end + 1] == ")"
    pieces.cut(at.start(), end + closed)
    return who


def _name_words(text: str, start: int) -> list[re.Match[str]]:
    """The words behind an @, as long as nothing but a space parts them."""
    words: list[re.Match[str]] = []
    while len(words) < MOST_WORDS and (found := _NAME_WORD.match(text, start)):
        words.append(found)
        start = found.end() + 1 if text[found.end() : found.end() + 1].isspace() else len(text)
    return words


def _guess(words: list[re.Match[str]]) -> int:
    """How many words a name that nobody knows has at least: « Boulangerie du Pont », « A & B »."""
    capital = words[0][0][:1].isupper()
    count = 1
    while count < len(words):
        sign = words[count][0] == "&"
        joins = (sign or fold(words[count][0]) in _CONNECTING) and count + 1 < len(words)
        after = words[count + 1] if joins else words[count]
        if not (after[0][:1].isupper() or (joins and (sign or not capital))):
            break
        count += 1 + joins
    return count


def take_last_name(pieces: Pieces, book: Book) -> Who | None:
    """« … (Mme Keller) », « … – CCI »: at the end, and only whom one knows or greets."""
    brackets = _IN_BRACKETS.search(pieces.text)
    found = brackets or _BEHIND_DASH.search(pieces.text)
    if found is None or found.start() == 0:
        return None
    name = found["name"].strip()
    who = book.who(name)
    told = who.known is not None and (name[:1].isupper() or who.typed == who.known.name)
    if not told and not (brackets and is_civil(name)):
        return None
    behind = _BEHIND_DASH.search(pieces.text[: found.start()]) if brackets else None
    if behind and (both := book.who(f"{behind['name'].strip()} ({name})")).known:
        found, who = behind, both
        pieces.cut(found.start(), len(pieces.text))
        return who
    pieces.cut(*found.span())
    return who
