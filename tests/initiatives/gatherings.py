"""What the tests of meetings share: a COPIL of the Val, and mails as people get them."""

from __future__ import annotations

import html
import re
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.initiatives.kinds.meetings import CONVOCATION, MeetingKind
from app.initiatives.models import Attendee, Meeting
from app.initiatives.services.convening import convene, invite
from app.initiatives.services.meetings import Particulars, plan_meeting
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.outbox.kinds import MailState
from app.outbox.models import Mail
from tests.cast import NOW, Cast

STARTS = NOW + timedelta(days=7, hours=5)  # 14 h in Paris, a week later


def said(title: str = "COPIL de printemps", **others: object) -> Particulars:
    values: dict[str, object] = {
        "kind": MeetingKind.STEERING,
        "title": title,
        "starts_at": STARTS,
        "ends_at": STARTS + timedelta(hours=2),
        "place": "Salle du Lavoir",
    }
    return Particulars(**values | others)  # type: ignore[arg-type]  # as the test says


def planned(
    session: Session, cast: Cast, *firms: str, now: datetime = NOW, **others: object
) -> Meeting:
    """A COPIL with these organisations on its list; nobody is told."""
    anne = cast.person("Anne").id
    acting(session, anne, Via.PAGE, now)
    meeting = plan_meeting(session, cast.territory(), said(**others), organiser_id=anne, now=now)
    invite(session, meeting, [(cast.organisation(firm).id, None) for firm in firms])
    return meeting


def convened(
    session: Session, cast: Cast, *firms: str, now: datetime = NOW, **others: object
) -> Meeting:
    meeting = planned(session, cast, *firms, now=now, **others)
    convene(session, meeting, asker_id=cast.person("Anne").id, now=now)
    return meeting


def delivered(session: Session) -> None:
    """Every mail that waits has left."""
    for mail in session.scalars(select(Mail).where(Mail.state == MailState.WAITING)):
        mail.state, mail.ended_at = MailState.SENT, NOW
    session.flush()


def of(meeting: Meeting, firm: str) -> Attendee:
    return next(one for one in meeting.attendees if one.organisation.name == firm)


def mails(session: Session, kind: str = CONVOCATION) -> list[tuple[str, str]]:
    """(to, key without its public id's part) of the mails of a kind, in the order of writing."""
    return [
        (mail.to, mail.key.rpartition(":")[2])
        for mail in session.scalars(select(Mail).where(Mail.kind == kind).order_by(Mail.id))
    ]


def plain(text: str) -> str:
    """Text as one reads it: tags and odd spaces away."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text))).strip()
