"""Where a territory stands: a framework's tree, what people confirmed, what the plan proves. Pure.

« Lecture Maillage » (the level) stands beside the official percentage; both are indicative.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from app.frameworks.format import NodeDraft, walk
from app.frameworks.kinds import StatusKind
from app.frameworks.scoring import (
    Score,
    Sheet,
    Status,
    cycle_of,
    reached_level,
    score_sheet,
)
from app.maturity.kinds import (
    CriterionStatus,
    Networking,
    RungState,
)
from app.maturity.proposals import Proposal, propose
from app.maturity.standings import Confirmed, CriterionStanding, Proof, Rung

# a step's title
LONGEST_STEP = 200
# of a framework that names none: that of the official label
USUAL_CYCLE = 4
_ZERO, _ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True)
class Ground:
    """What the reading rests on, for one framework and year.

    `sheet`: the tree made ready for scoring, once for all that is computed from it. `networked`:
    the kinds of networking action done in the cycle. `runs_on`: no year of levels, but one list
    over several years, which what comes later proves too.
    """

    roots: tuple[NodeDraft, ...]
    sheet: Sheet
    confirmed: Mapping[str, Confirmed]
    proofs: Sequence[Proof]
    counts: Mapping[str, int]
    is_frozen: bool
    year: int
    networked: frozenset[Networking] = frozenset()
    runs_on: bool = False

    @property
    def cycle_began(self) -> date | None:
        """What is older proves no more; None where the framework knows no cycle."""
        years = cycle_of(self.roots)
        return date(self.year - years + 1, 1, 1) if years else None

    @property
    def proofs_seen(self) -> Iterator[Proof]:
        """Each as the year and its cycle see it."""
        ended = None if self.runs_on else date(self.year, 12, 31)
        return (proof.as_of(self.cycle_began, ended) for proof in self.proofs)


def rungs_and_totals(ground: Ground) -> tuple[tuple[Rung, ...], int | None, list[Score]]:
    """The ladder, the level reached, and the roots' scores."""
    scores = score_sheet(ground.sheet, statuses_of(ground.confirmed))
    measure = ground.roots[0] if len(ground.roots) == 1 else None
    level = reached_level(measure, scores) if measure else None
    steps = measure.children if measure and measure.children else ground.roots
    rungs = tuple(
        _rung(ground, scores, number, node, _is_reached(measure, node, number, level, scores))
        for number, node in enumerate(steps, start=1)
    )
    return rungs, level, [scores[root.id] for root in ground.roots]


def statuses_of(confirmed: Mapping[str, Confirmed]) -> dict[str, Status]:
    """What people confirmed, as the scoring takes it."""
    return {
        ref: Status(StatusKind(one.status), _parts(one.fractions), one.concerned)
        for ref, one in confirmed.items()
    }


def _parts(fractions: tuple[Fraction, ...] | None) -> tuple[Fraction, Fraction, Fraction] | None:
    if fractions is None or len(fractions) != 3:
        return None
    done, planned, not_done = fractions
    return done, planned, not_done


def _is_reached(
    measure: NodeDraft | None,
    node: NodeDraft,
    number: int,
    level: int | None,
    scores: Mapping[str, Score],
) -> bool:
    """By the framework's own rule where it has one; else when all of it is done."""
    if measure is None or level is None:
        return scores[node.id].ratio == _ONE
    return number <= level and reached_level(replace(measure, children=(node,)), scores) == 1


def _rung(
    ground: Ground, scores: Mapping[str, Score], number: int, node: NodeDraft, reached: bool
) -> Rung:
    own = scores[node.id]
    criteria = tuple(_criteria(ground, scores, node))
    if not own.concerned:
        state = RungState.NOT_CONCERNED
    elif reached:
        state = RungState.REACHED
    elif own.done or own.planned or any(criterion.standing_proofs for criterion in criteria):
        state = RungState.PARTIAL
    else:
        state = RungState.AHEAD
    points = _ZERO if node.parent in spoken(ground) else own.done
    return Rung(number, node.id, node.title, own.ratio, state, criteria, points)


def _criteria(
    ground: Ground, scores: Mapping[str, Score], top: NodeDraft
) -> Iterable[CriterionStanding]:
    """The leaves, and the nodes above them of which somebody said something."""
    by_ref: dict[str, list[Proof]] = {}
    for proof in ground.proofs_seen:
        by_ref.setdefault(proof.ref, []).append(proof)
    counting = counted(ground, top)
    for node in walk([top]):
        if not node.children or node.id in by_ref or node.id in ground.confirmed:
            own = scores[node.id]
            found = criterion_of(ground, own, node, tuple(by_ref.get(node.id, ())))
            yield replace(found, points=own.done if node.id in counting else _ZERO)


def spoken(ground: Ground) -> frozenset[str]:
    """Nodes whose own status goes before all that is said below them."""
    found = statuses_of(ground.confirmed).items()
    return frozenset(ref for ref, status in found if status.parts is not None)


def counted(ground: Ground, top: NodeDraft) -> set[str]:
    """Nodes whose points add up to those above: each that has a status of its own, with nothing
    below it, and the leaves elsewhere."""
    said = spoken(ground)
    decided: set[str] = set()
    counting: set[str] = set()
    for node in walk([top]):
        if node.parent in said or node.parent in decided:
            decided.add(node.id)
        elif node.id in said or not node.children:
            counting.add(node.id)
    return counting


def criterion_of(
    ground: Ground, own: Score, node: NodeDraft, proofs: tuple[Proof, ...]
) -> CriterionStanding:
    """Any node with these proofs; which points it adds to the whole is not told yet."""
    said = ground.confirmed.get(node.id)
    asks = not ground.is_frozen and not node.children
    proposal = propose(node.keys, [p.state for p in proofs], ground.counts) if asks else None
    status = said.status if said else CriterionStatus.UNSET
    return CriterionStanding(
        ref=node.id,
        title=node.title,
        status=status,
        concerned=own.concerned,
        share=own.ratio,
        confirmed=said,
        proposal=proposal,
        proofs=proofs,
        next_step=_next_step(node, own, proposal, status),
    )


def _next_step(
    node: NodeDraft, own: Score, proposal: Proposal | None, status: CriterionStatus
) -> str | None:
    """What the framework says to begin (`prochaine_etape`), while nothing of it is under way."""
    if proposal is None or not own.concerned or proposal.open:
        return None
    if CriterionStatus.DONE in (status, proposal.status):
        return None
    return (node.keys.get("prochaine_etape") or node.title)[:LONGEST_STEP]


def share(scores: Sequence[Score], part: str) -> Fraction | None:
    """`part` (done, planned…) ÷ potential over several roots; None without potential."""
    potential = sum((one.potential for one in scores), _ZERO)
    found: Fraction = sum((getattr(one, part) for one in scores), _ZERO)
    return found / potential if potential else None
