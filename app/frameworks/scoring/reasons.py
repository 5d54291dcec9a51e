"""Where a number of a score comes from, as values that compute it again.

`value` of a reason is the number that it explains, exactly: nothing is told that does not add
up. The French sentences are made of them in app/frameworks/labels/reasons.py.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from app.frameworks.kinds import StatusKind
from app.frameworks.scoring.exact import ZERO, total
from app.frameworks.scoring.points import WHOLE
from app.frameworks.scoring.rules import Condition


@dataclass(frozen=True, slots=True)
class Part:
    """A number of another node, which its own explanation explains."""

    node_id: str
    value: Fraction


@dataclass(frozen=True, slots=True)
class Written:
    """The framework says these points."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class NothingBesidePoints:
    """No weight, beside neighbours that have points."""

    value: Fraction = ZERO


@dataclass(frozen=True, slots=True)
class WholeByDefault:
    """A root that nothing weighs is counted in percent."""

    value: Fraction = WHOLE


@dataclass(frozen=True, slots=True)
class SumOf:
    parts: tuple[Part, ...]

    @property
    def value(self) -> Fraction:
        return total(part.value for part in self.parts)


@dataclass(frozen=True, slots=True)
class PercentOf:
    percent: Fraction
    of: Part

    @property
    def value(self) -> Fraction:
        return self.of.value * self.percent / 100


@dataclass(frozen=True, slots=True)
class EqualShare:
    """One of `among` equal parts of the percentage that the neighbours leave."""

    percent: Fraction
    of: Part
    among: int

    @property
    def value(self) -> Fraction:
        return self.of.value * self.percent / 100 / self.among


class Exclusion(enum.Enum):
    """Why a node is not concerned."""

    STATUS = enum.auto()
    RULE = enum.auto()
    ABOVE = enum.auto()
    CHILDREN = enum.auto()


@dataclass(frozen=True, slots=True)
class NotConcerned:
    """`node_id` is the node above that says so, with ABOVE; `when` the rule's condition."""

    why: Exclusion
    node_id: str
    when: Condition | None = None
    value: Fraction = ZERO


@dataclass(frozen=True, slots=True)
class AllItsPoints:
    value: Fraction


@dataclass(frozen=True, slots=True)
class AppliedFactor:
    """`node_id` is the node that declares it."""

    node_id: str
    by: Fraction
    when: Condition | None


@dataclass(frozen=True, slots=True)
class Factored:
    points: Fraction
    factors: tuple[AppliedFactor, ...]

    @property
    def value(self) -> Fraction:
        return self.points * _product(factor.by for factor in self.factors)


@dataclass(frozen=True, slots=True)
class KeptByStatus:
    """No child is concerned, but the node has a status of its own."""

    before: Reason

    @property
    def value(self) -> Fraction:
        return self.before.value


@dataclass(frozen=True, slots=True)
class Gained:
    """Points of neighbours that are not concerned, in equal parts to `among` nodes."""

    before: Reason
    lost: tuple[Part, ...]
    among: int

    @property
    def value(self) -> Fraction:
        return self.before.value + total(part.value for part in self.lost) / self.among


@dataclass(frozen=True, slots=True)
class Grown:
    """Its part of what nodes above it gained: `by` is the ratio by which they grew."""

    before: Reason
    by: Fraction
    with_ids: tuple[str, ...]

    @property
    def value(self) -> Fraction:
        return self.before.value * self.by


@dataclass(frozen=True, slots=True)
class StatusPart:
    """`share` of the potential, by the node's own status."""

    potential: Fraction
    status: StatusKind
    share: Fraction

    @property
    def value(self) -> Fraction:
        return self.potential * self.share


@dataclass(frozen=True, slots=True)
class NoStatus:
    """Without a status all of a leaf is unset, and nothing of it is anything else."""

    potential: Fraction
    is_unset: bool

    @property
    def value(self) -> Fraction:
        return self.potential if self.is_unset else ZERO


@dataclass(frozen=True, slots=True)
class Capped:
    """Done here, `present`, is no more than what is done at another node."""

    present: Fraction
    wanted: Part

    @property
    def value(self) -> Fraction:
        return self.wanted.value


@dataclass(frozen=True, slots=True)
class Shrunk:
    """In proportion, below a node that is capped."""

    before: Reason
    present: Fraction
    wanted: Fraction
    at_id: str

    @property
    def value(self) -> Fraction:
        return self.before.value * self.wanted / self.present


@dataclass(frozen=True, slots=True)
class WithTakenAway:
    """Not done, and what a ceiling took away from done."""

    before: Reason
    taken: Fraction

    @property
    def value(self) -> Fraction:
        return self.before.value + self.taken


Reason = (
    Written
    | NothingBesidePoints
    | WholeByDefault
    | SumOf
    | PercentOf
    | EqualShare
    | NotConcerned
    | AllItsPoints
    | Factored
    | KeptByStatus
    | Gained
    | Grown
    | StatusPart
    | NoStatus
    | Capped
    | Shrunk
    | WithTakenAway
)


@dataclass(frozen=True, slots=True)
class Explanation:
    """A reason for each number of a `Score`, under the same names."""

    node_id: str
    points: Reason
    potential: Reason
    done: Reason
    planned: Reason
    not_done: Reason
    unset: Reason


def _product(numbers: Iterable[Fraction]) -> Fraction:
    return math.prod(numbers, start=Fraction(1))
