"""Convocations, what is new of them, and that a meeting is off."""

from __future__ import annotations

import functools
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.kinds import GrantPurpose
from app.accounts.links import Links
from app.accounts.models import Ask
from app.accounts.queries.grants import usable_grant
from app.agreements.kinds import ProposalState
from app.agreements.models import Proposal
from app.core.calendar_file import Guest, Method
from app.initiatives import words
from app.initiatives.kinds.meetings import CANCELLED, CONVOCATION, OVERALL, MeetingState
from app.initiatives.labels.meetings import KINDS
from app.initiatives.mails.calendar import meeting_file
from app.initiatives.models import Attendee, Meeting
from app.initiatives.news import Told, news_of
from app.initiatives.queries.hosts import host_of
from app.initiatives.queries.told import as_it_stands, last_told
from app.outbox import registry
from app.outbox.message import CalendarPart, Letter, Skip
from app.outbox.models import Mail
from app.outbox.registry import MailKind
from app.outbox.rendering import Rendered, render

ANSWER_PATH = "/presence"
OVER = Skip("meeting_over")
KNOWN = Skip("known_already")


def register(links: Links, sender: str) -> None:
    for name, renew in ((CONVOCATION, convocation_letter), (CANCELLED, cancelled_letter)):
        registry.register(
            MailKind(name, functools.partial(renew, links, sender), offers_fewer=True)
        )


def convocation_letter(
    links: Links, sender: str, session: Session, mail: Mail, now: datetime
) -> Letter | Skip:
    """True as long as the meeting stands as it did, and its reader is the one invited."""
    grant = usable_grant(session, mail.refs["grant"], GrantPurpose.ANSWER, now)
    ask = session.get(Ask, grant.subject_id) if grant else None
    attendee = session.get(Attendee, ask.subject_id) if ask else None
    if grant is None or attendee is None or not _still(attendee, mail, MeetingState.PLANNED):
        return OVER
    if attendee.meeting.starts_at <= now:
        return OVER
    known = last_told(session, [attendee], leaving=mail).get(attendee.id)
    if news_of(known, as_it_stands(attendee.meeting)).is_nothing:
        return KNOWN
    url = links.url(ANSWER_PATH, grant.public_id)
    made = convocation_text(session, attendee, url, known)
    return _letter(session, links, sender, attendee, made, Method.REQUEST, now)


def convocation_text(
    session: Session, attendee: Attendee, url: str, known: Told | None
) -> Rendered:
    """What a convocation says to somebody who knows the meeting so: also what the pilot reads
    before anything leaves."""
    meeting, person = attendee.meeting, attendee.person
    assert person is not None  # a mail goes to somebody
    zone, news = meeting.territory.time_zone, news_of(known, as_it_stands(meeting))
    was = known if news.moved else None
    context = {
        "news": news,
        "was": words.when(was.starts_at, was.ends_at, zone)
        if was and was.starts_at and was.ends_at
        else None,
        "answer": attendee.answer,
        "subject": words.convocation_subject(meeting.title, meeting.starts_at, zone, news),
        "name": person.name,
        "url": url,
        "to_settle": _to_settle(session, meeting),
        **_told(session, meeting),
    }
    return render(CONVOCATION, context)


def cancelled_letter(
    links: Links, sender: str, session: Session, mail: Mail, now: datetime
) -> Letter | Skip:
    """To who knows of the meeting, and not yet that it is off; of the date that they know."""
    attendee = session.get(Attendee, mail.refs["attendee"])
    if attendee is None or not _still(attendee, mail, MeetingState.CANCELLED):
        return OVER
    known = last_told(session, [attendee], leaving=mail).get(attendee.id)
    if known is None or known.is_off:
        return KNOWN
    assert attendee.person is not None
    meeting = attendee.meeting
    starts_at, ends_at = known.starts_at or meeting.starts_at, known.ends_at or meeting.ends_at
    zone = meeting.territory.time_zone
    context = {
        "name": attendee.person.name,
        "words": mail.refs.get("words"),
        "subject": words.cancelled_subject(meeting.title, starts_at, zone),
        **_told(session, meeting),
        "when": words.when(starts_at, ends_at, zone),
    }
    made = render(CANCELLED, context)
    return _letter(session, links, sender, attendee, made, Method.CANCEL, now)


def _still_speaks(attendee: Attendee) -> bool:
    """Whether the person still is of the organisation in whose name they were invited."""
    return attendee.person is not None and any(
        place.organisation_id == attendee.organisation_id and place.ended_on is None
        for place in attendee.person.memberships
    )


def _still(attendee: Attendee, mail: Mail, state: MeetingState) -> bool:
    meeting, person = attendee.meeting, attendee.person
    same = meeting.state is state and meeting.sequence == mail.refs["sequence"]
    there = person is not None and person.anonymised_at is None and person.email == mail.to
    return same and there and _still_speaks(attendee)


def _told(session: Session, meeting: Meeting) -> dict[str, Any]:
    zone, host = meeting.territory.time_zone, host_of(session, meeting)
    return {
        "kind": KINDS[meeting.kind],
        "title": meeting.title,
        "when": words.when(meeting.starts_at, meeting.ends_at, zone),
        "place": meeting.place,
        "video_url": meeting.video_url,
        "message": meeting.message,
        "agenda": [item.title for item in meeting.items],
        "group": meeting.group.title if meeting.group else None,
        "territory": meeting.territory.name,
        "organiser": host.name,
        "organiser_phone": host.phone,
    }


def _to_settle(session: Session, meeting: Meeting) -> int:
    """How many shared decisions wait for a meeting like this; what they are its members read."""
    if meeting.kind not in OVERALL or meeting.projects:
        return 0
    waiting = select(func.count(Proposal.id)).where(
        Proposal.territory_id == meeting.territory_id, Proposal.state == ProposalState.OBJECTED
    )
    return session.scalar(waiting) or 0


def _letter(
    session: Session,
    links: Links,
    sender: str,
    attendee: Attendee,
    made: Rendered,
    method: Method,
    now: datetime,
) -> Letter:
    meeting, host = attendee.meeting, host_of(session, attendee.meeting)
    file = meeting_file(
        meeting,
        method,
        base_url=links.base_url,
        written_at=now,
        organiser=Guest(host.name, host.email or sender),
        person=attendee.person,
    )
    return Letter(
        subject=made.subject,
        text=made.text,
        html=made.html,
        from_name=f"{host.name} (Maillage)",
        # answers to nobody's mail reach the house's own address
        reply_to=host.email,
        thread=f"rencontre-{meeting.public_id}",
        calendar=CalendarPart(method, file),
    )
