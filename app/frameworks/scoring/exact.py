"""Exact sums that stay quick: whole numbers over one denominator, reduced once at the end."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction

ZERO = Fraction(0)


def total(numbers: Iterable[Fraction]) -> Fraction:
    ratios = [number.as_integer_ratio() for number in numbers if number]
    if not ratios:
        return ZERO
    scale = math.lcm(*(bottom for _, bottom in ratios))
    return Fraction(sum(top * (scale // bottom) for top, bottom in ratios), scale)


def common_denominator(numbers: Iterable[Fraction]) -> int:
    return math.lcm(*{number.denominator for number in numbers})


def scaled(numbers: Sequence[Fraction], scale: int) -> list[int]:
    """Each number × scale; the scale is a multiple of every denominator."""
    ratios = (number.as_integer_ratio() for number in numbers)
    return [top * (scale // bottom) for top, bottom in ratios]


class Unscaled(dict[int, Fraction]):
    """whole → whole ÷ scale. Most values of a tree come many times, so each is made once."""

    def __init__(self, scale: int) -> None:
        super().__init__({0: ZERO})
        self.scale = scale

    def __missing__(self, whole: int) -> Fraction:
        self[whole] = value = Fraction(whole, self.scale)
        return value
