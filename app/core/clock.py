"""Time, read once per operation at the edge and passed down as an argument."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """This instant, aware, in UTC."""
    return datetime.now(UTC)


def local_day(instant: datetime, zone: str) -> date:
    """The calendar day of an instant in a time zone (IANA name)."""
    return instant.astimezone(ZoneInfo(zone)).date()


def local_instant(day: date, hour: int, zone: str) -> datetime:
    """The instant at which a local clock shows `hour` o'clock on `day`, in UTC."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(zone)).astimezone(UTC)
