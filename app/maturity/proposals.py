"""What the plan itself says of a criterion: a proposal with its reasons. Pure.

A person confirms it or says otherwise with a comment: nothing here writes a status.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.frameworks.scoring import wants_proof
from app.initiatives.kinds.meetings import MeetingState
from app.maturity.kinds import CriterionStatus, Finding, ProofState
from app.plans.kinds import ProjectState, Stage, StepStatus

WORKING = (Stage.OPERATIONAL, Stage.LASTING)
_ENDED = (ProjectState.ABANDONED, ProjectState.CLOSED)


@dataclass(frozen=True)
class Proposal:
    """A status and what it rests on: proofs by state, and a count where the framework asks one.

    `indicator`, `threshold`: the keys `indicateur` and `seuil` of the node; `count` is what the
    territory's data answers, None where they cannot: proofs then speak alone. `wants_proof`
    (`preuve: oui`): a count that is reached waits for a proof beside it.
    """

    status: CriterionStatus = CriterionStatus.UNSET
    done: int = 0
    open: int = 0
    stopped: int = 0
    expired: int = 0
    later: int = 0
    indicator: str | None = None
    threshold: int | None = None
    count: int | None = None
    wants_proof: bool = False

    @property
    def by_data(self) -> bool:
        """Decided by a count over the territory's data, not by what somebody linked."""
        return self.count is not None

    @property
    def short_of(self) -> int:
        """How many the data lack to the threshold."""
        return max(0, (self.threshold or 0) - (self.count or 0)) if self.by_data else 0

    @property
    def is_unattested(self) -> bool:
        """The count is reached; the proof that is wanted beside it is not there yet."""
        return self.by_data and self.wants_proof and not self.short_of and not self.done

    @property
    def by_proofs(self) -> CriterionStatus:
        """What the linked proofs alone say."""
        if self.open:
            return CriterionStatus.PLANNED
        return CriterionStatus.DONE if self.done else CriterionStatus.UNSET

    @property
    def is_split(self) -> bool:
        """The count says « not done », the linked proofs say « done »: only a person can tell."""
        return self.short_of > 0 and self.by_proofs is CriterionStatus.DONE


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
    wanted; with `preuve: oui` the proofs decide once it is reached. Where the territory's data
    cannot answer, and without a rule: all proofs done → done; one under way → planned; none →
    unset. A proof of a former cycle, or of a later year, speaks for nothing. Where the
    count and the proofs contradict each other nothing is proposed (`is_split`).
    """
    indicator, threshold = keys.get("indicateur"), _whole(keys.get("seuil"))
    found = Proposal(
        done=sum(proof is ProofState.DONE for proof in proofs),
        open=sum(proof is ProofState.OPEN for proof in proofs),
        stopped=sum(proof is ProofState.STOPPED for proof in proofs),
        expired=sum(proof is ProofState.EXPIRED for proof in proofs),
        later=sum(proof is ProofState.LATER for proof in proofs),
        indicator=indicator,
        threshold=threshold,
        count=counts.get(indicator) if indicator and threshold is not None else None,
        wants_proof=wants_proof(keys),
    )
    return replace(found, status=_status(found))


def _status(found: Proposal) -> CriterionStatus:
    if found.is_split:
        return CriterionStatus.UNSET
    if not found.by_data:
        return found.by_proofs
    if not found.short_of:
        return found.by_proofs if found.wants_proof else CriterionStatus.DONE
    return CriterionStatus.PLANNED if found.open else CriterionStatus.NOT_DONE


def _whole(written: str | None) -> int | None:
    return int(written) if written and written.isdecimal() and len(written) < 10 else None


_LESS_TO_MORE = (
    CriterionStatus.UNSET,
    CriterionStatus.NOT_DONE,
    CriterionStatus.PLANNED,
    CriterionStatus.DETAILED,
    CriterionStatus.DONE,
)


# with the two words before one, these say neither
_UNDECIDED = (CriterionStatus.UNSET, CriterionStatus.PLANNED)


def weigh(proposal: Proposal, confirmed: CriterionStatus) -> Finding:
    """The one rule of what the plan's word does to a person's (docs/framework-format.md).

    A click is offered only for what says more than she did: it never takes her word down. A count
    that falls short of her « done » contradicts it, and a count that contradicts the linked proofs
    leaves it to her: both are told, nothing is proposed, and her word stands until she says
    otherwise. A proof that is missing contradicts nobody: it may be true without it.
    """
    if proposal.is_split:
        return Finding.SPLIT if confirmed in _UNDECIDED else Finding.NOTHING
    if proposal.short_of and confirmed is CriterionStatus.DONE:
        return Finding.CONTRADICTED
    return Finding.PROPOSED if further(proposal.status, confirmed) else Finding.NOTHING


def further(one: CriterionStatus, other: CriterionStatus) -> bool:
    """Whether the first says more than the second."""
    return _LESS_TO_MORE.index(one) > _LESS_TO_MORE.index(other)


def wants_comment(proposal: Proposal, chosen: CriterionStatus) -> bool:
    """Saying otherwise than the plan does takes a word of explanation; taking back does not."""
    return chosen not in (CriterionStatus.UNSET, proposal.status)
