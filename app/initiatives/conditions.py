"""What each stage of a démarche needs before the next, and whether it is there. Pure.

The conditions are data: seeds/templates/demarche.yaml.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from app.initiatives.kinds.stages import FRESH, InitiativeStage, Known

FILE = Path(__file__).parents[2] / "seeds" / "templates" / "demarche.yaml"
ORDER = tuple(InitiativeStage)


@dataclass(frozen=True)
class Need:
    """`wanted`: how many at least; `every`: all that there are, and at least one; `months`: how
    long ago at most."""

    key: str
    title: str
    known: Known
    wanted: int = 1
    every: bool = False
    months: int | None = None


@dataclass(frozen=True)
class StageOutline:
    """`pattern`: the project pattern whose steps lead through this stage."""

    stage: InitiativeStage
    title: str
    sentence: str
    pattern: str
    needs: tuple[Need, ...]


@dataclass(frozen=True)
class Figure:
    """What was counted: `of` how many, or on which `day` last."""

    have: int
    of: int | None = None
    day: date | None = None


@dataclass(frozen=True)
class Ticked:
    """What somebody said by hand: since when, and a word."""

    done_on: date
    words: str


@dataclass(frozen=True)
class Standing:
    """One need, and how it stands."""

    need: Need
    met: bool
    figure: Figure | None = None
    tick: Ticked | None = None


@cache
def outline(file: Path = FILE) -> tuple[StageOutline, ...]:
    """The stages in their order. Raises ValueError or KeyError on what is no such file."""
    raw: dict[str, Any] = yaml.safe_load(file.read_text("utf-8"))
    stages = tuple(
        StageOutline(
            InitiativeStage(one["stage"]),
            one["title"],
            one["sentence"],
            one["pattern"],
            tuple(_need(need) for need in one["needs"]),
        )
        for one in raw["stages"]
    )
    if tuple(one.stage for one in stages) != ORDER:
        raise ValueError("the stages stand in another order")
    keys = [need.key for one in stages for need in one.needs]
    if len(keys) != len(set(keys)):
        raise ValueError("two conditions share a key")
    return stages


def _need(raw: Mapping[str, Any]) -> Need:
    known, months = Known(raw["known"]), raw.get("months")
    if (known in FRESH) != (months is not None):
        raise ValueError(f"{raw['key']}: what must be fresh says for how many months")
    return Need(
        raw["key"], raw["title"], known, raw.get("wanted", 1), bool(raw.get("every")), months
    )


def need_of(key: str) -> Need | None:
    return next((need for one in outline() for need in one.needs if need.key == key), None)


def reached(passed: Collection[InitiativeStage]) -> InitiativeStage:
    """Where a démarche stands that has passed into these stages: none is skipped."""
    standing = ORDER[0]
    for stage in ORDER[1:]:
        if stage not in passed:
            break
        standing = stage
    return standing


def following(stage: InitiativeStage) -> InitiativeStage | None:
    """The stage after this one; None after the last."""
    at = ORDER.index(stage) + 1
    return ORDER[at] if at < len(ORDER) else None


def judge(
    needs: Collection[Need], figures: Mapping[Known, Figure], ticks: Mapping[str, Ticked]
) -> list[Standing]:
    """How each need stands, in their order."""
    return [_judged(need, figures.get(need.known), ticks.get(need.key)) for need in needs]


def _judged(need: Need, figure: Figure | None, tick: Ticked | None) -> Standing:
    if need.known is Known.HAND:
        return Standing(need, tick is not None, tick=tick)
    if figure is None:
        return Standing(need, met=False)
    if need.every:
        return Standing(need, bool(figure.of) and figure.have >= (figure.of or 0), figure)
    return Standing(need, figure.have >= need.wanted, figure)


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or its last one."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def missing(standings: Collection[Standing]) -> list[Standing]:
    return [one for one in standings if not one.met]
