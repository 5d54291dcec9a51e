"""French days and amounts as people type them. Pure; what is vague stays text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from app.core.folding import fold

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv jan",
            "fevrier fevr fev",
            "mars",
            "avril avr",
            "mai",
            "juin",
            "juillet juil",
            "aout",
            "septembre sept sep",
            "octobre oct",
            "novembre nov",
            "decembre dec",
        ),
        start=1,
    )
    for name in names.split()
}
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?")
_SLASHED = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4}|\d{2})")
_WORDED = re.compile(r"(?:[a-z]+ )?(\d{1,2})(?:er)? ([a-z]+) (\d{4})")
_SERIAL = re.compile(r"[2-7]\d{4}")
_DAY_ZERO = date(1899, 12, 30)
_FIRST_YEAR, _LAST_YEAR = 1990, 2100
NOTHING = frozenset(
    ("", "-", "–", "—", "/", "n/a", "na", "néant", "neant", "x", "nc", "sans objet")
)


@dataclass(frozen=True)
class When:
    """A day, a vague date as it was said, or neither; `fault`: it looks like a day, and is none."""

    day: date | None = None
    text: str | None = None
    fault: bool = False


def read_when(typed: str) -> When:
    """« 17/04/2027 », « 17 avril 2027 », 46494 → a day; « T2 », « avril 2027 » → text."""
    text = " ".join(typed.split())
    if text.casefold() in NOTHING:
        return When()
    if found := _ISO.fullmatch(text):
        return _day(text, int(found[1]), int(found[2]), int(found[3]))
    if found := _SLASHED.fullmatch(text):
        year = int(found[3])
        return _day(text, year + 2000 if year < 100 else year, int(found[2]), int(found[1]))
    if (found := _WORDED.fullmatch(fold(text))) and found[2] in _MONTHS:
        return _day(text, int(found[3]), _MONTHS[found[2]], int(found[1]))
    if _SERIAL.fullmatch(text):
        return When(day=_DAY_ZERO + timedelta(days=int(text)))
    return When(text=text)


def _day(text: str, year: int, month: int, day: int) -> When:
    if _FIRST_YEAR <= year <= _LAST_YEAR:
        try:
            return When(day=date(year, month, day))
        except ValueError:
            pass
    return When(text=text, fault=True)


_CURRENCY = re.compile(r"(?:€|euros?|eur)?\s*(?:ht|ttc|h\.t\.?)?$", re.IGNORECASE)
_SIGN_BEFORE = re.compile(r"^(?:€|eur)\s*", re.IGNORECASE)
_TIMES = {"k": 1000, "m": 1_000_000}
_MOST_CENTS = 10**14


def read_money(typed: str) -> int | None:
    """« 12 000,50 € », « 12.000,50 », « 12 k€ » → cents; None for what is no amount."""
    text = _SIGN_BEFORE.sub("", "".join(typed.split()))
    text = _CURRENCY.sub("", text)
    times = 1
    if text and text[-1].casefold() in _TIMES:
        times, text = _TIMES[text[-1].casefold()], text[:-1]
    number = _number(text.replace("'", "").replace("’", ""))
    if number is None:
        return None
    cents = int((number * times * 100).to_integral_value())
    return cents if 0 <= cents <= _MOST_CENTS else None


_PLAIN = re.compile(r"\d+(?:[.,]\d+)?")
_FRENCH = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_ENGLISH = re.compile(r"\d{1,3}(?:,\d{3})+\.\d+|\d{1,3}(?:,\d{3}){2,}")


def _number(text: str) -> Decimal | None:
    if not text.isascii():
        return None
    if _FRENCH.fullmatch(text):
        return Decimal(text.replace(".", "").replace(",", "."))
    if _ENGLISH.fullmatch(text):
        return Decimal(text.replace(",", ""))
    if _PLAIN.fullmatch(text):
        return Decimal(text.replace(",", "."))
    return None
