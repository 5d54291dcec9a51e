"""The whole computation, in the order of domain.md §4 (1)–(6). Exact: fractions, no float."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from app.frameworks.format import NodeDraft
from app.frameworks.scoring.potential import apply_factors, find_concerned, find_potentials
from app.frameworks.scoring.sheet import Sheet, prepare
from app.frameworks.scoring.statuses import Status
from app.frameworks.scoring.totals import apply_caps, split_all


class Score(NamedTuple):
    """In points. `points` is what the framework gives; `potential` what can be reached here.

    done + planned + not_done + unset = potential, exactly.
    """

    points: Fraction
    potential: Fraction
    done: Fraction
    planned: Fraction
    not_done: Fraction
    unset: Fraction
    concerned: bool

    @property
    def ratio(self) -> Fraction | None:
        """done ÷ potential, indicative; None where nothing can be reached."""
        return self.done / self.potential if self.potential else None


def score(roots: Sequence[NodeDraft], statuses: Mapping[str, Status]) -> dict[str, Score]:
    """Scores by id, in reading order. Keep `prepare(roots)` when one tree is scored often."""
    return score_sheet(prepare(roots), statuses)


def score_sheet(sheet: Sheet, statuses: Mapping[str, Status]) -> dict[str, Score]:
    """Statuses of ids that the sheet does not hold are left aside."""
    points = apply_factors(sheet, statuses)
    concerned = find_concerned(sheet, statuses)
    potentials = find_potentials(sheet, points, concerned)
    splits = split_all(sheet, potentials, concerned, statuses)
    splits, _ = apply_caps(sheet, splits, statuses)
    rows = zip(sheet.ids, sheet.points, potentials, splits, concerned, strict=True)
    return {
        node_id: Score(before, potential, *split, is_concerned)
        for node_id, before, potential, split, is_concerned in rows
    }
