"""What is missing to the next level, and which criteria bring how much of it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

from app.frameworks.format import walk
from app.frameworks.scoring import LevelRule, Score, ladder_of, level_rule, score_sheet
from app.maturity.kinds import RungState
from app.maturity.reading import Ground, counted, statuses_of
from app.maturity.standings import CriterionStanding, Rung, Standing


@dataclass(frozen=True)
class Bringing:
    """A criterion that is not all done, and the points that it would add to its level."""

    criterion: CriterionStanding
    points: Fraction


@dataclass(frozen=True)
class Ahead:
    """The next level, by the framework's own rule (`niveaux`, `seuil_niveau`).

    `potential`: the points that can be done there; `missing`: those between what is done and the
    threshold. `bringing` begins with what brings most; a ceiling of the file (`score_plafond`)
    may take back some of it.
    """

    rung: Rung
    rule: LevelRule
    potential: Fraction
    missing: Fraction
    bringing: tuple[Bringing, ...]

    @property
    def refs(self) -> frozenset[str]:
        return frozenset(one.criterion.ref for one in self.bringing)

    @property
    def missing_share(self) -> Fraction:
        """`missing` as a part of the level."""
        return self.missing / self.potential

    @property
    def enough(self) -> int:
        """How many of the first together bring what is missing."""
        sums = accumulate(one.points for one in self.bringing)
        return 1 + sum(brought < self.missing for brought in sums)


def ahead(ground: Ground, standing: Standing) -> Ahead | None:
    """None where no levels are declared, and where all that concern the territory are reached."""
    ladder = ladder_of(ground.roots)
    rule = level_rule(ladder) if ladder else None
    rung = next(_awaited(standing), None)
    if rule is None or rung is None:
        return None
    scores = score_sheet(ground.sheet, statuses_of(ground.confirmed))
    own = scores[rung.ref]
    return Ahead(
        rung,
        rule,
        own.potential,
        rule.threshold * own.potential - own.done,
        tuple(sorted(_bringing(ground, scores, rung), key=lambda one: -one.points)),
    )


def _awaited(standing: Standing) -> Iterator[Rung]:
    """A level that is worth nothing is never reached, and hinders no other."""
    for rung in standing.levels:
        is_over = rung.state in (RungState.REACHED, RungState.NOT_CONCERNED)
        if not is_over and rung.share is not None:
            yield rung


def _bringing(ground: Ground, scores: Mapping[str, Score], rung: Rung) -> Iterator[Bringing]:
    """In the framework's order; nothing below a node of the level that has a status of its own.

    What is said above the level changes the score, and no level.
    """
    top = next(node for node in walk(ground.roots) if node.id == rung.ref)
    counting, _decided = counted(ground, [top])
    for one in rung.criteria:
        points = scores[one.ref].potential - scores[one.ref].done
        if points and one.ref in counting:
            yield Bringing(one, points)
