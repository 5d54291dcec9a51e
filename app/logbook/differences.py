"""What changed between two texts, word by word. Pure."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import NamedTuple

# beyond this the two texts stand one after the other: comparing them would take too long
MOST_WORDS = 1500
_WORDS = re.compile(r"\s+|[^\s]+")


class Part(NamedTuple):
    """A piece of text; `mark` is "" (kept), "del" or "ins"."""

    mark: str
    text: str


def difference(before: str, after: str) -> list[Part]:
    """The pieces of both texts in reading order: what went before what came."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if len(old) + len(new) > MOST_WORDS:
        return [Part(mark, text) for mark, text in (("del", before), ("ins", after)) if text]
    parts: list[Part] = []
    for kind, old_from, old_to, new_from, new_to in SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if kind == "equal":
            parts.append(Part("", "".join(old[old_from:old_to])))
            continue
        went, came = "".join(old[old_from:old_to]), "".join(new[new_from:new_to])
        parts += [Part("del", went)] if went else []
        parts += [Part("ins", came)] if came else []
    return parts
