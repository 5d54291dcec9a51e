"""Two years of one framework side by side: what people confirmed then and now. Pure and exact.

Points are the framework's own. The gains of all criteria add up to that of the whole, whatever
became of the text in between: a criterion that is in one of the two texts alone brings, or
takes away, all that it holds there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from app.maturity.kinds import ProofState
from app.maturity.standings import CriterionStanding, Proof, Rung, Standing

_ZERO = Fraction(0)


@dataclass(frozen=True)
class CriterionChange:
    """A criterion then and now; None in the year whose text does not hold it (`is_new`,
    `is_gone`), and where nobody said anything of a level as a whole.

    `finished`: proofs of both years that were not done then and are now.
    """

    ref: str
    then: CriterionStanding | None
    now: CriterionStanding | None
    came: tuple[Proof, ...]
    went: tuple[Proof, ...]
    finished: tuple[Proof, ...]
    is_new: bool = False
    is_gone: bool = False

    @property
    def title(self) -> str:
        known = self.now or self.then
        return known.title if known else ""

    @property
    def gain(self) -> Fraction:
        """In points of the whole."""
        return _points(self.now) - _points(self.then)

    @property
    def is_moved(self) -> bool:
        """Another status, or a text that came or went."""
        return _says(self.then) != _says(self.now)

    @property
    def is_change(self) -> bool:
        return bool(self.is_moved or self.gain or self.came or self.went or self.finished)


@dataclass(frozen=True)
class RungChange:
    """A level then and now, with its criteria that changed: gains first."""

    ref: str
    then: Rung | None
    now: Rung | None
    criteria: tuple[CriterionChange, ...]

    @property
    def title(self) -> str:
        known = self.now or self.then
        return known.title if known else ""

    @property
    def gain(self) -> Fraction:
        return (self.now.points if self.now else _ZERO) - (self.then.points if self.then else _ZERO)


@dataclass(frozen=True)
class CountChange:
    """What the territory's data counted then and now, by the name that criteria give it."""

    name: str
    then: int | None
    now: int | None


@dataclass(frozen=True)
class Comparison:
    then: Standing
    now: Standing
    rungs: tuple[RungChange, ...]
    counts: tuple[CountChange, ...]

    @property
    def criteria(self) -> tuple[CriterionChange, ...]:
        return tuple(one for rung in self.rungs for one in rung.criteria)

    @property
    def gain(self) -> Fraction:
        """In points of the whole, exact."""
        return self.now.points - self.then.points

    @property
    def percent_gain(self) -> Fraction:
        """In percent of what can be reached here, then and now."""
        return 100 * ((self.now.score or _ZERO) - (self.then.score or _ZERO))

    @property
    def is_same_text(self) -> bool:
        return (self.then.framework_key, self.then.version) == (
            self.now.framework_key,
            self.now.version,
        )

    @property
    def is_empty(self) -> bool:
        return not self.criteria and not self.gain


def compare(then: Standing, now: Standing) -> Comparison:
    """Only what people confirmed counts: what the plan proposes is in neither year."""
    before = {one.ref: one for one in then.criteria}
    after = {one.ref: one for one in now.criteria}
    homes = {**_homes(then), **_homes(now)}
    changes = [
        replace(
            _change(ref, before.get(ref), after.get(ref)),
            is_new=ref not in before and ref not in then.inner,
            is_gone=ref not in after and ref not in now.inner,
        )
        for ref in dict.fromkeys([*after, *before])
    ]
    rungs_then = {rung.ref: rung for rung in _told(then, now)}
    rungs_now = {rung.ref: rung for rung in _told(now, then)}
    return Comparison(
        then,
        now,
        tuple(
            RungChange(
                ref,
                rungs_then.get(ref),
                rungs_now.get(ref),
                _gains_first(one for one in changes if homes[one.ref] == ref),
            )
            for ref in dict.fromkeys([*rungs_now, *rungs_then])
        ),
        tuple(_counts(then.counts, now.counts)),
    )


def _told(standing: Standing, other: Standing) -> tuple[Rung, ...]:
    """The levels, and of what holds them what somebody spoke of in one of the years."""
    spoken = {whole.ref for year in (standing, other) for whole in year.wholes if whole.criteria}
    return (*(whole for whole in standing.wholes if whole.ref in spoken), *standing.rungs)


def _gains_first(changes: Iterable[CriterionChange]) -> tuple[CriterionChange, ...]:
    return tuple(sorted((one for one in changes if one.is_change), key=lambda one: -one.gain))


def _homes(standing: Standing) -> dict[str, str]:
    return {one.ref: rung.ref for rung in standing.parts for one in rung.criteria}


def _change(
    ref: str, then: CriterionStanding | None, now: CriterionStanding | None
) -> CriterionChange:
    before, after = _proofs(then), _proofs(now)
    return CriterionChange(
        ref,
        then,
        now,
        came=_only(after, before),
        went=_only(before, after),
        finished=tuple(
            proof
            for known, proof in after.items()
            if proof.state is ProofState.DONE
            and known in before
            and before[known].state is not ProofState.DONE
        ),
    )


def _proofs(criterion: CriterionStanding | None) -> dict[tuple[str, str], Proof]:
    """By what they are about: one that was taken away and linked anew is the same proof. What came
    after the year is not there yet."""
    found = criterion.proofs if criterion else ()
    return {(one.address, one.title): one for one in found if one.state is not ProofState.LATER}


def _only(
    here: Mapping[tuple[str, str], Proof], there: Mapping[tuple[str, str], Proof]
) -> tuple[Proof, ...]:
    return tuple(proof for known, proof in here.items() if known not in there)


def _says(criterion: CriterionStanding | None) -> tuple[object, ...] | None:
    if criterion is None:
        return None
    said = criterion.confirmed
    return criterion.status, said.fractions if said else None, criterion.concerned


def _points(criterion: CriterionStanding | None) -> Fraction:
    return criterion.points if criterion else _ZERO


def _counts(then: Mapping[str, int], now: Mapping[str, int]) -> Iterable[CountChange]:
    for name in sorted({*then, *now}):
        before, after = then.get(name), now.get(name)
        if before != after:
            yield CountChange(name, before, after)
