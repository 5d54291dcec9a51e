"""What a project's money adds up to. Pure: missing figures are counted, never guessed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from app.plans.kinds import FundingState

_PROMISED = frozenset({FundingState.GRANTED, FundingState.PAID})


class Money(Protocol):
    """A funding line, as far as sums read it."""

    @property
    def amount_cents(self) -> int | None: ...
    @property
    def spent_cents(self) -> int | None: ...
    @property
    def state(self) -> FundingState: ...


@dataclass(frozen=True)
class Budget:
    """Sums in cents; `planned` is None while nobody has said it.

    `sought`: of all lines that were not refused; `promised`: granted or paid. `unsaid` counts lines
    that were not refused and have no amount yet: with them, `to_find` is only the most it can be.
    """

    planned: int | None
    sought: int
    promised: int
    paid: int
    spent: int
    unsaid: int
    lines: int

    @property
    def to_find(self) -> int | None:
        """What the lines leave open; nothing is never less than nothing."""
        return None if self.planned is None else max(self.planned - self.sought, 0)

    @property
    def beyond(self) -> int:
        """By how much the lines exceed what is planned."""
        return 0 if self.planned is None else max(self.sought - self.planned, 0)


def summed(planned: int | None, lines: Iterable[Money]) -> Budget:
    known = list(lines)
    running = [one for one in known if one.state is not FundingState.REFUSED]
    return Budget(
        planned=planned,
        sought=_amounts(running),
        promised=_amounts(one for one in running if one.state in _PROMISED),
        paid=_amounts(one for one in running if one.state is FundingState.PAID),
        spent=sum(one.spent_cents or 0 for one in known),
        unsaid=sum(one.amount_cents is None for one in running),
        lines=len(known),
    )


def _amounts(lines: Iterable[Money]) -> int:
    return sum(one.amount_cents or 0 for one in lines)
