"""What the clock does with relances: each time zone's day, once its hour is near."""

from __future__ import annotations

import logging
from datetime import datetime

from app.reminders.schedule.occasions import LAST_HOUR
from app.reminders.services.running import OpenSession, Written, due_zones, mark_run, run

log = logging.getLogger(__name__)


def run_due(open_session: OpenSession, now: datetime) -> Written:
    """Decide today where it was not decided yet; late after a stop, but never twice.

    An hour before its mails leave, or as soon as possible after; not at night. Cheap to call
    each minute. A day missed altogether is caught up by the next one, which tells
    each person the present state in one mail.
    """
    with open_session() as session:
        zones = due_zones(session, now=now, last_hour=LAST_HOUR)
    if not zones:
        return Written(0, 0)
    written = run(open_session, now=now, zones=zones)
    with open_session() as session, session.begin():
        mark_run(session, zones, now=now)
    log.info("relances: %s mails, %s drops in %s", written.mails, written.drops, sorted(zones))
    return written
