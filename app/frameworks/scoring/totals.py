"""Steps 5 and 6 of domain.md §4: done, planned, not done, unset; then declared ceilings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from app.frameworks.scoring.exact import Unscaled, common_denominator, scaled, total
from app.frameworks.scoring.sheet import NO_PARENT, Sheet
from app.frameworks.scoring.statuses import Parts, Status


class Split(NamedTuple):
    """A potential in four parts that sum to it."""

    done: Fraction
    planned: Fraction
    not_done: Fraction
    unset: Fraction


class Ceiling(NamedTuple):
    """Done here was `present`, and is `wanted`: what is done at the place `by`."""

    present: Fraction
    wanted: Fraction
    by: int


Whole = tuple[int, int, int, int]


def split_all(
    sheet: Sheet,
    potentials: Sequence[Fraction],
    concerned: Sequence[bool],
    statuses: Mapping[str, Status],
) -> list[Split]:
    """Step 5: an own status whatever the children say; else the sum of the children."""
    own, grain = _own_parts(sheet, concerned, statuses)
    scale = common_denominator(potentials) * grain
    wholes = scaled(potentials, scale)
    splits: list[Whole] = [(0, 0, 0, 0)] * len(wholes)
    for place in range(len(wholes) - 1, -1, -1):
        if place in own:
            unit = wholes[place] // grain
            done, planned, not_done = own[place]
            splits[place] = (unit * done, unit * planned, unit * not_done, 0)
        elif children := sheet.children[place]:
            a, b, c, d = zip(*[splits[child] for child in children], strict=True)
            splits[place] = (sum(a), sum(b), sum(c), sum(d))
        else:
            splits[place] = (0, 0, 0, wholes[place])
    exact = Unscaled(scale)
    return [Split(exact[a], exact[b], exact[c], exact[d]) for a, b, c, d in splits]


def _own_parts(
    sheet: Sheet, concerned: Sequence[bool], statuses: Mapping[str, Status]
) -> tuple[dict[int, tuple[int, ...]], int]:
    """Own (done, planned, not done) by place, as whole numbers of one grain; and the grain."""
    found: dict[int, Parts] = {}
    for node_id, status in statuses.items():
        place = sheet.places.get(node_id)
        if place is not None and concerned[place] and (parts := status.parts) is not None:
            found[place] = parts
    distinct = {id(parts): parts for parts in found.values()}
    grain = common_denominator(part for parts in distinct.values() for part in parts)
    grains = {key: tuple(scaled(parts, grain)) for key, parts in distinct.items()}
    return {place: grains[id(parts)] for place, parts in found.items()}, grain


def apply_caps(
    sheet: Sheet, splits: Sequence[Split], statuses: Mapping[str, Status]
) -> tuple[list[Split], dict[int, Ceiling]]:
    """Step 6: done of a subtree × wanted ÷ present; what is taken away counts as not done.

    The wanted points are the least of the node's own and of the nodes that it names, as step
    5 left them. Ancestors without a status add up again. Answers the ceilings that were met, too.
    """
    met: dict[int, Ceiling] = {}
    result = list(splits)
    capped = [place for place, rules in sheet.rules.items() if rules.caps]
    if not capped:
        return result, met
    dirty: set[int] = set()
    for place in sorted(capped, reverse=True):
        _resum(sheet, result, statuses, dirty, down_to=place)
        by = _lowest(sheet, splits, place)
        present = result[place].done
        if by is not None and splits[by].done < present:
            met[place] = Ceiling(present, splits[by].done, by)
            _scale_below(sheet, result, place, splits[by].done / present)
            dirty.add(sheet.parents[place])
    _resum(sheet, result, statuses, dirty, down_to=0)
    return result, met


def _lowest(sheet: Sheet, splits: Sequence[Split], place: int) -> int | None:
    named = [sheet.places[cap] for cap in sheet.rules[place].caps if cap in sheet.places]
    return min(named, key=lambda other: splits[other].done, default=None)


def _scale_below(sheet: Sheet, splits: list[Split], place: int, ratio: Fraction) -> None:
    waiting = [place]
    while waiting:
        at = waiting.pop()
        old = splits[at]
        done = old.done * ratio
        splits[at] = old._replace(done=done, not_done=old.not_done + old.done - done)
        waiting.extend(sheet.children[at])


def _resum(
    sheet: Sheet,
    splits: list[Split],
    statuses: Mapping[str, Status],
    dirty: set[int],
    down_to: int,
) -> None:
    """Add up again, from the bottom, the ancestors numbered `down_to` or more."""
    for place in sorted(dirty, reverse=True):
        at = place
        while at != NO_PARENT and at >= down_to:
            status = statuses.get(sheet.ids[at])
            if status is not None and status.parts is not None:
                break
            columns = zip(*(splits[child] for child in sheet.children[at]), strict=True)
            splits[at] = Split._make(total(column) for column in columns)
            at = sheet.parents[at]
