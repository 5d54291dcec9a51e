"""What projects of the story came to: who uses what, what waits for what, what holds them up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from app.demo.days import Days
from app.plans.kinds import BarrierKind


@dataclass(frozen=True)
class UseTale:
    """Since a day an organisation uses something, or receives it from a giver."""

    on: date
    giver: str | None
    user: str
    label: str


@dataclass(frozen=True)
class BarrierTale:
    on: date
    person: str
    kind: BarrierKind
    note: str
    lever: str
    helper: str | None
    lifted_on: date | None
    how: str


@dataclass(frozen=True)
class Reality:
    """`waits`: pairs of step keys, the second one awaited; `checks`: by step key, the ticked first,
    with how many of them are."""

    uses: tuple[UseTale, ...] = ()
    barriers: tuple[BarrierTale, ...] = ()
    waits: tuple[tuple[str, str], ...] = ()
    checks: tuple[tuple[str, tuple[str, ...], int], ...] = ()


def read_reality(raw: dict[str, Any], days: Days) -> Reality:
    return Reality(
        uses=tuple(
            UseTale(days.at(one["at"]), one.get("from"), one["to"], one.get("what", ""))
            for one in raw.get("works", ())
        ),
        barriers=tuple(
            BarrierTale(
                on=days.at(one["at"]),
                person=one["who"],
                kind=BarrierKind(one["kind"]),
                note=one["note"],
                lever=one.get("lever", ""),
                helper=one.get("helper"),
                lifted_on=days.at(one["lifted"]) if "lifted" in one else None,
                how=one.get("how", ""),
            )
            for one in raw.get("barriers", ())
        ),
        waits=tuple((one, awaited) for one, awaited in raw.get("waits", ())),
        checks=tuple(
            (key, tuple(said["points"]), said.get("ticked", 0))
            for key, said in raw.get("checks", {}).items()
        ),
    )
