"""Why each number of a score is what it is: the steps of domain.md §4 told backwards. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from app.frameworks.kinds import StatusKind
from app.frameworks.scoring import reasons as why
from app.frameworks.scoring.exact import ZERO, total
from app.frameworks.scoring.points import FROM_BELOW, WHOLE, Origin
from app.frameworks.scoring.potential import (
    apply_factors,
    deactivated,
    find_concerned,
    find_potentials,
    holds,
    redistribute,
)
from app.frameworks.scoring.reasons import Explanation, Part, Reason
from app.frameworks.scoring.rules import NO_RULES, Condition
from app.frameworks.scoring.sheet import NO_PARENT, Sheet
from app.frameworks.scoring.statuses import Status
from app.frameworks.scoring.totals import Split, apply_caps, split_all


def explain(sheet: Sheet, statuses: Mapping[str, Status], node_id: str) -> Explanation:
    """Reasons for the six numbers that `score_sheet` gives this node.

    Keep an `Explainer` where several nodes are explained. Raises KeyError for an unknown id.
    """
    return Explainer(sheet, statuses).explain(node_id)


class Explainer:
    """One scoring with all that lies between its steps."""

    def __init__(self, sheet: Sheet, statuses: Mapping[str, Status]) -> None:
        self.sheet, self.statuses = sheet, statuses
        self.points = apply_factors(sheet, statuses)
        self.concerned = find_concerned(sheet, statuses)
        self.before_growing, self.gains = redistribute(sheet, self.points, self.concerned)
        self.potentials = find_potentials(sheet, self.points, self.concerned)
        splits = split_all(sheet, self.potentials, self.concerned, statuses)
        self.splits, self.ceilings = apply_caps(sheet, splits, statuses)

    def explain(self, node_id: str) -> Explanation:
        place = self.sheet.places[node_id]
        return Explanation(
            node_id,
            self._points(place),
            self._potential(place),
            self._done(place),
            self._part(place, 1),
            self._not_done(place),
            self._part(place, 3),
        )

    def _path(self, place: int) -> Iterator[int]:
        """The node's own place, then those above it, nearest first."""
        while place != NO_PARENT:
            yield place
            place = self.sheet.parents[place]

    def _status(self, place: int) -> Status | None:
        return self.statuses.get(self.sheet.ids[place])

    def _part_of(self, place: int, value: Fraction) -> Part:
        return Part(self.sheet.ids[place], value)

    # Step 1

    def _points(self, place: int) -> Reason:
        sheet, points = self.sheet, self.sheet.points
        match sheet.origins[place]:
            case Origin.WRITTEN:
                return why.Written(points[place])
            case Origin.NOTHING_BESIDE_POINTS:
                return why.NothingBesidePoints()
            case Origin.WHOLE:
                return why.WholeByDefault()
            case Origin.CHILDREN:
                known = [at for at in sheet.children[place] if sheet.origins[at] in FROM_BELOW]
                return why.SumOf(tuple(self._part_of(at, points[at]) for at in known))
            case Origin.PERCENTAGE:
                percent = Fraction(sheet.percentages[place] or 0)
                return why.PercentOf(percent, self._parents_points(place))
            case Origin.EQUAL_SHARE:
                return self._equal_share(place)

    def _parents_points(self, place: int) -> Part:
        above = self.sheet.parents[place]
        return self._part_of(above, self.sheet.points[above])

    def _equal_share(self, place: int) -> Reason:
        siblings = self.sheet.children[self.sheet.parents[place]]
        taken = total(Fraction(self.sheet.percentages[at] or 0) for at in siblings)
        among = sum(self.sheet.origins[at] is Origin.EQUAL_SHARE for at in siblings)
        return why.EqualShare(max(ZERO, WHOLE - taken), self._parents_points(place), among)

    # Steps 2 to 4

    def _potential(self, place: int) -> Reason:
        if not self.concerned[place]:
            return self._not_concerned(place)
        active = [child for child in self.sheet.children[place] if self.concerned[child]]
        if active:
            return why.SumOf(tuple(self._part_of(at, self.potentials[at]) for at in active))
        reason = self._adapted(place)
        if self.sheet.children[place]:
            reason = why.KeptByStatus(reason)
        return self._grown(place, self._gained(place, reason))

    def _not_concerned(self, place: int) -> Reason:
        for at in self._path(place):
            node_id, rules = self.sheet.ids[at], self.sheet.rules.get(at, NO_RULES)
            status = self._status(at)
            is_off = status is not None and not status.concerned
            if not is_off and not deactivated(self.sheet, self.statuses, rules):
                continue
            if at != place:
                return why.NotConcerned(why.Exclusion.ABOVE, node_id)
            if is_off:
                return why.NotConcerned(why.Exclusion.STATUS, node_id)
            when = rules.deactivated if isinstance(rules.deactivated, Condition) else None
            return why.NotConcerned(why.Exclusion.RULE, node_id, when)
        return why.NotConcerned(why.Exclusion.CHILDREN, self.sheet.ids[place])

    def _adapted(self, place: int) -> Reason:
        """Step 2: what is left of the points by declared factors, those above first."""
        factors = [
            why.AppliedFactor(self.sheet.ids[at], factor.by, factor.when)
            for at in reversed(list(self._path(place)))
            for factor in self.sheet.rules.get(at, NO_RULES).factors
            if holds(self.sheet, self.statuses, factor.when)
        ]
        if factors:
            return why.Factored(self.sheet.points[place], tuple(factors))
        return why.AllItsPoints(self.points[place])

    def _gained(self, place: int, before: Reason) -> Reason:
        if place not in self.gains:
            return before
        siblings = self.sheet.children[self.sheet.parents[place]]
        lost = tuple(
            self._part_of(at, self.points[at])
            for at in siblings
            if not self.concerned[at] and self.points[at]
        )
        return why.Gained(before, lost, sum(at in self.gains for at in siblings))

    def _grown(self, place: int, before: Reason) -> Reason:
        above = [at for at in self._path(place) if at != place and at in self.gains]
        if not above or not before.value:
            return before
        ids = tuple(self.sheet.ids[at] for at in above)
        return why.Grown(before, self.potentials[place] / self.before_growing[place], ids)

    # Steps 5 and 6

    def _part(self, place: int, column: int) -> Reason:
        """Done, planned, not done or unset, by its place in a Split, before any ceiling."""
        if not self.concerned[place]:
            return self._not_concerned(place)
        status, children = self._status(place), self.sheet.children[place]
        potential = self.potentials[place]
        if status is not None and status.parts is not None:
            share = (*status.parts, ZERO)[column]
            return why.StatusPart(potential, status.kind, share)
        if children:
            values = ((at, self.splits[at][column]) for at in children if self.concerned[at])
            return why.SumOf(tuple(self._part_of(at, value) for at, value in values))
        return why.NoStatus(potential, is_unset=column == Split._fields.index("unset"))

    def _done(self, place: int) -> Reason:
        reason = self._part(place, 0)
        if place in self.ceilings:
            present, wanted, by = self.ceilings[place]
            reason = why.Capped(present, self._part_of(by, wanted))
        elif not isinstance(reason, why.StatusPart):
            return reason
        return self._shrunk(place, reason)

    def _shrunk(self, place: int, reason: Reason) -> Reason:
        for at in self._path(place):
            if at != place and at in self.ceilings and reason.value:
                present, wanted, _ = self.ceilings[at]
                reason = why.Shrunk(reason, present, wanted, self.sheet.ids[at])
        return reason

    def _not_done(self, place: int) -> Reason:
        reason = self._part(place, 2)
        taken = self._part(place, 0).value - self.splits[place].done
        return why.WithTakenAway(reason, taken) if _is_own(reason) and taken else reason


def _is_own(reason: Reason) -> bool:
    return isinstance(reason, why.StatusPart) and reason.status is not StatusKind.UNSET
