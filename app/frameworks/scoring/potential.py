"""Steps 2 to 4 of domain.md §4: factors, who is concerned, what can still be reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from app.frameworks.kinds import StatusKind
from app.frameworks.scoring.exact import ZERO, total
from app.frameworks.scoring.rules import Condition, Rules
from app.frameworks.scoring.sheet import NO_PARENT, Sheet
from app.frameworks.scoring.statuses import Status

_ONE = Fraction(1)


def apply_factors(sheet: Sheet, statuses: Mapping[str, Status]) -> Sequence[Fraction]:
    """Step 2. A factor holds for its node and all below; the others add up their children."""
    products = _factor_products(sheet, statuses)
    if not products:
        return sheet.sums
    points = list(sheet.points)
    for place in range(len(points) - 1, -1, -1):
        product = products.get(place)
        if product is not None:
            points[place] *= product
        elif children := sheet.children[place]:
            points[place] = total(points[child] for child in children)
    return points


def _factor_products(sheet: Sheet, statuses: Mapping[str, Status]) -> dict[int, Fraction]:
    products: dict[int, Fraction] = {}
    if not any(rules.factors for rules in sheet.rules.values()):
        return products
    for place, parent in enumerate(sheet.parents):
        rules = sheet.rules.get(place)
        own = [f.by for f in rules.factors if holds(sheet, statuses, f.when)] if rules else []
        above = products.get(parent)
        if own or above is not None:
            product = _ONE if above is None else above
            for factor in own:
                product *= factor
            products[place] = product
    return products


def holds(sheet: Sheet, statuses: Mapping[str, Status], when: Condition | None) -> bool:
    """Conditions look at statuses alone: the node's own, or one of an ancestor's."""
    if when is None:
        return True
    place = sheet.places.get(when.node_id)
    if place is None:
        return False
    concerned = True
    while place != NO_PARENT and concerned:
        status = statuses.get(sheet.ids[place])
        concerned = status is None or status.concerned
        place = sheet.parents[place]
    return concerned is when.concerned


def find_concerned(sheet: Sheet, statuses: Mapping[str, Status]) -> list[bool]:
    """Step 3. Not concerned goes down to all; it climbs when all children are so."""
    concerned: list[bool] = []
    for place, parent in enumerate(sheet.parents):
        status = statuses.get(sheet.ids[place])
        concerned.append(
            (parent == NO_PARENT or concerned[parent])
            and (status is None or status.concerned)
            and not deactivated(sheet, statuses, sheet.rules.get(place))
        )
    for place in range(len(concerned) - 1, -1, -1):
        children = sheet.children[place]
        if children and not any(concerned[child] for child in children):
            concerned[place] &= speaks(statuses.get(sheet.ids[place]))
    return concerned


def deactivated(sheet: Sheet, statuses: Mapping[str, Status], rules: Rules | None) -> bool:
    """Whether a node's own rule puts it out."""
    if rules is None:
        return False
    rule = rules.deactivated
    return holds(sheet, statuses, rule) if isinstance(rule, Condition) else rule


def speaks(status: Status | None) -> bool:
    """Whether a node has a status of its own that says concerned."""
    return status is not None and status.concerned and status.kind is not StatusKind.UNSET


def find_potentials(
    sheet: Sheet, points: Sequence[Fraction], concerned: Sequence[bool]
) -> list[Fraction]:
    """Step 4, from the leaves up, then what children gained is spread over what they hold."""
    potentials, gains = redistribute(sheet, points, concerned)
    return _spread(sheet, potentials, gains) if gains else potentials


def redistribute(
    sheet: Sheet, points: Sequence[Fraction], concerned: Sequence[bool]
) -> tuple[list[Fraction], dict[int, Fraction]]:
    """Potentials with what each node gained itself, and by which ratio it grew.

    What a node's ancestors gained is not in them yet.
    """
    potentials = [ZERO] * len(points)
    gains: dict[int, Fraction] = {}
    # Where nothing below has changed, a sum that the sheet holds needs no adding up again.
    is_as_in_sheet = [points is sheet.sums] * len(points)
    for place in range(len(points) - 1, -1, -1):
        if not concerned[place]:
            is_as_in_sheet[place] = False
            continue
        if all(is_as_in_sheet[child] for child in sheet.children[place]):
            potentials[place] = points[place]
            continue
        is_as_in_sheet[place] = False
        active = [child for child in sheet.children[place] if concerned[child]]
        if not active:
            # A leaf, or a node whose own status holds though no child is concerned.
            potentials[place] = points[place]
            continue
        if sheet.shares[place] and len(active) < len(sheet.children[place]):
            _redistribute(sheet, place, points, concerned, potentials, gains)
        potentials[place] = total(potentials[child] for child in active)
    return potentials, gains


def _redistribute(
    sheet: Sheet,
    place: int,
    points: Sequence[Fraction],
    concerned: Sequence[bool],
    potentials: list[Fraction],
    gains: dict[int, Fraction],
) -> None:
    """Equal parts of what is lost, to children that count; never to regulatory ones."""
    children = sheet.children[place]
    lost = total(points[child] for child in children if not concerned[child])
    receivers = [child for child in children if potentials[child] and not sheet.regulatory[child]]
    if not lost or not receivers:
        return
    part = lost / len(receivers)
    for child in receivers:
        before = potentials[child]
        potentials[child] = before + part
        gains[child] = potentials[child] / before


def _spread(sheet: Sheet, potentials: list[Fraction], gains: dict[int, Fraction]) -> list[Fraction]:
    """A child's gain goes to all below it, in proportion; gains of several levels multiply."""
    scales: dict[int, Fraction] = {}
    for place, parent in enumerate(sheet.parents):
        above = scales.get(parent)
        own = gains.get(place)
        if above is not None:
            potentials[place] *= above
        if own is not None or above is not None:
            scales[place] = (own or _ONE) * (above or _ONE)
    return potentials
