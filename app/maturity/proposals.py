"""What the plan itself says of a criterion: a proposal with its reasons. Pure.

A person confirms it or says otherwise with a comment: nothing here writes a status.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from app.frameworks.scoring import WHOLE, Threshold, reached, thresholds_of, wants_proof
from app.initiatives.kinds.meetings import MeetingState
from app.maturity.kinds import CriterionStatus, Finding, ProofState
from app.plans.kinds import ProjectState, Stage, StepStatus

WORKING = (Stage.OPERATIONAL, Stage.LASTING)
_ENDED = (ProjectState.ABANDONED, ProjectState.CLOSED)


@dataclass(frozen=True)
class Proposal:
    """A status and what it rests on: proofs by state, and a count where the framework asks one.

    `indicator`, `thresholds`: the keys `indicateur` and `seuils` (or `seuil`) of the node; `count`
    is what the territory's data answer, None where they cannot: proofs then speak alone.
    `wants_proof` (`preuve: oui`): a count that is reached waits for a proof beside it.
    """

    status: CriterionStatus = CriterionStatus.UNSET
    done: int = 0
    open: int = 0
    stopped: int = 0
    expired: int = 0
    later: int = 0
    indicator: str | None = None
    thresholds: tuple[Threshold, ...] = ()
    count: int | None = None
    wants_proof: bool = False

    @property
    def by_data(self) -> bool:
        """Decided by a count over the territory's data, not by what somebody linked."""
        return self.count is not None

    @property
    def met(self) -> Threshold | None:
        """The highest threshold that the count reaches."""
        return reached(self.thresholds, self.count or 0) if self.by_data else None

    @property
    def short_of(self) -> int:
        """How many the data lack to the highest threshold."""
        return max(0, self.thresholds[-1].count - (self.count or 0)) if self.by_data else 0

    @property
    def tells_all(self) -> bool:
        """Whether the count can say of the whole criterion that it is done."""
        return self.by_data and self.thresholds[-1].percent == WHOLE

    @property
    def is_partial(self) -> bool:
        """The data show something, and not all that they could."""
        return self.short_of > 0 and bool(self.count)

    @property
    def fractions(self) -> tuple[Decimal, Decimal, Decimal] | None:
        """(done, planned, not done) of « détaillé », exact; what is under way is planned."""
        if self.status is not CriterionStatus.DETAILED or self.met is None:
            return None
        done = Decimal(self.met.percent) / 100
        rest, none = 1 - done, Decimal(0)
        return (done, rest, none) if self.open else (done, none, rest)

    @property
    def share(self) -> Fraction:
        """How much of the criterion it says is done, 0 to 1."""
        parts = self.fractions
        return Fraction(parts[0]) if parts else Fraction(self.status is CriterionStatus.DONE)

    @property
    def is_unattested(self) -> bool:
        """A threshold is reached; the proof that is wanted beside it is not there yet."""
        return self.wants_proof and self.met is not None and not self.done

    @property
    def by_proofs(self) -> CriterionStatus:
        """What the linked proofs alone say."""
        if self.open:
            return CriterionStatus.PLANNED
        return CriterionStatus.DONE if self.done else CriterionStatus.UNSET

    @property
    def is_split(self) -> bool:
        """The count reaches nothing, the linked proofs say « done »: only a person can tell."""
        return self.by_data and self.met is None and self.by_proofs is CriterionStatus.DONE


def project_proof(stage: Stage, state: ProjectState) -> ProofState:
    """A project proves once it works or has reached its end; an abandoned one proves nothing."""
    if state is ProjectState.ABANDONED:
        return ProofState.STOPPED
    if state is ProjectState.CLOSED or (stage in WORKING and state is ProjectState.ACTIVE):
        return ProofState.DONE
    return ProofState.OPEN


def step_proof(status: StepStatus, project: ProjectState) -> ProofState:
    """A step done stays a proof whatever becomes of its project; an open one ends with it."""
    if status is StepStatus.DONE:
        return ProofState.DONE
    if status is StepStatus.ABANDONED or project in _ENDED:
        return ProofState.STOPPED
    return ProofState.OPEN


def meeting_proof(state: MeetingState) -> ProofState:
    """A meeting proves once it was held."""
    return _OF_MEETINGS[state]


_OF_MEETINGS = {
    MeetingState.HELD: ProofState.DONE,
    MeetingState.PLANNED: ProofState.OPEN,
    MeetingState.CANCELLED: ProofState.STOPPED,
}


def indicator_proof(*, measured: bool, removed: object) -> ProofState:
    """An indicator proves once it has a value, whatever the value is."""
    if removed:
        return ProofState.STOPPED
    return ProofState.DONE if measured else ProofState.OPEN


def propose(
    keys: Mapping[str, str], proofs: Sequence[ProofState], counts: Mapping[str, int]
) -> Proposal:
    """The status that a criterion's proofs and the territory's counts speak for.

    Rules come from the framework's data: `indicateur` names a count, `seuil` the least that is
    wanted, `seuils` how much of it each number is worth; with `preuve: oui` the proofs decide
    once one is reached. Where the territory's data cannot answer, and without a rule: all proofs
    done → done; one under way → planned; none → unset. A proof of a former cycle, or of a later
    year, speaks for nothing. Where the count and the proofs contradict each other (`is_split`),
    and where there is something short of the first threshold, nothing is proposed.
    """
    indicator, thresholds = keys.get("indicateur"), thresholds_of(keys)
    found = Proposal(
        done=sum(proof is ProofState.DONE for proof in proofs),
        open=sum(proof is ProofState.OPEN for proof in proofs),
        stopped=sum(proof is ProofState.STOPPED for proof in proofs),
        expired=sum(proof is ProofState.EXPIRED for proof in proofs),
        later=sum(proof is ProofState.LATER for proof in proofs),
        indicator=indicator,
        thresholds=thresholds,
        count=counts.get(indicator) if indicator and thresholds else None,
        wants_proof=wants_proof(keys),
    )
    return replace(found, status=_status(found))


def _status(found: Proposal) -> CriterionStatus:
    if found.is_split:
        return CriterionStatus.UNSET
    if not found.by_data or found.is_unattested:
        return found.by_proofs
    if found.met:
        return _worth(found, found.met)
    if found.open:
        return CriterionStatus.PLANNED
    # of something one cannot say that nothing was done
    return CriterionStatus.UNSET if found.count else CriterionStatus.NOT_DONE


def _worth(found: Proposal, met: Threshold) -> CriterionStatus:
    if met.percent < WHOLE:
        return CriterionStatus.DETAILED
    return found.by_proofs if found.wants_proof else CriterionStatus.DONE


_LESS_TO_MORE = (
    CriterionStatus.UNSET,
    CriterionStatus.NOT_DONE,
    CriterionStatus.PLANNED,
    CriterionStatus.DETAILED,
    CriterionStatus.DONE,
)


# with the two words before one, these say neither
_UNDECIDED = (CriterionStatus.UNSET, CriterionStatus.PLANNED)


def weigh(proposal: Proposal, confirmed: CriterionStatus, done: Fraction | None = None) -> Finding:
    """The one rule of what the plan's word does to a person's (docs/framework-format.md).

    `done`: how much she confirmed as done of what she detailed. A click is offered only for what
    says more than she did: it never takes her word down. A count that falls short of her « done »
    contradicts it, and a count that contradicts the linked proofs leaves it to her: both are told,
    nothing is proposed, and her word stands until she says otherwise. A proof that is missing
    contradicts nobody: it may be true without it.
    """
    if proposal.is_split:
        return Finding.SPLIT if confirmed in _UNDECIDED else Finding.NOTHING
    if proposal.short_of and confirmed is CriterionStatus.DONE:
        return Finding.CONTRADICTED
    if proposal.status is confirmed is CriterionStatus.DETAILED:
        return Finding.PROPOSED if proposal.share > (done or 0) else Finding.NOTHING
    return Finding.PROPOSED if further(proposal.status, confirmed) else Finding.NOTHING


def further(one: CriterionStatus, other: CriterionStatus) -> bool:
    """Whether the first says more than the second."""
    return _LESS_TO_MORE.index(one) > _LESS_TO_MORE.index(other)


def wants_comment(
    proposal: Proposal, chosen: CriterionStatus, parts: Sequence[Decimal] | None = None
) -> bool:
    """Saying otherwise than the plan does takes a word of explanation; taking back does not.

    `parts`: what was chosen of « détaillé », as in `fractions`. « Pas fait » says what a count
    does that falls short.
    """
    if chosen is CriterionStatus.DETAILED and proposal.fractions:
        return parts is None or parts[0] != proposal.fractions[0]
    if chosen is CriterionStatus.NOT_DONE and proposal.is_partial and not proposal.is_split:
        return proposal.status is not CriterionStatus.UNSET
    return chosen not in (CriterionStatus.UNSET, proposal.status)
