"""Where each figure of the maturity page comes from: the level, the percent, the points. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from app.frameworks.scoring import Explainer, Explanation, LevelRule, ladder_of, level_rule
from app.maturity.reading import Ground, statuses_of
from app.maturity.standings import Standing


@dataclass(frozen=True)
class Explained:
    """Reasons for a standing's figures. `parts` are by node: the roots, what holds the levels,
    and those.

    `rule` is None where no levels are declared.
    """

    done: Fraction
    planned: Fraction
    potential: Fraction
    parts: Mapping[str, Explanation]
    rule: LevelRule | None


def explained(ground: Ground, standing: Standing) -> Explained:
    """The figures of this standing, from what it rests on."""
    explainer = Explainer(ground.sheet, statuses_of(ground.confirmed))
    roots = {root.id: explainer.explain(root.id) for root in ground.roots}
    inside = (*standing.wholes, *standing.rungs)
    levels = {rung.ref: explainer.explain(rung.ref) for rung in inside}
    ladder = ladder_of(ground.roots)
    return Explained(
        done=sum((one.done.value for one in roots.values()), Fraction(0)),
        planned=sum((one.planned.value for one in roots.values()), Fraction(0)),
        potential=sum((one.potential.value for one in roots.values()), Fraction(0)),
        parts={**roots, **levels},
        rule=level_rule(ladder) if ladder else None,
    )


def explained_criterion(ground: Ground, ref: str) -> Explanation:
    """Reasons for the six numbers of one node."""
    return Explainer(ground.sheet, statuses_of(ground.confirmed)).explain(ref)
