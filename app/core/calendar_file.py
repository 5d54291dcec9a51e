"""One meeting as an iCalendar file (RFC 5545, 5546): what calendars take from a mail or a page.

Pure: the same event gives the same bytes. Times are local with their zone's rules beside them, so
that a calendar in another zone shows the right hour.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

PRODUCT = "-//Maillage//FR"
_LONGEST = 75
_LOCAL = "%Y%m%dT%H%M%S"
_HOUR = timedelta(hours=1)
_AROUND = timedelta(days=366)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Method(enum.StrEnum):
    """What the receiver does with it: asked to come, told it is off, or merely keeps it."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    PUBLISH = "PUBLISH"


@dataclass(frozen=True)
class Guest:
    name: str
    email: str


@dataclass(frozen=True)
class Event:
    """One event in one zone. `sequence` grows with each change that people are told of."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    zone: str
    title: str
    written_at: datetime
    place: str = ""
    description: str = ""
    url: str = ""
    organiser: Guest | None = None
    guest: Guest | None = None


def calendar_file(event: Event, method: Method) -> str:
    """The whole file, lines folded and ended as the standard asks."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        f"METHOD:{method}",
        *zone_lines(event.zone, event.starts_at, event.ends_at),
        *event_lines(event, method),
        "END:VCALENDAR",
    ]
    return "".join(f"{fold_line(line)}\r\n" for line in lines)


def event_lines(event: Event, method: Method) -> Iterator[str]:
    """One VEVENT, unfolded."""
    zone = ZoneInfo(event.zone)
    status = "CANCELLED" if method is Method.CANCEL else "CONFIRMED"
    yield "BEGIN:VEVENT"
    yield f"UID:{text_value(event.uid)}"
    yield f"DTSTAMP:{event.written_at.astimezone(UTC):{_LOCAL}}Z"
    yield f"SEQUENCE:{event.sequence}"
    yield f"DTSTART;TZID={event.zone}:{event.starts_at.astimezone(zone):{_LOCAL}}"
    yield f"DTEND;TZID={event.zone}:{event.ends_at.astimezone(zone):{_LOCAL}}"
    yield f"SUMMARY:{text_value(event.title)}"
    for name, value in (("LOCATION", event.place), ("DESCRIPTION", event.description)):
        if value:
            yield f"{name}:{text_value(value)}"
    if event.url:
        yield f"URL:{one_line(event.url)}"
    if event.organiser:
        yield f"ORGANIZER;CN={_named(event.organiser)}"
    if event.guest:
        # answers go through the mail's own buttons: no calendar needs to send one
        yield f"ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=FALSE;CN={_named(event.guest)}"
    yield f"STATUS:{status}"
    yield "TRANSP:OPAQUE"
    yield "END:VEVENT"


def zone_lines(name: str, starts_at: datetime, ends_at: datetime) -> Iterator[str]:
    """The zone's offsets around events: each change of the year before the first until the end."""
    zone = ZoneInfo(name)
    first = starts_at - _AROUND
    yield "BEGIN:VTIMEZONE"
    yield f"TZID:{name}"
    changes = list(_changes(zone, first, ends_at))
    if not changes:
        ever = first.astimezone(zone)
        yield from _observance("19700101T000000", ever, ever)
    for before, after in changes:
        # told by the clock as it stood before
        offset = before.utcoffset() or timedelta()
        told = (after.astimezone(UTC) + offset).replace(tzinfo=None)
        yield from _observance(f"{told:{_LOCAL}}", before, after)
    yield "END:VTIMEZONE"


def _changes(
    zone: ZoneInfo, first: datetime, last: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """(an instant before, the instant of the change) for each change of offset, by the hour."""
    instant = first.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    day = timedelta(days=1)
    while instant < last:
        if instant.astimezone(zone).utcoffset() != (instant + day).astimezone(zone).utcoffset():
            hour = instant
            while hour.astimezone(zone).utcoffset() == (hour + _HOUR).astimezone(zone).utcoffset():
                hour += _HOUR
            yield hour.astimezone(zone), (hour + _HOUR).astimezone(zone)
        instant += day


def _observance(told: str, before: datetime, after: datetime) -> Iterator[str]:
    kind = "DAYLIGHT" if after.dst() else "STANDARD"
    yield f"BEGIN:{kind}"
    yield f"DTSTART:{told}"
    yield f"TZOFFSETFROM:{before:%z}"
    yield f"TZOFFSETTO:{after:%z}"
    if name := one_line(after.tzname() or ""):
        yield f"TZNAME:{name}"
    yield f"END:{kind}"


def text_value(value: str) -> str:
    """Text with the signs escaped that mean something to a calendar."""
    plain = _CONTROL.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    escaped = plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\n", "\\n")


def one_line(value: str) -> str:
    """What may not be broken or escaped: an address, a name in quotes."""
    return " ".join(_CONTROL.sub("", value).split())


def _named(one: Guest) -> str:
    """A quoted name and an address; quotes inside a name cannot be escaped."""
    return f'"{one_line(one.name).replace(chr(34), chr(39))}":mailto:{one_line(one.email)}'


def fold_line(line: str) -> str:
    """At most 75 octets a line, cut between characters; what follows begins with a space."""
    parts, part, size = [], "", 0
    for char in line:
        octets = len(char.encode("utf-8"))
        if size + octets > _LONGEST:
            parts.append(part)
            part, size = "", 1
        part, size = part + char, size + octets
    return "\r\n ".join([*parts, part])
