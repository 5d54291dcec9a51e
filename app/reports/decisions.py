"""What the annual meeting is asked, deduced from where things stand. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from app.reports.kinds import DecisionKind

MOST = 3


@dataclass(frozen=True)
class Decision:
    kind: DecisionKind
    count: int


@dataclass(frozen=True)
class Standing:
    """The counts that decisions follow from."""

    regulatory_barriers: int
    paused: int
    studied: int
    operational_unmeasured: int
    approached: int


def decisions(standing: Standing) -> tuple[Decision, ...]:
    """At most three, what only a public assembly can do first."""
    candidates = (
        Decision(DecisionKind.LIFT_REGULATION, standing.regulatory_barriers),
        Decision(DecisionKind.CHOOSE_WHAT_IS_BUILT, standing.studied),
        Decision(DecisionKind.RESUME_OR_STOP, standing.paused),
        Decision(DecisionKind.MEASURE_RESULTS, standing.operational_unmeasured),
        Decision(DecisionKind.FIND_COMPANIES, standing.approached),
    )
    return tuple(one for one in candidates if one.count)[:MOST]
