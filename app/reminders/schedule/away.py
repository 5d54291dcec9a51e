"""Who is there in the place of somebody who is away: by turns, or of a team. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

_ONE_DAY = timedelta(days=1)


class Gone(NamedTuple):
    """Days, both included, on which somebody is away, and whom they named in their place."""

    person_id: int
    first: date
    last: date
    substitute_id: int


class There(NamedTuple):
    """Days, both included, on which somebody is there in another's place."""

    first: date
    last: date
    person_id: int


def by_turns(person_id: int, absences: Sequence[Gone]) -> list[There]:
    """Whom they named; who is away as well hands on to whom they named in turn.

    Where that ends in a circle nobody is there: on those days the person themself is spoken to.
    """

    def there_on(day: date) -> int | None:
        asked, here = {person_id}, person_id
        while away := _of(here, absences, day):
            here = away.substitute_id
            if here in asked:
                return None
            asked.add(here)
        return here

    return list(_days(person_id, _handed_on(person_id, absences), there_on))


def of_the_team(team: Sequence[int], absences: Sequence[Gone]) -> list[There]:
    """In the place of the first of a team: whom she named, where they are of it and there; else
    the next who is there. Where nobody is, she is spoken to all the same."""
    pilot = team[0]

    def there_on(day: date) -> int | None:
        own = _of(pilot, absences, day)
        named = [own.substitute_id] if own else []
        known = [id_ for id_ in (*named, *team[1:]) if id_ in team]
        return next((id_ for id_ in known if _of(id_, absences, day) is None), None)

    return list(_days(pilot, absences, there_on))


def _days(
    person_id: int, absences: Sequence[Gone], there_on: Callable[[date], int | None]
) -> Iterator[There]:
    """The person's days away, in parts within which the same people are away."""
    changes = {one.first for one in absences} | {one.last + _ONE_DAY for one in absences}
    for own in (one for one in absences if one.person_id == person_id):
        inside = sorted(day for day in changes if own.first < day <= own.last)
        ends = [*(day - _ONE_DAY for day in inside), own.last]
        for first, last in zip([own.first, *inside], ends, strict=True):
            here = there_on(first)
            if here is not None:
                yield There(first, last, here)


def _handed_on(person_id: int, absences: Iterable[Gone]) -> list[Gone]:
    """The absences of all to whom it may come."""
    by_person: dict[int, list[Gone]] = {}
    for one in absences:
        by_person.setdefault(one.person_id, []).append(one)
    found: list[Gone] = []
    asked, wanted = set[int](), {person_id}
    while wanted:
        asked |= wanted
        theirs = [one for id_ in wanted for one in by_person.get(id_, ())]
        found += theirs
        wanted = {one.substitute_id for one in theirs} - asked
    return found


def _of(person_id: int, absences: Iterable[Gone], day: date) -> Gone | None:
    return next(
        (one for one in absences if one.person_id == person_id and one.first <= day <= one.last),
        None,
    )
