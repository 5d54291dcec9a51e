"""Meetings that the access matrix speaks of: one to come, one held, one that nobody was told of."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.initiatives.kinds.meetings import CONVOCATION, GroupKind, MeetingKind
from app.initiatives.models import Attendee
from app.initiatives.services.attendance import take_attendance
from app.initiatives.services.convening import convene, invite
from app.initiatives.services.groups import About, add_members, found_group
from app.initiatives.services.meetings import Particulars, add_item, hold_meeting, plan_meeting
from app.initiatives.services.minutes import decide
from app.initiatives.services.results import NOTHING_YET, send_results, write_results
from app.outbox.models import Mail
from tests.cast import Cast


def gather(app: Flask, session: Session, cast: Cast) -> tuple[dict[str, str], str]:
    """({name in braces: public id}, Lucie's link). Lucie's bakery is invited to all that was told,
    Marc's firm is in the group, and on the list of what was not."""
    now, anne, val = clock.now(), cast.person("Anne").id, cast.territory()
    fournil, atelier = cast.organisation("Le Fournil"), cast.organisation("Atelier Bois")
    group = found_group(session, val, About(GroupKind.STEERING, "Comité"), now=now)
    add_members(session, group, [(atelier.id, cast.person("Marc").id)], today=now.date())
    said = Particulars(
        kind=MeetingKind.STEERING,
        title="COPIL",
        starts_at=now + timedelta(days=5),
        ends_at=now + timedelta(days=5, hours=2),
        group_id=group.id,
    )
    coming = plan_meeting(session, val, said, organiser_id=anne, now=now)
    item = add_item(session, coming, title="Tour de table", minutes=None)
    [place] = invite(session, coming, [(fournil.id, None)])
    convene(session, coming, asker_id=anne, now=now)
    alone = replace(said, group_id=None)
    unsaid = plan_meeting(session, val, replace(alone, title="Secret"), organiser_id=anne, now=now)
    [untold] = invite(session, unsaid, [(atelier.id, None)])
    held = _held(session, cast, replace(alone, kind=MeetingKind.WORKSHOP, title="Atelier"))
    session.flush()
    mail = session.scalars(select(Mail).where(Mail.kind == CONVOCATION).order_by(Mail.id)).first()
    assert mail is not None
    token = str(app.extensions["maillage_links"].token(mail.refs["grant"]))
    return {
        "group": group.public_id,
        "member": group.members[0].public_id,
        "meeting": coming.public_id,
        "item": item.public_id,
        "place": place.public_id,
        "unsaid": unsaid.public_id,
        "untold": untold.public_id,
        **held,
    }, token


def _held(session: Session, cast: Cast, said: Particulars) -> dict[str, str]:
    """A workshop of two days ago to which the bakery came, with its results mailed."""
    now, anne = clock.now(), cast.person("Anne").id
    began = now - timedelta(days=2)
    past = replace(said, starts_at=began, ends_at=began + timedelta(hours=2))
    meeting = plan_meeting(session, cast.territory(), past, organiser_id=anne, now=began)
    [place] = invite(session, meeting, [(cast.organisation("Le Fournil").id, None)])
    hold_meeting(meeting, now=now)
    take_attendance(session, meeting, present=[place.public_id], listed=[place.public_id])
    decision = decide(
        session,
        meeting,
        text="Peser encore",
        project=cast.project(),
        organisation_id=cast.organisation("Le Fournil").id,
        due_on=None,
        due_text="fin juin ?",
        now=now,
    )
    kept = write_results(session, meeting, body="Peser.", seen_version=NOTHING_YET)
    send_results(session, kept, now=now)
    assert isinstance(place, Attendee)
    return {"workshop": meeting.public_id, "decision": decision.public_id}
