"""French working days, by holiday zone (domain.md §5). Pure and cached: asked for every step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

import holidays

# zone of a territory → subdivision in the `holidays` library; None: the eleven national days
HOLIDAY_ZONES = MappingProxyType(
    {
        "metropole": None,
        "alsace-moselle": "57",
        "guadeloupe": "971",
        "martinique": "972",
        "guyane": "973",
        "reunion": "974",
        "mayotte": "976",
        "saint-barthelemy": "BL",
        "saint-martin": "MF",
        "saint-pierre-et-miquelon": "PM",
        "polynesie-francaise": "PF",
        "wallis-et-futuna": "WF",
        "nouvelle-caledonie": "NC",
    }
)
_SATURDAY = 5
_ONE_DAY = timedelta(days=1)


@lru_cache(maxsize=512)
def holidays_of(year: int, zone: str) -> frozenset[date]:
    """The days off of a year in a zone. Raises ValueError when the zone is not in HOLIDAY_ZONES."""
    if zone not in HOLIDAY_ZONES:
        raise ValueError(f"{zone!r} is not a holiday zone: {', '.join(HOLIDAY_ZONES)}")
    return frozenset(holidays.country_holidays("FR", subdiv=HOLIDAY_ZONES[zone], years=year))


@lru_cache(maxsize=512)
def holiday_names(year: int, zone: str) -> Mapping[date, str]:
    """The same days off with their French names; two feasts on one day stand side by side."""
    found = holidays.country_holidays("FR", subdiv=HOLIDAY_ZONES[zone], years=year, language="fr")
    return MappingProxyType({day: name.replace("; ", ", ") for day, name in found.items()})


@lru_cache(maxsize=16_384)
def is_working_day(day: date, zone: str) -> bool:
    """Monday to Friday and no holiday of the zone."""
    return day.weekday() < _SATURDAY and day not in holidays_of(day.year, zone)


@lru_cache(maxsize=16_384)
def previous_working_day(day: date, zone: str) -> date:
    """The day itself when it is worked, else the nearest worked day before: for what announces."""
    while not is_working_day(day, zone):
        day -= _ONE_DAY
    return day


@lru_cache(maxsize=16_384)
def next_working_day(day: date, zone: str) -> date:
    """The day itself when it is worked, else the nearest worked day after: for what chases."""
    while not is_working_day(day, zone):
        day += _ONE_DAY
    return day


def working_days_later(day: date, count: int, zone: str) -> date:
    """The working day that comes `count` working days after a day, which itself does not count."""
    for _ in range(count):
        day = next_working_day(day + _ONE_DAY, zone)
    return day


def working_days_earlier(day: date, count: int, zone: str) -> date:
    """The working day that comes `count` working days before a day, which itself does not count."""
    for _ in range(count):
        day = previous_working_day(day - _ONE_DAY, zone)
    return day


def working_days_between(first: date, last: date, zone: str) -> int:
    """How many working days come after a day, up to and with another; 0 when it is not later.

    The inverse of `working_days_later` on working days.
    """
    count = (last - first).days
    return sum(is_working_day(first + timedelta(days=one + 1), zone) for one in range(count))
