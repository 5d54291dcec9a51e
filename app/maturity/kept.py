"""What the data said on the day on which a year was frozen, as its row keeps it. Pure.

Words are not kept: a project that is renamed, or a name that is erased, changes in frozen years
too; states, days and counts do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from app.maturity.kinds import ProofState
from app.maturity.standings import Proof


@dataclass(frozen=True)
class Then:
    """A proof as it stood: its state, and the day that it spoke of."""

    state: ProofState
    dated_on: date | None


@dataclass(frozen=True)
class Kept:
    """Counts by their name, and proofs by their public id."""

    counts: Mapping[str, int]
    proofs: Mapping[str, Then]


def kept_of(counts: Mapping[str, int], proofs: Iterable[Proof]) -> Kept:
    """What there is to keep today."""
    return Kept(dict(counts), {one.public_id: Then(one.state, one.dated_on) for one in proofs})


def to_json(kept: Kept) -> dict[str, Any]:
    return {
        "counts": dict(kept.counts),
        "proofs": {
            public_id: [then.state.value, then.dated_on.isoformat() if then.dated_on else None]
            for public_id, then in kept.proofs.items()
        },
    }


def from_json(raw: Mapping[str, Any]) -> Kept:
    return Kept(
        {name: int(count) for name, count in raw["counts"].items()},
        {
            public_id: Then(ProofState(state), date.fromisoformat(day) if day else None)
            for public_id, (state, day) in raw["proofs"].items()
        },
    )


def as_then(kept: Kept, proofs: Iterable[Proof]) -> list[Proof]:
    """Those of these proofs that the year had, as they stood when it was frozen."""
    return [
        _then(one, kept.proofs[one.public_id]) for one in proofs if one.public_id in kept.proofs
    ]


def _then(proof: Proof, then: Then) -> Proof:
    # what stopped since is named to nobody who merely looks on, as a draft is not
    hidden = proof.is_draft or proof.state is ProofState.STOPPED
    return replace(
        proof, state=then.state, dated_on=then.dated_on, days=(), due_on=None, is_draft=hidden
    )
