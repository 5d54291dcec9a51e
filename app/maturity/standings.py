"""What a reading says: proofs, what people confirmed, criteria, levels, a standing. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fractions import Fraction

from app.maturity.kinds import CriterionStatus, EvidenceKind, Finding, ProofState, RungState
from app.maturity.proposals import Proposal, weigh

_ZERO = Fraction(0)


@dataclass(frozen=True)
class Proof:
    """Something linked to a criterion, by its name and its address.

    `project`: the one that it is, or stands in; None for meetings and documents. `dated_on`: the
    day that it speaks of, None while it goes on; `due_on`: by when it is to be done. `days`: all
    that it speaks of, where these are several. `lasted`: it went on until `dated_on`, and proves
    the years before that too.
    """

    public_id: str
    ref: str
    kind: EvidenceKind
    state: ProofState
    title: str
    address: str
    project: str | None
    project_public_id: str | None
    is_draft: bool
    due_on: date | None
    dated_on: date | None
    note: str | None
    days: tuple[date, ...] = ()
    lasted: bool = False

    @property
    def within(self) -> str | None:
        """The project that it stands in, where it is not the project itself."""
        return None if self.kind is EvidenceKind.PROJECT else self.project

    @property
    def is_of_year(self) -> bool:
        """Neither too old nor too young for the year that it is read in."""
        return self.state not in (ProofState.EXPIRED, ProofState.LATER)

    def as_of(self, since: date | None, until: date | None) -> Proof:
        """The same, seen from a year that ended on `until` in a cycle that began on `since`.

        What is older proves no more, what came after does not yet. None: no such bound.
        """
        days = self.days or ((self.dated_on,) if self.dated_on else ())
        if self.state is not ProofState.DONE or not days:
            return self
        by_then = [day for day in days if until is None or day <= until]
        if not by_then:
            if self.lasted:
                return replace(self, dated_on=None)
            return replace(self, state=ProofState.LATER)
        last = max(by_then)
        is_old = since is not None and last < since
        return replace(self, dated_on=last, state=ProofState.EXPIRED if is_old else self.state)


@dataclass(frozen=True)
class Confirmed:
    """What a person said of a criterion, and when; `text_id`: having read which text."""

    status: CriterionStatus
    fractions: tuple[Fraction, ...] | None
    concerned: bool
    comment: str | None
    version: int
    at: datetime | None
    by: str | None
    text_id: int | None = None

    @property
    def detailed(self) -> Fraction | None:
        """How much was said to be done, of what was detailed."""
        return self.fractions[0] if self.fractions else None


@dataclass(frozen=True)
class CriterionStanding:
    """One criterion: what was confirmed, what the plan proposes and why, what proves it.

    `proposal` is None for a frozen year and for a level that has criteria of its own.
    `next_step`: what to do next as a step would say it, None where nothing is to be begun.
    `points`: what it adds to those done of the whole, nothing below a node with its own status;
    `is_silenced`: such a status decides, and what is said here changes no figure.
    """

    ref: str
    title: str
    status: CriterionStatus
    concerned: bool
    share: Fraction | None
    confirmed: Confirmed | None
    proposal: Proposal | None
    proofs: tuple[Proof, ...]
    next_step: str | None = None
    points: Fraction = _ZERO
    is_silenced: bool = False

    @property
    def standing_proofs(self) -> int:
        """How many are of the year: neither of a former cycle nor of a later year."""
        return sum(proof.is_of_year for proof in self.proofs)

    @property
    def finding(self) -> Finding:
        if self.proposal is None or not self.concerned or self.is_silenced:
            return Finding.NOTHING
        return weigh(
            self.proposal, self.status, self.confirmed.detailed if self.confirmed else None
        )

    @property
    def is_to_confirm(self) -> bool:
        """The plan proposes something that one click confirms."""
        return self.finding is Finding.PROPOSED

    @property
    def is_to_decide(self) -> bool:
        """The data contradict what was confirmed or linked; only a person can tell."""
        return self.finding in (Finding.CONTRADICTED, Finding.SPLIT)


@dataclass(frozen=True)
class Rung:
    """A level (or a part) of the framework. `share` is done ÷ potential, None without potential.

    `number`: that of the level, 0 for what holds the levels or stands beside them. `points` are
    those done that count: none where what stands above has a status of its own.
    """

    number: int
    ref: str
    title: str
    share: Fraction | None
    state: RungState
    criteria: tuple[CriterionStanding, ...]
    points: Fraction = _ZERO

    @property
    def proofs(self) -> int:
        """How many prove something of the year."""
        return sum(one.standing_proofs for one in self.criteria)


@dataclass(frozen=True)
class Standing:
    """A territory in one framework and year. `level` is None where none are declared.

    `assessment` is the public id of the year's assessment, None while nobody opened one;
    `frozen_on` the day on which it was frozen, None while it is open. `points` are those done;
    `counts` what the data say (of a frozen year: said); `takes_over` the keys of the frameworks
    whose assessments this one can begin with. `wholes`: what holds the levels, from the outside
    in, with what was said of it itself; none where several roots stand side by side. `inner`: ids
    of nodes with others below, which need no answer of their own.
    """

    framework: str
    framework_key: str
    title: str
    version: int
    year: int
    assessment: str | None
    frozen_on: date | None
    level: int | None
    score: Fraction | None
    planned: Fraction | None
    rungs: tuple[Rung, ...]
    points: Fraction = _ZERO
    frozen_by: str | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    takes_over: tuple[str, ...] = ()
    wholes: tuple[Rung, ...] = ()
    inner: frozenset[str] = frozenset()

    @property
    def parts(self) -> tuple[Rung, ...]:
        """What holds the levels, the levels, and what stands beside them."""
        return (*self.wholes, *self.rungs)

    @property
    def levels(self) -> tuple[Rung, ...]:
        """The levels; where none are declared, all the parts."""
        return tuple(rung for rung in self.rungs if rung.number)

    @property
    def criteria(self) -> tuple[CriterionStanding, ...]:
        return tuple(criterion for part in self.parts for criterion in part.criteria)

    @property
    def to_confirm(self) -> int:
        """Criteria of which the plan says something else than what is confirmed."""
        return sum(criterion.finding is not Finding.NOTHING for criterion in self.criteria)

    def criterion(self, ref: str) -> CriterionStanding | None:
        return next((one for one in self.criteria if one.ref == ref), None)
