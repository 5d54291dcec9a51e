"""What the plan will be worth: the level, once what is planned is done and confirmed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from app.frameworks.format import NodeDraft, walk
from app.maturity.kinds import CriterionStatus, EvidenceKind, ProofState
from app.maturity.proposals import further, propose
from app.maturity.reading import (
    Confirmed,
    Ground,
    Proof,
    Standing,
    rungs_and_totals,
    share,
)


@dataclass(frozen=True)
class Outlook:
    """The year's end as the plan has it: « si ces étapes sont faites d’ici décembre, niveau 3 ».

    `awaited`: the proofs under way that are due by then; `level` and `score` as in a Standing.
    """

    by: date
    awaited: tuple[Proof, ...]
    level: int | None
    score: Fraction | None

    def gains(self, standing: Standing) -> bool:
        """Whether it is worth telling."""
        return (self.score or 0) > (standing.score or 0) or (self.level or 0) > (
            standing.level or 0
        )


def outlook(ground: Ground, by: date) -> Outlook:
    """What comes if all that is due by that day is done, and people confirm what the plan says.

    A status never falls by it: what was confirmed stays.
    """
    awaited = tuple(proof for proof in ground.proofs if _comes(proof, by))
    proofs = [
        replace(proof, state=ProofState.DONE) if proof in awaited else proof
        for proof in ground.proofs
    ]
    later = replace(ground, proofs=proofs, confirmed=dict(_confirmed(ground, proofs)))
    _rungs, level, totals = rungs_and_totals(later)
    return Outlook(by, awaited, level, share(totals, "done"))


def _comes(proof: Proof, by: date) -> bool:
    """Under way, with a day: a step's date, a meeting's. What has no date is promised to nobody."""
    day = proof.dated_on if proof.kind is EvidenceKind.MEETING else proof.due_on
    return proof.state is ProofState.OPEN and day is not None and day <= by


def _confirmed(ground: Ground, proofs: Iterable[Proof]) -> Iterator[tuple[str, Confirmed]]:
    yield from ground.confirmed.items()
    for node in walk(ground.roots):
        if not node.children:
            said = ground.confirmed.get(node.id)
            status = _status(ground, node, proofs)
            if said is None or (said.concerned and further(status, said.status)):
                yield node.id, _as_if(said, status)


def _status(ground: Ground, node: NodeDraft, proofs: Iterable[Proof]) -> CriterionStatus:
    since = ground.cycle_began
    states = [proof.as_of(since).state for proof in proofs if proof.ref == node.id]
    return propose(node.keys, states, ground.counts).status


def _as_if(said: Confirmed | None, status: CriterionStatus) -> Confirmed:
    if said is None:
        return Confirmed(status, None, True, None, 0, None, None)
    return replace(said, status=status, fractions=None)
