"""What is copied into ELIPSE and SYNAPSE: the territory's own figures, as far as they may be told.

ELIPSE's indicators are not ours: these are the territory's own, sorted by its three axes. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from app.accounts.kinds import OrganisationKind
from app.initiatives.kinds.meetings import MeetingKind
from app.plans.kinds import (
    BarrierKind,
    ElipseAxis,
    MeasureMethod,
    ResourceKind,
    Stage,
    SynergyType,
)
from app.reports.disclosure import Contribution, totals

Key = tuple[str, str, MeasureMethod]


@dataclass(frozen=True)
class OfProject:
    """A contribution, and the project that it is of."""

    project_id: int
    contribution: Contribution

    @property
    def key(self) -> Key:
        one = self.contribution
        return one.label, one.unit, one.method


@dataclass(frozen=True)
class Value:
    """One figure by one method; `value` is None where it may not be told.

    `sources`: titles of the projects behind it, None for one whose title names a silent firm.
    """

    label: str
    unit: str
    method: MeasureMethod
    value: Decimal | None
    sources: tuple[str | None, ...]


@dataclass(frozen=True)
class AxisPart:
    """The territory's indicators of one axis (None: not sorted); `silent`: without a value yet."""

    axis: ElipseAxis | None
    values: tuple[Value, ...]
    silent: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """What the démarche is, in counts; nobody is named but who carries the plan.

    `carrier`: the territory itself until it hands the plan over; `animators`: how many people are
    named to animate it.
    """

    territory: str
    siren: str | None
    animators: int
    since: date | None
    carrier: str
    partners: tuple[tuple[OrganisationKind, int], ...]
    zones: tuple[str, ...]
    synergies: tuple[tuple[SynergyType, int], ...]
    stages: tuple[tuple[Stage, int], ...]
    meetings: tuple[tuple[MeetingKind, int], ...]


@dataclass(frozen=True)
class SynergyRecord:
    """A synergy that works. `title` is None where it would name a firm that did not agree.

    `barriers`: the kinds met up to the sheet's day; `since`: the first day of the project.
    """

    public_id: str
    title: str | None
    kind: SynergyType
    stage: Stage
    since: date | None
    theme: str | None
    zone: str | None
    partners: tuple[tuple[OrganisationKind, int], ...]
    named: tuple[str, ...]
    unnamed: int
    resources: tuple[tuple[ResourceKind, str | None], ...]
    barriers: tuple[BarrierKind, ...]
    results: tuple[Value, ...]
    withheld: int


@dataclass(frozen=True)
class Records:
    year: int
    until: date
    facts: Facts
    axes: tuple[AxisPart, ...]
    synergies: tuple[SynergyRecord, ...]

    @property
    def is_withholding(self) -> bool:
        values = [one for part in self.axes for one in part.values]
        return any(one.value is None for one in values) or any(s.withheld for s in self.synergies)


def told(contributions: Sequence[OfProject]) -> dict[Key, Decimal | None]:
    """What each label comes to by unit and method: the same parts as the annual meeting shows."""
    return {
        (part.label, total.unit, total.method): part.value if total.value is not None else None
        for total in totals(one.contribution for one in contributions)
        for part in total.parts
    }


def told_of_projects(contributions: Sequence[OfProject]) -> dict[tuple[int, Key], Decimal]:
    """The values that a project's own sheet may tell beside those sums.

    Only where the sum itself is told: within it, what is left once they are taken away rests on
    enough firms as well, so that no subtraction finds anybody (domain.md §5).
    """
    shown = {key for key, value in told(contributions).items() if value is not None}
    groups: dict[Key, list[OfProject]] = defaultdict(list)
    for one in contributions:
        if one.key in shown:
            groups[one.key].append(one)
    return {
        (int(part.label), key): part.value
        for key, group in groups.items()
        for total in totals(_by_project(group))
        for part in total.parts
        if part.value is not None
    }


def _by_project(group: Iterable[OfProject]) -> list[Contribution]:
    return [replace(one.contribution, label=str(one.project_id)) for one in group]


def sorted_by_axis(
    indicators: Iterable[tuple[str, str, ElipseAxis | None]],
    contributions: Sequence[OfProject],
    titles: Mapping[int, str | None],
) -> tuple[AxisPart, ...]:
    """`indicators`: (label, unit, axis). One of several axes stands with those not sorted."""
    axes: dict[tuple[str, str], set[ElipseAxis | None]] = defaultdict(set)
    for label, unit, axis in indicators:
        axes[label, unit].add(axis)
    values: dict[ElipseAxis | None, list[Value]] = defaultdict(list)
    silent: dict[ElipseAxis | None, set[str]] = defaultdict(set)
    sums = told(contributions)
    for (label, unit), found in sorted(axes.items()):
        axis = next(iter(found)) if len(found) == 1 else None
        keys = [key for key in sums if key[:2] == (label, unit)]
        if not keys:
            silent[axis].add(f"{label} ({unit})" if unit else label)
        for key in keys:
            behind = {one.project_id for one in contributions if one.key == key}
            sources = tuple(titles.get(project) for project in sorted(behind))
            values[axis].append(Value(*key, sums[key], sources))
    return tuple(
        AxisPart(axis, tuple(values[axis]), tuple(sorted(silent[axis])))
        for axis in (*ElipseAxis, None)
        if axis is not None or values[axis] or silent[axis]
    )
