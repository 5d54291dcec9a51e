"""Every text of the demonstration's files, and what French typography asks of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from app.demo.story import SEEDS

NBSP, THIN = "\u00a0", "\u202f"
# a straight apostrophe, or a sign of French that nothing keeps on the line of its word
_FAULTS = re.compile(
    rf"'|[^{NBSP}]»|«[^{NBSP}]|[^{THIN}\d][;?!]|(?<!{NBSP}):(?=[\s{NBSP}]|$)|\d [€%]|\.\.\."
)


def files() -> list[Path]:
    return [*sorted((SEEDS / "demo").rglob("*.yaml")), SEEDS / "templates" / "scenario3.yaml"]


def texts(value: object) -> Iterator[str]:
    """The texts of anything that YAML can hold, keys left aside."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)


def texts_of(file: Path) -> list[str]:
    return list(texts(yaml.safe_load(file.read_text(encoding="utf-8"))))


def faults(text: str) -> list[str]:
    return [match.group() for match in _FAULTS.finditer(text)]
