"""What people were told of a meeting: read from the mails that left, or may have left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.initiatives.kinds.meetings import CANCELLED, CONVOCATION, RESULTS, MeetingState
from app.initiatives.models import Attendee, Meeting
from app.initiatives.news import Told, read_told
from app.outbox.kinds import LOST, MailState
from app.outbox.labels import why_undelivered
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


@dataclass(frozen=True)
class Unreached:
    """Whom the last mail about a meeting did not reach, which one it was, and why, in French."""

    kind: str
    person: str
    organisation: str | None
    why: str


def unreached(session: Session, meeting: Meeting, sent_number: int) -> list[Unreached]:
    """What was last written about the meeting, and reached nobody; one statement. Who answered
    has heard of it otherwise.

    `sent_number`: of the results' version that was sent last, 0 before any.
    """
    convened = {one.public_id: one for one in meeting.attendees if one.told_sequence is not None}
    people = {one.person_id for one in convened.values()} - {None}
    of_results = f"{RESULTS}:{meeting.public_id}:{sent_number}:"
    to_guests = and_(Mail.kind.in_((CONVOCATION, CANCELLED)), Mail.recipient_id.in_(people))
    rows = session.execute(
        select(Mail.kind, Mail.key, Mail.last_error, Mail.to, Person.name)
        .outerjoin(Person, Person.id == Mail.recipient_id)
        .where(
            Mail.state.in_(LOST),
            or_(to_guests, and_(Mail.kind == RESULTS, Mail.key.startswith(of_results))),
        )
        .order_by(Mail.id)
    )
    found = []
    for kind, key, error, to, name in rows:
        place = convened.get(key.split(":")[1])
        is_news = kind == _NEWS.get(meeting.state) and key.endswith(f":{meeting.sequence}")
        if kind == RESULTS or (place and is_news and not place.answer):
            firm = place.organisation.name if place else None
            found.append(Unreached(kind, name or to, firm, why_undelivered(error)))
    return found


# what people still have to know of a meeting; once it was held, nothing
_NEWS = {MeetingState.PLANNED: CONVOCATION, MeetingState.CANCELLED: CANCELLED}


def _mails(attendees: Sequence[Attendee]) -> Select[Mail]:
    people = {one.person_id for one in attendees} - {None}
    return select(Mail).where(
        Mail.kind.in_((CONVOCATION, CANCELLED)), Mail.recipient_id.in_(people)
    )


def _said(mail: Mail) -> Told:
    return read_told({"is_off": mail.kind == CANCELLED, **mail.refs.get("told", {})})
