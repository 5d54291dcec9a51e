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
    Layout,
    Score,
    Sheet,
    Status,
    cycle_of,
    layout_of,
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
    """The levels and what stands beside them, the level reached, and the roots' scores."""
    scores = score_sheet(ground.sheet, statuses_of(ground.confirmed))
    layout = layout_of(ground.roots)
    ladder = layout.ladder
    level = reached_level(ladder, scores) if ladder else None
    reading = _Reading(ground, layout, scores)
    rungs = tuple(
        reading.rung(
            number, node, _is_reached(ladder if number else None, node, number, level, scores)
        )
        for number, node in layout.steps
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


class _Reading:
    """What every rung is read from, found once."""

    def __init__(self, ground: Ground, layout: Layout, scores: Mapping[str, Score]) -> None:
        self.ground, self.scores = ground, scores
        self.counting, self.decided = counted(ground, ground.roots)
        self.silent = silenced(ground, layout)
        self.proofs: dict[str, list[Proof]] = {}
        for proof in ground.proofs_seen:
            self.proofs.setdefault(proof.ref, []).append(proof)

    def rung(self, number: int, node: NodeDraft, reached: bool) -> Rung:
        own, criteria = self.scores[node.id], tuple(self.criteria(node))
        if not own.concerned:
            state = RungState.NOT_CONCERNED
        elif reached:
            state = RungState.REACHED
        elif own.done or own.planned or any(criterion.standing_proofs for criterion in criteria):
            state = RungState.PARTIAL
        else:
            state = RungState.AHEAD
        points = _ZERO if node.id in self.decided else own.done
        return Rung(number, node.id, node.title, own.ratio, state, criteria, points)

    def criteria(self, top: NodeDraft) -> Iterable[CriterionStanding]:
        """The leaves, and the nodes above them of which somebody said something."""
        for node in walk([top]):
            if not node.children or node.id in self.proofs or node.id in self.ground.confirmed:
                own, proofs = self.scores[node.id], tuple(self.proofs.get(node.id, ()))
                found = criterion_of(self.ground, own, node, proofs)
                yield self.weighed(found, own)

    def weighed(self, one: CriterionStanding, own: Score) -> CriterionStanding:
        """With the points that count; where nothing said here has an effect, nothing is asked."""
        points = own.done if one.ref in self.counting else _ZERO
        if one.ref not in self.silent:
            return replace(one, points=points)
        return replace(one, points=points, is_silenced=True, next_step=None)


def spoken(ground: Ground) -> frozenset[str]:
    """Nodes whose own status goes before all that is said below them."""
    found = statuses_of(ground.confirmed).items()
    return frozenset(ref for ref, status in found if status.parts is not None)


def counted(ground: Ground, tops: Iterable[NodeDraft]) -> tuple[set[str], set[str]]:
    """Within these: nodes whose points add up to theirs, and nodes that a status decides.

    The first are those that have a status of their own, with nothing below it, and the leaves
    elsewhere. A status above `tops` decides nothing here.
    """
    said = spoken(ground)
    deciding: set[str | None] = set()
    decided: set[str] = set()
    counting: set[str] = set()
    for node in walk(tops):
        if node.parent in deciding:
            decided.add(node.id)
            deciding.add(node.id)
            continue
        if node.id in said:
            deciding.add(node.id)
        if node.id in said or not node.children:
            counting.add(node.id)
    return counting, decided


def silenced(ground: Ground, layout: Layout) -> set[str]:
    """Where nothing that is said changes a figure: a status above it decides.

    A status above a level decides of the score, and of no level: what is below still counts there.
    """
    _counting, found = counted(ground, ground.roots)
    if layout.ladder is None:
        return found
    levels = [node for number, node in layout.steps if number]
    within = {node.id for node in walk(levels)}
    _counting, in_levels = counted(ground, levels)
    return (found - within) | in_levels


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
