"""What a mail’s link opens: whose it is, of which mail, on which day; what a dead one says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import render_template
from flask.typing import ResponseReturnValue

from app.accounts.grants import live_grant
from app.accounts.kinds import GrantPurpose
from app.accounts.models import DEFAULT_ZONE, Grant, Territory
from app.accounts.routes.blueprint import links
from app.core.clock import local_day
from app.outbox.models import Mail
from app.web.database import db

# whole days after that of the mail: a step is spoken of two weeks ahead at the earliest and
# every week for twelve after its date, and people answer late; what is older lies in archives
# and forwarded mails
ANSWERED_WITHIN = timedelta(days=180)


@dataclass(frozen=True)
class Opened:
    """`zone`, and the calendar day in it, are the person's, or the territory's."""

    grant: Grant
    mail: Mail
    now: datetime
    zone: str

    @property
    def today(self) -> date:
        return local_day(self.now, self.zone)

    @property
    def is_over(self) -> bool:
        """Whether the mail left too long ago to be answered by its link."""
        left_at = self.mail.ended_at or self.mail.not_before
        return self.today > local_day(left_at, self.zone) + ANSWERED_WITHIN


def open_link(token: str, now: datetime) -> Opened | None:
    """None where the link was revoked, its person has left, or it was never ours."""
    grant = live_grant(db.session(), links(), token, GrantPurpose.RELANCE, now)
    if grant is None:
        return None
    mail = db.session.get_one(Mail, grant.subject_id)
    place = db.session.get(Territory, mail.territory_id) if mail.territory_id else None
    zone = grant.person.time_zone or (place.time_zone if place else DEFAULT_ZONE)
    return Opened(grant, mail, now, zone)


def dead_link(opened: Opened | None = None, *, for_wishes: bool = False) -> ResponseReturnValue:
    """The same for a link that was revoked, whose person has left, or that was never ours; one
    that is over says how to have another."""
    is_over = opened is not None and opened.is_over
    page = render_template("reminders/dead_link.html", for_wishes=for_wishes, is_over=is_over)
    return page, 410
