"""Plays what happened in the order in which it happened, so that the journal tells it."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.demo.days import moment
from app.journal.kinds import Via
from app.journal.recorder import acting

Deed = Callable[[datetime], None]
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # those of every public id

# the hour of a day at which each kind of deed is done: what is first made is later changed
FOUNDING, OPENING, NAMING, PLANNING, BEGINNING, MOVING, SAYING, ENDING = range(7, 15)


@lru_cache(maxsize=4096)
def public_id(what: str) -> str:
    """The same thing of the story bears the same public id in every demonstration."""
    dice = random.Random(f"maillage: {what}")  # noqa: S311  # nosec B311  stable, not secret
    return "".join(dice.choice(_LETTERS) for _ in range(10))


@dataclass
class Chronicle:
    """Deeds with their instant and their doer; written in any order, played in time's."""

    _deeds: list[tuple[datetime, int, str | None, Via, Deed]] = field(default_factory=list)

    def on(self, day: date, hour: int, what: str, person: str | None, via: Via, deed: Deed) -> None:
        """Note a deed. `what` spreads the deeds of an hour over its minutes; those that share
        it share the minute, and are done in the order in which they were noted."""
        self._deeds.append((moment(day, hour, what), len(self._deeds), person, via, deed))

    def play(self, session: Session, people: Mapping[str, Person]) -> None:
        """Do every deed, one flush each, with its doer and its instant in the journal."""
        for at, _, person, via, deed in sorted(self._deeds, key=lambda entry: entry[:2]):
            acting(session, people[person].id if person else None, via, at)
            deed(at)
            session.flush()
