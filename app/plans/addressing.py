"""Whom a message speaks to: the names behind an @ in it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from app.core.folding import fold

LONGEST_NAME = 120
_AT = re.compile(r"(?<![\w.])@([\w’'-]+)")


class Named(NamedTuple):
    """Those found, by id; and the words behind an @ that name nobody, or more than one."""

    ids: list[int]
    unknown: list[str]


def named_in(text: str, people: Iterable[tuple[int, str]]) -> Named:
    """« @Lucie Perrin » or « @lucie », accents and capitals forgiven; the longest name wins.

    A first name stands for the one person who has it.
    """
    known = list(people)
    found: dict[int, None] = {}
    unknown: list[str] = []
    for at in _AT.finditer(text):
        said = fold(text[at.start(1) : at.start(1) + LONGEST_NAME])
        ids = _whole(said, known) or _first(said, known)
        if len(ids) == 1:
            found.setdefault(ids.pop())
        else:
            unknown.append(at[1])
    return Named(list(found), unknown)


def _whole(said: str, people: list[tuple[int, str]]) -> set[int]:
    names = [(fold(name), person) for person, name in people]
    fitting = [(len(name), person) for name, person in names if _begins(said, name)]
    longest = max(fitting, default=(0, 0))[0]
    return {person for length, person in fitting if length == longest}


def _first(said: str, people: list[tuple[int, str]]) -> set[int]:
    return {
        person
        for person, name in people
        if (first := fold(name).split()) and _begins(said, first[0])
    }


def _begins(said: str, name: str) -> bool:
    """Whether the text begins with this whole name, and not with a longer word."""
    return bool(name) and said.startswith(name) and not said[len(name) : len(name) + 1].isalnum()
