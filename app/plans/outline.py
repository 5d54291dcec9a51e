"""Ready-made axes of a plan: the ten objectives of scenario 3 (seeds/templates/scenario3.yaml)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

SCENARIO3 = Path(__file__).parents[2] / "seeds" / "templates" / "scenario3.yaml"


@dataclass(frozen=True)
class Axis:
    """One objective: its key, its title, and the other titles that the exercise gives it."""

    key: str
    title: str
    aliases: tuple[str, ...]


def objectives(file: Path = SCENARIO3) -> tuple[Axis, ...]:
    """The objectives in their order."""
    raw = yaml.safe_load(file.read_text(encoding="utf-8"))
    return tuple(
        Axis(theme["key"], theme["title"], tuple(theme["aliases"])) for theme in raw["themes"]
    )
