"""Reads a calendar file as programs do: unfolds its lines, takes components and values apart."""

from __future__ import annotations

import re

Component = dict[str, str]
_ESCAPED = re.compile(r"\\(.)")


def components(text: str, name: str) -> list[Component]:
    """{property: value} of every component of this name; parameters stay behind the property's."""
    found: list[Component] = []
    stack: list[tuple[str, Component]] = []
    for line in text.replace("\r\n ", "").removesuffix("\r\n").split("\r\n"):
        said, colon, value = line.partition(":")
        assert colon, line
        if said == "BEGIN":
            stack.append((value, {}))
        elif said == "END":
            ended, component = stack.pop()
            assert ended == value
            if ended == name:
                found.append(component)
        else:
            assert said not in stack[-1][1], f"{said} twice"
            stack[-1][1][said] = _ESCAPED.sub(_plain, value)
    assert not stack
    return found


def _plain(escaped: re.Match[str]) -> str:
    return "\n" if escaped[1] in "nN" else escaped[1]
