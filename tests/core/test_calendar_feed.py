"""A calendar that programs subscribe to says what was given, as the standard asks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from app.core.calendar_feed import DayEntry, TimedEntry, calendar_feed
from app.core.calendar_file import Event
from tests.core.ical import components

WRITTEN = datetime(2026, 4, 7, 7, 0, tzinfo=UTC)
TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=200
)
DAYS = st.builds(
    DayEntry,
    uid=st.from_regex(r"[a-z2-9]{10}@example\.org", fullmatch=True),
    sequence=st.integers(1, 99),
    day=st.dates(date(2000, 1, 1), date(2099, 12, 30)),
    title=TEXTS,
    changed_at=st.just(WRITTEN),
    description=st.just("") | TEXTS,
    is_cancelled=st.booleans(),
)


def meeting(uid: str = "m@example.org", zone: str = "Europe/Paris", *, month: int = 4) -> Event:
    starts = datetime(2027, month, 16, 14, 0, tzinfo=ZoneInfo(zone))
    ends = starts + timedelta(hours=2)
    return Event(uid, 3, starts, ends, zone, "COPIL", WRITTEN)


@given(st.lists(DAYS, max_size=5, unique_by=lambda day: day.uid))
def test_no_line_is_longer_than_75_octets_and_nothing_is_lost(days: list[DayEntry]) -> None:
    text = calendar_feed("Maillage", days, [TimedEntry(meeting())])
    assert text.endswith("\r\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    found = components(text, "VEVENT")
    assert [one["UID"] for one in found] == [*(day.uid for day in days), "m@example.org"]
    assert [one["SUMMARY"] for one in found[:-1]] == [day.title for day in days]
    assert [one.get("DESCRIPTION", "") for one in found[:-1]] == [day.description for day in days]


def test_a_day_lasts_a_day_and_takes_nobodys_time() -> None:
    day = DayEntry("s@example.org", 4, date(2027, 12, 31), "✓ Peser; trier, noter", WRITTEN)
    assert components(calendar_feed("Anne", [day], []), "VEVENT") == [
        {
            "UID": "s@example.org",
            "DTSTAMP": "20260407T070000Z",
            "SEQUENCE": "4",
            "DTSTART;VALUE=DATE": "20271231",
            "DTEND;VALUE=DATE": "20280101",
            "SUMMARY": "✓ Peser; trier, noter",
            "STATUS": "CONFIRMED",
            "TRANSP": "TRANSPARENT",
            "LAST-MODIFIED": "20260407T070000Z",
        }
    ]


def test_each_zone_is_told_once_from_its_first_meeting_to_its_last() -> None:
    timed = [
        TimedEntry(meeting("a@example.org", month=1)),
        TimedEntry(meeting("b@example.org", month=7), is_cancelled=True),
        TimedEntry(meeting("c@example.org", "Indian/Reunion")),
    ]
    text = calendar_feed("Anne", [], timed)
    zones = [one["TZID"] for one in components(text, "VTIMEZONE")]
    assert zones == ["Europe/Paris", "Indian/Reunion"]
    starts = [one["DTSTART"] for one in components(text, "DAYLIGHT")]
    assert starts == ["20260329T020000", "20270328T020000"]
    events = components(text, "VEVENT")
    assert [one.get("DTSTART;TZID=Europe/Paris") for one in events] == [
        "20270116T140000",
        "20270716T140000",
        None,
    ]
    assert events[2]["DTSTART;TZID=Indian/Reunion"] == "20270416T140000"
    assert [one["STATUS"] for one in events] == ["CONFIRMED", "CANCELLED", "CONFIRMED"]


def test_the_same_entries_are_the_same_bytes() -> None:
    day = DayEntry("s@example.org", 1, date(2027, 4, 17), "Peser", WRITTEN)
    assert calendar_feed("A", [day], []) == calendar_feed("A", [day], [])
