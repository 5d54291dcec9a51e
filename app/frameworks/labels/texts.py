"""How weights and texts of frameworks are written for people."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

from app.core.french import NBSP, THIN, number

# an editor's note left in the official files (domain.md §3): kept in the data, never shown
_EDITORIAL = re.compile(r"\(déplacé de la MOE\)[ \u00a0]?")


def weight(points: Decimal | None, percentage: Decimal | None) -> str:
    """« 15 points », « 25 % », or nothing where the file gives no weight."""
    if points is not None:
        return f"{number(points, 3)}{NBSP}{'point' if points < 2 else 'points'}"
    if percentage is not None:
        return f"{number(percentage, 3)}{THIN}%"
    return ""


def plain(text: str) -> str:
    """A framework's text without what its editors wrote for each other."""
    return _EDITORIAL.sub("", text)


def percent(ratio: Fraction | None) -> int:
    """A share for display: whole percents, rounded down so that 100 means all of it."""
    return int((ratio or Fraction(0)) * 100)
