"""What stands before a line of a list or a poster, and marks of a milestone."""

from __future__ import annotations

import re

# a ticked box says that something is done: it stays in the title, where somebody reads it
_BULLET = re.compile(
    r"\s*(?:"
    r"[-–—*>](?:\s+|(?=[^\W\d]))|[•·▪◦‣●○■□☐►▶➢➤→]\s*|o\t|\[ ?\]\s*"
    r"|\(?\d{1,2}(?:[.)°]|\s?/)\s+|\d{1,2}\s?[-–]\s+(?=[^\W\d])|[a-z][.)]\s+"
    r")"
)
_SIGN = "◆◇♦"
_MILESTONE_BEFORE = re.compile(rf"\s*(?:[{_SIGN}!]|jalon\s*:)\s*", re.IGNORECASE)
_MILESTONE_AFTER = re.compile(rf"\s*[{_SIGN}]\s*$")


def take_bullets(text: str) -> tuple[str, str]:
    """(what was stripped, the rest): bullets, boxes and numbers of a list."""
    at = 0
    while found := _BULLET.match(text, at):
        at = found.end()
    return text[:at], text[at:]


def take_milestone(text: str) -> tuple[str, str]:
    """(the mark, the rest) where a line is marked as a milestone: « ! », « ◆ », « Jalon : »."""
    if found := _MILESTONE_BEFORE.match(text):
        return found[0], text[found.end() :]
    if found := _MILESTONE_AFTER.search(text):
        return found[0], text[: found.start()]
    return "", text
