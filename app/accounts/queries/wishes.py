"""What somebody wants of mails that can wait: at once, a morning, a Monday, a day, never."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.accounts.kinds import MailRhythm
from app.accounts.models import MailPreference, Person, Territory
from app.core.calendar import next_working_day
from app.core.clock import local_day, local_instant


def wants_mail(session: Session, person_id: int) -> bool:
    """Whether they take mails that can wait at all."""
    preference = session.get(MailPreference, person_id)
    return preference is None or preference.rhythm is not MailRhythm.OFF


def opens_at(
    session: Session, person: Person, written_at: datetime, place: Territory
) -> datetime | None:
    """When what was written at an instant may reach its reader, None for never.

    At once is that instant itself; a digest waits for the next worked morning or the next week's
    first one, a pause for its last day.
    """
    preference = session.get(MailPreference, person.id)
    if preference is None:
        return written_at
    if preference.rhythm is MailRhythm.OFF:
        return None
    zone = person.time_zone or place.time_zone
    day = local_day(written_at, zone)
    days = {
        MailRhythm.DAILY: day + timedelta(days=1),
        MailRhythm.WEEKLY: day + timedelta(days=7 - day.weekday()),
    }
    first = max([days.get(preference.rhythm, day), preference.paused_until or day])
    if first == day:
        return written_at
    return local_instant(next_working_day(first, place.holiday_zone), place.send_hour, zone)
