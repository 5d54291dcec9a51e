"""Who was invited and left the organisation is followed by its contact. The caller commits."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Membership
from app.agreements.queries.contacts import contact_of
from app.initiatives.models import Attendee, Meeting
from app.initiatives.services.replies import ask_of, forget


def follow_leavers(session: Session, meeting: Meeting) -> None:
    """An organisation's place is taken by whoever answers for it now, unless invited already.

    What the former one answered was theirs.
    """
    named = [one for one in meeting.attendees if one.person_id and not one.is_walk_in]
    rows = session.execute(
        select(Membership.person_id, Membership.organisation_id).where(
            Membership.person_id.in_([one.person_id for one in named]),
            Membership.ended_on.is_(None),
        )
    )
    there = {(row.person_id, row.organisation_id) for row in rows}
    people = {one.person_id for one in meeting.attendees}
    for attendee in named:
        if (attendee.person_id, attendee.organisation_id) in there:
            continue
        heir = contact_of(session, attendee.organisation_id)
        if heir is not None and heir.id not in people:
            _take_over(session, attendee, heir.id)
            people.add(heir.id)


def _take_over(session: Session, attendee: Attendee, person_id: int) -> None:
    forget(session, attendee)
    if ask := ask_of(session, attendee):
        ask.asked_person_id = person_id
    attendee.person_id = person_id
    session.flush()
    session.refresh(attendee, ["person"])
