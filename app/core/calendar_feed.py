"""A whole calendar as people's programs subscribe to it (RFC 5545). Pure: same entries, same bytes.

Days for what is due, hours with their zone for meetings. What is off stays for a while with the
status CANCELLED, since programs keep what merely vanishes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from app.core.calendar_file import (
    PRODUCT,
    Event,
    Method,
    event_lines,
    fold_line,
    one_line,
    text_value,
    zone_lines,
)

_INSTANT = "%Y%m%dT%H%M%SZ"
_DAY = "%Y%m%d"
# how often programs are asked to look again
_EVERY = "PT4H"


@dataclass(frozen=True)
class DayEntry:
    """Something of a day, without hours. `sequence` and `changed_at` rise with each change."""

    uid: str
    sequence: int
    day: date
    title: str
    changed_at: datetime
    description: str = ""
    url: str = ""
    is_cancelled: bool = False


@dataclass(frozen=True)
class TimedEntry:
    """A meeting; its `written_at` is when it last changed."""

    event: Event
    is_cancelled: bool = False


def calendar_feed(name: str, days: Iterable[DayEntry], timed: Iterable[TimedEntry]) -> str:
    """The file, lines folded and ended as the standard asks."""
    timed = list(timed)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        f"METHOD:{Method.PUBLISH}",
        f"X-WR-CALNAME:{text_value(name)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{_EVERY}",
        f"X-PUBLISHED-TTL:{_EVERY}",
        *_zones(timed),
    ]
    for day in days:
        lines += _day(day)
    for one in timed:
        *event, end = event_lines(one.event, Method.CANCEL if one.is_cancelled else Method.PUBLISH)
        lines += [*event, _modified(one.event.written_at), end]
    return "".join(f"{fold_line(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _zones(timed: list[TimedEntry]) -> Iterator[str]:
    """Each zone once, from the first of its meetings to the last."""
    for zone in sorted({one.event.zone for one in timed}):
        events = [one.event for one in timed if one.event.zone == zone]
        first = min(event.starts_at for event in events)
        yield from zone_lines(zone, first, max(event.ends_at for event in events))


def _day(entry: DayEntry) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{text_value(entry.uid)}"
    yield f"DTSTAMP:{entry.changed_at.astimezone(UTC):{_INSTANT}}"
    yield f"SEQUENCE:{entry.sequence}"
    yield f"DTSTART;VALUE=DATE:{entry.day:{_DAY}}"
    yield f"DTEND;VALUE=DATE:{entry.day + timedelta(days=1):{_DAY}}"
    yield f"SUMMARY:{text_value(entry.title)}"
    if entry.description:
        yield f"DESCRIPTION:{text_value(entry.description)}"
    if entry.url:
        yield f"URL:{one_line(entry.url)}"
    yield f"STATUS:{'CANCELLED' if entry.is_cancelled else 'CONFIRMED'}"
    # a deadline takes nobody's time
    yield "TRANSP:TRANSPARENT"
    yield _modified(entry.changed_at)
    yield "END:VEVENT"


def _modified(instant: datetime) -> str:
    return f"LAST-MODIFIED:{instant.astimezone(UTC):{_INSTANT}}"
