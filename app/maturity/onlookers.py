"""A standing as those read it who merely look on: nobody is shown as waited for. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from app.maturity.kinds import EvidenceKind, ProofState
from app.maturity.standings import CriterionStanding, Proof, Rung, Standing


def for_onlookers(standing: Standing) -> Standing:
    """The same without steps and drafts: nobody is shown as waited for (domain.md §6)."""
    rungs, wholes = (tuple(map(_rung, ones)) for ones in (standing.rungs, standing.wholes))
    return replace(standing, rungs=rungs, wholes=wholes)


def _rung(rung: Rung) -> Rung:
    return replace(rung, criteria=tuple(map(without_names, rung.criteria)))


def without_names(criterion: CriterionStanding) -> CriterionStanding:
    """One criterion, the same way."""
    return replace(criterion, proofs=proofs_without_names(criterion.proofs))


def proofs_without_names(proofs: Iterable[Proof]) -> tuple[Proof, ...]:
    """Projects in place of their steps, each once; no drafts, nothing that was given up."""
    shown = {
        proof.address: proof
        for proof in map(_without_step, proofs)
        if not proof.is_draft and proof.state is not ProofState.STOPPED
    }
    return tuple(shown.values())


def _without_step(proof: Proof) -> Proof:
    bare = replace(proof, due_on=None, note=None)
    if proof.kind is not EvidenceKind.STEP or proof.project is None:
        return bare
    page = proof.address.partition("#")[0]
    return replace(bare, kind=EvidenceKind.PROJECT, title=proof.project, address=page)
