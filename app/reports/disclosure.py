"""Which sums may be shown: none that rests on fewer than three firms, nor lets one be found. Pure.

The rule is domain.md §5 (trade secrets) and §6 (nobody is exposed). What was declared, estimated
and measured is never added together: each method has its own sums.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.plans.kinds import MeasureMethod

FEWEST_FIRMS = 3


@dataclass(frozen=True)
class Contribution:
    """One value of one project, counted once whatever the number of its partners.

    `firms` are the ids of the companies behind the project; `method` how the value was obtained.
    """

    label: str
    unit: str
    method: MeasureMethod
    value: Decimal
    firms: frozenset[int]


@dataclass(frozen=True)
class Part:
    """What the contributions of one label add to a total; `value` is None when it is withheld."""

    label: str
    value: Decimal | None
    contributions: int


@dataclass(frozen=True)
class Total:
    """A sum in one unit by one method; `value` is None when it is withheld."""

    unit: str
    method: MeasureMethod
    value: Decimal | None
    firms: int
    parts: tuple[Part, ...]


def totals(contributions: Iterable[Contribution]) -> tuple[Total, ...]:
    """One total per unit and method, in order of unit, each with its parts by label."""
    groups: dict[tuple[str, MeasureMethod], list[Contribution]] = defaultdict(list)
    for contribution in contributions:
        groups[contribution.unit, contribution.method].append(contribution)
    keys = sorted(groups, key=lambda key: (key[0], str(key[1])))
    return tuple(_total(unit, method, groups[unit, method]) for unit, method in keys)


def _total(unit: str, method: MeasureMethod, group: Sequence[Contribution]) -> Total:
    labelled: dict[str, list[Contribution]] = defaultdict(list)
    for contribution in group:
        labelled[contribution.label].append(contribution)
    is_shown = _rests_on_enough(group)
    shown = {label for label, part in labelled.items() if _rests_on_enough(part)}
    if is_shown:
        shown = _without_a_trace(labelled, shown)
    return Total(
        unit=unit,
        method=method,
        value=_sum(group) if is_shown else None,
        firms=len(_firms(group)),
        parts=tuple(
            Part(label, _sum(part) if label in shown else None, len(part))
            for label, part in sorted(labelled.items())
        ),
    )


def _without_a_trace(labelled: dict[str, list[Contribution]], shown: set[str]) -> set[str]:
    """The parts that may stand beside their total.

    Total minus the parts shown gives the sum of those withheld: that remainder, too, must rest
    on enough firms. Where it does not, the part with the fewest firms is withheld with it.
    """
    kept = set(shown)
    while kept:
        rest = [one for label, part in labelled.items() if label not in kept for one in part]
        if not rest or _rests_on_enough(rest):
            break
        kept.remove(min(kept, key=lambda label: (len(_firms(labelled[label])), label)))
    return kept


def _firms(contributions: Iterable[Contribution]) -> frozenset[int]:
    return frozenset().union(*(one.firms for one in contributions))


def _rests_on_enough(contributions: Iterable[Contribution]) -> bool:
    return len(_firms(contributions)) >= FEWEST_FIRMS


def _sum(contributions: Iterable[Contribution]) -> Decimal:
    return sum((one.value for one in contributions), Decimal(0))
