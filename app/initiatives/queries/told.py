"""What people were told of a meeting: read from the mails that left, or may have left."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from app.initiatives.kinds.meetings import CANCELLED, CONVOCATION, MeetingState
from app.initiatives.models import Attendee, Meeting
from app.initiatives.news import Told, read_told
from app.outbox.kinds import MailState
from app.outbox.models import Mail


def as_it_stands(meeting: Meeting) -> Told:
    return Told(
        meeting.starts_at,
        meeting.ends_at,
        meeting.place,
        meeting.video_url,
        is_off=meeting.state is MeetingState.CANCELLED,
    )


def last_told(
    session: Session, attendees: Sequence[Attendee], *, leaving: Mail | None = None
) -> dict[int, Told]:
    """{place: what its person was last told}, one statement; without those who were told nothing.

    A mail in a worker's hand may be leaving just now. To `leaving`, which is about to leave
    itself, only what has gone before counts.
    """
    gone = [Mail.state == MailState.SENT, Mail.content.is_not(None)]
    if leaving is None:
        gone.append(Mail.state == MailState.SENDING)
    query = _mails(attendees).where(or_(*gone))
    if leaving is not None:
        query = query.where(Mail.id != leaving.id)
    places = {one.public_id: one.id for one in attendees}
    return {
        places[place]: _said(mail)
        for mail in session.scalars(query.order_by(Mail.id))
        if (place := mail.key.split(":")[1]) in places
    }


def told_with(session: Session, attendee: Attendee, grant_public_id: str) -> Told | None:
    """What the mail said that carried this link."""
    mails = session.scalars(_mails([attendee]))
    return next((_said(one) for one in mails if one.refs.get("grant") == grant_public_id), None)


def _mails(attendees: Sequence[Attendee]) -> Select[Mail]:
    people = {one.person_id for one in attendees} - {None}
    return select(Mail).where(
        Mail.kind.in_((CONVOCATION, CANCELLED)), Mail.recipient_id.in_(people)
    )


def _said(mail: Mail) -> Told:
    return read_told({"is_off": mail.kind == CANCELLED, **mail.refs.get("told", {})})
