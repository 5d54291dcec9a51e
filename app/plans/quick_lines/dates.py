"""When, as people write it: « 17/04 », « vendredi », « dans 15 jours », « fin juin ? »."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from app.core.folding import fold
from app.core.french import DAYS, MONTHS

LONGEST_WORDS = 80
YEARS = range(2000, 2101)
_NUMBERS = {
    "un": 1,
    "une": 1,
    "deux": 2,
    "trois": 3,
    "quatre": 4,
    "cinq": 5,
    "six": 6,
    "sept": 7,
    "huit": 8,
    "dix": 10,
    "quinze": 15,
    "vingt": 20,
    "trente": 30,
}
_SHORT_MONTHS = ("janv", "fevr", "mars", "avr", "mai", "juin", "juil", "aout", "sept", "oct", "nov")


@dataclass(frozen=True)
class When:
    """A day, or the words that were said of one; `typed` is all that was read as the date."""

    day: date | None
    words: str | None
    typed: str


def read_date(typed: str, today: date) -> When | None:
    """The whole of a text as a date, None where it is none."""
    plain = typed.strip().strip("().,;: ").strip()
    key = _key(plain.rstrip("? \u202f\u00a0"))
    if not key or len(plain) > LONGEST_WORDS:
        return None
    if day := _soon(key, today):
        return When(day, None, typed)
    key = _bare(key)
    if words := _fleeting(key, today):
        return When(None, words, typed)
    if _VAGUE.fullmatch(key):
        return When(None, plain, typed)
    return _on_the_calendar(key, plain, typed, today)


def _soon(key: str, today: date) -> date | None:
    """Counted from today."""
    if found := _FROM_NOW.fullmatch(key):
        return _from_now(found, today)
    matches = ((pattern.fullmatch(_bare(key)), day_of) for pattern, day_of in _RELATIVE)
    return next((day_of(found, today) for found, day_of in matches if found), None)


def _fleeting(key: str, today: date) -> str | None:
    matches = (words_of for pattern, words_of in _FLEETING if pattern.fullmatch(key))
    return next((words_of(today) for words_of in matches), None)


def _on_the_calendar(key: str, plain: str, typed: str, today: date) -> When | None:
    """A day with its figures; doubted (« 17/04 ? ») or on another weekday it stays in words."""
    for pattern in _CALENDAR:
        if found := pattern.fullmatch(key):
            day = _dated(found, today)
            if day is not None and not plain.endswith("?"):
                return When(day, None, typed)
            return When(None, plain, typed) if day or key.startswith(DAYS) else None
    return None


def _bare(key: str) -> str:
    """Without « avant le », « pour », « d’ici »."""
    found = _PREPOSITION.match(key)
    return key[found.end() :] if found else key


def _key(text: str) -> str:
    """Folded word by word, with the signs that dates are written with."""
    bare = re.sub(r"[^/.\-\s]+", lambda word: fold(word[0]) or "\x00", text)
    return " ".join(bare.split())


def _after(today: date, weekday: int) -> date:
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year in YEARS else None
    except ValueError:
        return None


def _next(today: date, month: int, day: int) -> date | None:
    """The next such day, today included; the 29th of February may be years away."""
    years = (_day(today.year + later, month, day) for later in range(9))
    return next((one for one in years if one is not None and one >= today), None)


def _month(word: str) -> int:
    """« avril », « avr. » → 4"""
    bare = word.rstrip(".")
    if bare in _SHORT_MONTHS:
        return _SHORT_MONTHS.index(bare) + 1
    return next((at for at, name in enumerate(_FOLDED_MONTHS, 1) if name.startswith(bare)), 0)


def _dated(found: re.Match[str], today: date) -> date | None:
    parts = found.groupdict()
    day = int(parts["day"].removesuffix("er"))
    name = parts.get("name")
    month = _month(name) if name else int(parts["month"])
    year = parts.get("year")
    if year is None:
        there = _next(today, month, day)
    else:
        there = _day(int(year) + (2000 if len(year) == 2 else 0), month, day)
    weekday = parts.get("weekday")
    if there is None or weekday is None:
        return there
    return there if DAYS[there.weekday()].startswith(weekday.rstrip(".")) else None


def _months_on(today: date, count: int) -> date:
    years, month = divmod(today.month - 1 + count, 12)
    for day in range(today.day, 27, -1):
        if there := _day(today.year + years, month + 1, day):
            return there
    return date(today.year + years, month + 1, min(today.day, 28))


def _from_now(found: re.Match[str], today: date) -> date:
    said, unit = found["count"], found["unit"]
    count = _NUMBERS.get(said) or int(said)
    if unit.startswith("mois"):
        return _months_on(today, count)
    return today + timedelta(days=count * (7 if unit.startswith("semaine") else 1))


def _weekday(found: re.Match[str], today: date) -> date:
    later = {"huit": 7, "quinze": 14}.get(found["later"] or "", 0)
    return _after(today, DAYS.index(found["weekday"])) + timedelta(days=later)


def _friday(today: date, weeks: int) -> date:
    """The Friday of this week, of the next one; this week's is today at the earliest."""
    monday = today - timedelta(days=today.weekday())
    return max(today, monday + timedelta(days=4 + 7 * weeks))


_FOLDED_MONTHS = tuple(fold(name) for name in MONTHS)
_MONTH = "|".join((*_FOLDED_MONTHS, *(f"{short}\\.?" for short in (*_SHORT_MONTHS, "dec"))))
_WEEKDAY = "|".join(DAYS)
_SHORT_DAY = "|".join((_WEEKDAY, *(f"{name[:3]}\\.?" for name in DAYS)))
_COUNT = "|".join((r"\d{1,3}", *_NUMBERS))
_YEAR = r"20\d\d"
_PREPOSITION = re.compile(
    r"(?:(?:echeance|date|pour|avant|d ici|jusqu|au plus tard)(?: (?:le|la|au|a|en))? "
    r"|(?:le|la|en) )?"
)
_FROM_NOW = re.compile(rf"(?:dans|sous|d ici) (?P<count>{_COUNT}) (?P<unit>jours?|semaines?|mois)")

_RELATIVE: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], date]], ...] = (
    (re.compile(r"aujourd hui|ce jour"), lambda _found, today: today),
    (re.compile(r"demain"), lambda _found, today: today + timedelta(days=1)),
    (re.compile(r"apres[ -]demain"), lambda _found, today: today + timedelta(days=2)),
    (
        re.compile(rf"(?P<weekday>{_WEEKDAY})(?: prochain| qui vient| en (?P<later>huit|quinze))?"),
        _weekday,
    ),
    (
        re.compile(r"cette semaine|fin de (?:la )?semaine"),
        lambda _found, today: _friday(today, 0),
    ),
    (re.compile(r"semaine prochaine"), lambda _found, today: _friday(today, 1)),
)

_CALENDAR = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"),
    re.compile(
        rf"(?:(?P<weekday>{_SHORT_DAY}) )?"
        r"(?P<day>\d{1,2})/(?P<month>\d{1,2})(?:/(?P<year>\d{4}|\d\d))?"
    ),
    re.compile(r"(?P<day>\d{1,2})([.-])(?P<month>\d{1,2})\2(?P<year>\d{4}|\d\d)"),
    re.compile(
        rf"(?:(?P<weekday>{_SHORT_DAY}) )?(?P<day>1er|\d{{1,2}}) (?P<name>{_MONTH})"
        rf"(?: (?P<year>{_YEAR}))?"
    ),
)

# words that would mean another time tomorrow
_FLEETING: tuple[tuple[re.Pattern[str], Callable[[date], str]], ...] = (
    (re.compile(r"fin (?:du|de) mois"), lambda today: f"fin {MONTHS[today.month - 1]}"),
    (re.compile(r"ce mois(?:-ci| ci)?"), lambda today: MONTHS[today.month - 1]),
    (re.compile(r"mois prochain"), lambda today: MONTHS[today.month % 12]),
    (re.compile(r"fin (?:de l |d )annee"), lambda today: f"fin {today.year}"),
    (re.compile(r"annee prochaine"), lambda today: str(today.year + 1)),
)

_ABOUT = r"(?:debut|mi|fin|courant|vers|mois de)[ -](?:de |d )?"
_VAGUE = re.compile(
    rf"(?:{_ABOUT})?(?:{_MONTH})(?: {_YEAR})?|{_ABOUT}{_YEAR}|\d{{1,2}}/{_YEAR}"
    rf"|(?:{_ABOUT})?(?:t[1-4]|[1-4](?:er|e|eme) trimestre)(?:[ /-]{_YEAR})?"
    rf"|(?:{_ABOUT})?(?:s[12]|[12](?:er|e|eme|nd) semestre)(?:[ /-]{_YEAR})?"
    rf"|(?:semaine|sem\.?|s) ?\d{{1,2}}(?:[ /-]{_YEAR})?"
    rf"|(?:{_ABOUT})?(?:l )?(?:printemps|ete|automne|hiver|rentree)(?: {_YEAR})?"
    r"|des que possible|asap|au plus vite|(?:date )?a (?:definir|preciser|fixer)"
)
