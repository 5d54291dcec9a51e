"""Calendar files: exact text, zones, and what no name or title can break."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.calendar_file import Event, Guest, Method, calendar_file, fold_line

EVENT = Event(
    uid="abc@maillage.example",
    sequence=2,
    starts_at=datetime(2026, 4, 16, 12, 0, tzinfo=UTC),
    ends_at=datetime(2026, 4, 16, 14, 0, tzinfo=UTC),
    zone="Europe/Paris",
    title="COPIL ; élus, firmes",
    written_at=datetime(2026, 4, 7, 7, 0, tzinfo=UTC),
    place="Salle du Lavoir",
    description="1. Tour de table\n2. Décisions",
    url="https://maillage.example/rencontres/abc",
    organiser=Guest("Anne Vasseur", "anne@example.org"),
    guest=Guest('Lucie "Lu" Perrin', "lucie@example.org"),
)
TEXT = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Maillage//FR
CALSCALE:GREGORIAN
METHOD:REQUEST
BEGIN:VTIMEZONE
TZID:Europe/Paris
BEGIN:STANDARD
DTSTART:20251026T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:20260329T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
UID:abc@maillage.example
DTSTAMP:20260407T070000Z
SEQUENCE:2
DTSTART;TZID=Europe/Paris:20260416T140000
DTEND;TZID=Europe/Paris:20260416T160000
SUMMARY:COPIL \\; élus\\, firmes
LOCATION:Salle du Lavoir
DESCRIPTION:1. Tour de table\\n2. Décisions
URL:https://maillage.example/rencontres/abc
ORGANIZER;CN="Anne Vasseur":mailto:anne@example.org
ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=FALSE;CN="Lucie 'Lu' Perrin":mailto:luc
 ie@example.org
STATUS:CONFIRMED
TRANSP:OPAQUE
END:VEVENT
END:VCALENDAR
"""


def test_an_invitation_is_this_text_with_the_rules_of_its_zone() -> None:
    assert calendar_file(EVENT, Method.REQUEST) == TEXT.replace("\n", "\r\n")


def test_a_cancelled_meeting_says_so_twice() -> None:
    lines = calendar_file(EVENT, Method.CANCEL).split("\r\n")
    assert [line for line in lines if line in ("METHOD:CANCEL", "STATUS:CANCELLED")] == [
        "METHOD:CANCEL",
        "STATUS:CANCELLED",
    ]


def test_a_zone_that_never_changes_its_clock_has_one_offset() -> None:
    text = calendar_file(replace(EVENT, zone="Indian/Reunion"), Method.REQUEST)
    zone = text.partition("BEGIN:VTIMEZONE\r\n")[2].partition("END:VTIMEZONE")[0]
    assert zone.split("\r\n")[:-1] == [
        "TZID:Indian/Reunion",
        "BEGIN:STANDARD",
        "DTSTART:19700101T000000",
        "TZOFFSETFROM:+0400",
        "TZOFFSETTO:+0400",
        "TZNAME:+04",
        "END:STANDARD",
    ]
    assert "DTSTART;TZID=Indian/Reunion:20260416T160000" in text


@given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r\n")))
def test_folded_lines_are_short_and_say_the_same(line: str) -> None:
    folded = fold_line(line)
    assert all(len(part.encode()) <= 75 for part in folded.split("\r\n"))
    assert folded.replace("\r\n ", "") == line


@pytest.mark.parametrize("field", ["title", "place", "description", "url", "uid"])
@given(value=st.text(st.characters(exclude_categories=("Cs",))))
def test_nothing_that_people_type_adds_a_property(field: str, value: str) -> None:
    names = ("BEGIN", "END", "METHOD", "ATTENDEE", "ORGANIZER", "DTSTART", "UID")

    def properties(event: Event) -> list[str]:
        unfolded = calendar_file(event, Method.REQUEST).replace("\r\n ", "")
        found = [line.split(":")[0].split(";")[0] for line in unfolded.split("\r\n")]
        return [name for name in found if name in names]

    assert properties(replace(EVENT, **{field: value})) == properties(EVENT)
