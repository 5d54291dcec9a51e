"""Patterns of projects (« modèles »): who is needed, what they do and when, without names.

Those of seeds/templates/projects are ours; a territory keeps others of its own. Pure.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from app.core.calendar import working_days_later
from app.plans.kinds import FlowDirection, PartnerRole, ProjectKind, ResourceKind, SynergyType

FOLDER = Path(__file__).parents[2] / "seeds" / "templates" / "projects"


class Family(enum.StrEnum):
    """Where a pattern stands on the page."""

    OWN = "own"
    SHARING = "sharing"
    SUBSTITUTION = "substitution"
    STAGE = "stage"


@dataclass(frozen=True)
class Role:
    """Somebody whom the project needs, and the part they would have in it."""

    key: str
    title: str
    part: PartnerRole


@dataclass(frozen=True)
class PatternStep:
    """`after`: working days from the start; None where nobody can say."""

    title: str
    role: str
    after: int | None
    is_milestone: bool = False

    def due_on(self, start: date, zone: str) -> date | None:
        return None if self.after is None else working_days_later(start, self.after, zone)


@dataclass(frozen=True)
class PatternFlow:
    """What one of the roles proposes or looks for; quantities belong to projects alone."""

    role: str
    direction: FlowDirection
    resource: ResourceKind
    label: str


@dataclass(frozen=True)
class Pattern:
    """A project without its territory. Exactly one role leads; `themes`: keys of axes it suits."""

    key: str
    family: Family
    title: str
    summary: str
    synergy: SynergyType | None
    roles: tuple[Role, ...]
    steps: tuple[PatternStep, ...]
    flows: tuple[PatternFlow, ...] = ()
    indicators: tuple[tuple[str, str], ...] = ()
    themes: tuple[str, ...] = ()

    @property
    def kind(self) -> ProjectKind:
        return ProjectKind.SYNERGY if self.synergy else ProjectKind.ACTION

    @property
    def leading(self) -> Role:
        return next(role for role in self.roles if role.part is PartnerRole.LEAD)

    @property
    def others(self) -> tuple[Role, ...]:
        return tuple(role for role in self.roles if role is not self.leading)

    @property
    def longest(self) -> int:
        """The working days until its last step."""
        return max((step.after or 0 for step in self.steps), default=0)


@cache
def shipped() -> Mapping[str, Pattern]:
    """The patterns that come with Maillage, by key, in the order of their files."""
    return {
        pattern.key: pattern
        for pattern in (read(file.read_text("utf-8")) for file in sorted(FOLDER.glob("*.yaml")))
    }


def read(text: str) -> Pattern:
    """A pattern from its YAML. Raises ValueError or KeyError on what is none."""
    raw: dict[str, Any] = yaml.safe_load(text)
    roles = tuple(Role(r["key"], r["title"], PartnerRole(r["part"])) for r in raw["roles"])
    if sum(role.part is PartnerRole.LEAD for role in roles) != 1:
        raise ValueError(f"{raw['key']}: exactly one role leads")
    steps = tuple(
        PatternStep(s["title"], s["role"], s.get("after"), bool(s.get("milestone")))
        for s in raw["steps"]
    )
    flows = tuple(
        PatternFlow(
            f["role"], FlowDirection(f["direction"]), ResourceKind(f["resource"]), f["label"]
        )
        for f in raw.get("flows", ())
    )
    named = {step.role for step in steps} | {flow.role for flow in flows}
    unknown = named - {role.key for role in roles}
    if unknown:
        raise ValueError(f"{raw['key']}: no role is called {', '.join(sorted(unknown))}")
    return Pattern(
        key=raw["key"],
        family=Family(raw["family"]),
        title=raw["title"],
        summary=raw["summary"],
        synergy=SynergyType(raw["synergy"]) if raw.get("synergy") else None,
        roles=roles,
        steps=steps,
        flows=flows,
        indicators=tuple((i["label"], i["unit"]) for i in raw.get("indicators", ())),
        themes=tuple(raw["themes"]),
    )
