"""Convocations, what is new of them, and that a meeting is off."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.kinds import GrantPurpose
from app.accounts.links import Links
from app.accounts.models import Ask, Person
from app.accounts.queries.grants import usable_grant
from app.agreements.kinds import ProposalState
from app.agreements.models import Proposal
from app.core.calendar_file import Method
from app.initiatives import words
from app.initiatives.kinds.meetings import OVERALL, MeetingState
from app.initiatives.labels.meetings import KINDS
from app.initiatives.mails.calendar import meeting_file
from app.initiatives.models import Attendee, Meeting
from app.outbox import registry
from app.outbox.message import CalendarPart, Letter, Skip
from app.outbox.models import Mail
from app.outbox.registry import MailKind
from app.outbox.rendering import Rendered, render

CONVOCATION = "convocation"
CANCELLED = "cancelled_meeting"
ANSWER_PATH = "/presence"
OVER = Skip("meeting_over")


def register(links: Links) -> None:
    for name, renew in ((CONVOCATION, convocation_letter), (CANCELLED, cancelled_letter)):
        registry.register(MailKind(name, functools.partial(renew, links)))


def convocation_letter(links: Links, session: Session, mail: Mail, now: datetime) -> Letter | Skip:
    """True as long as the meeting stands as it did, and its reader is the one invited."""
    grant = usable_grant(session, mail.refs["grant"], GrantPurpose.ANSWER, now)
    ask = session.get(Ask, grant.subject_id) if grant else None
    attendee = session.get(Attendee, ask.subject_id) if ask else None
    if grant is None or attendee is None or not _still(attendee, mail, MeetingState.PLANNED):
        return OVER
    if attendee.meeting.starts_at <= now:
        return OVER
    url = links.url(ANSWER_PATH, grant.public_id)
    made = convocation_text(session, links, attendee.meeting, grant.person, url, mail.refs)
    return _letter(links, attendee, made, Method.REQUEST, now)


def convocation_text(
    session: Session,
    links: Links,
    meeting: Meeting,
    person: Person,
    url: str,
    refs: Mapping[str, Any],
) -> Rendered:
    """What a convocation says to somebody: also what the pilot reads before anything leaves."""
    zone = meeting.territory.time_zone
    context = {
        "change": refs.get("change"),
        "subject": words.convocation_subject(
            meeting.title, meeting.starts_at, zone, refs.get("change")
        ),
        "name": person.name,
        "url": url,
        "to_settle": _to_settle(session, meeting),
        **_told(links, meeting),
    }
    return render(CONVOCATION, context)


def cancelled_letter(links: Links, session: Session, mail: Mail, now: datetime) -> Letter | Skip:
    attendee = session.get(Attendee, mail.refs["attendee"])
    if attendee is None or not _still(attendee, mail, MeetingState.CANCELLED):
        return OVER
    assert attendee.person is not None
    context = {
        "name": attendee.person.name,
        "words": mail.refs.get("words"),
        **_told(links, attendee.meeting),
    }
    return _letter(links, attendee, render(CANCELLED, context), Method.CANCEL, now)


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


def _told(links: Links, meeting: Meeting) -> dict[str, Any]:
    zone = meeting.territory.time_zone
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
        "organiser": meeting.organiser.name,
        "organiser_phone": meeting.organiser.phone,
        "privacy_url": f"{links.base_url}/confidentialite",
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
    links: Links, attendee: Attendee, made: Rendered, method: Method, now: datetime
) -> Letter:
    meeting = attendee.meeting
    file = meeting_file(
        meeting, method, base_url=links.base_url, written_at=now, person=attendee.person
    )
    return Letter(
        subject=made.subject,
        text=made.text,
        html=made.html,
        from_name=f"{meeting.organiser.name} (Maillage)",
        reply_to=meeting.organiser.email,
        thread=f"rencontre-{meeting.public_id}",
        calendar=CalendarPart(method, file),
    )
