"""Order as text: moving one item writes one row."""

from __future__ import annotations

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_BASE = len(_DIGITS)


def between(before: str | None, after: str | None) -> str:
    """A rank strictly between two ranks (None is an open end), compared as ASCII text.

    Never ends in "0", so that there is always room below it. Raises ValueError when
    `before` is not lower than `after`.
    """
    low, high = before or "", after
    if high is not None and low >= high:
        raise ValueError(f"no rank lies between {before!r} and {after!r}")
    prefix = ""
    position = 0
    while True:
        floor = _DIGITS.index(low[position]) if position < len(low) else 0
        ceiling = _DIGITS.index(high[position]) if high and position < len(high) else _BASE
        if ceiling - floor > 1:
            if high is None and low:
                # at the open end one step suffices: ranks of a growing list stay short
                return prefix + _DIGITS[floor + 1]
            return prefix + _DIGITS[(floor + ceiling) // 2]
        prefix += _DIGITS[floor]
        if ceiling != floor:
            high = None
        position += 1


def spread(count: int) -> list[str]:
    """`count` ranks in rising order with even room between them."""
    width = 1
    while _BASE**width < 2 * (count + 1):
        width += 1
    step = _BASE**width // (count + 1)
    return [_text((index + 1) * step, width) for index in range(count)]


def _text(number: int, width: int) -> str:
    digits = ""
    for _ in range(width):
        number, digit = divmod(number, _BASE)
        digits = _DIGITS[digit] + digits
    return digits.rstrip("0")
