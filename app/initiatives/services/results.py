"""Results: drafted after the meeting, reread, mailed once a version. The caller commits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.core.refusals import RefusedError, StaleError, require_version
from app.initiatives.kinds.meetings import MeetingState
from app.initiatives.mails.results import RESULTS
from app.initiatives.models import Meeting, Results
from app.initiatives.queries.results import readers, results_of
from app.outbox.services import enqueue

NOTHING_YET = 0


def write_results(
    session: Session, meeting: Meeting, *, body: str, seen_version: int | None
) -> Results:
    """Keep the draft; nobody reads it before it is sent. Raises StaleError."""
    if meeting.state is not MeetingState.HELD:
        raise RefusedError("Les résultats s’écrivent une fois la rencontre tenue.")
    found = results_of(session, meeting)
    if found is None:
        if seen_version != NOTHING_YET:
            raise StaleError
        found = Results(
            meeting_id=meeting.id, territory_id=meeting.territory_id, body=body, sent_number=0
        )
        session.add(found)
    else:
        require_version(found.version, seen_version)
        found.body = body
    session.flush()
    return found


def send_results(session: Session, results: Results, *, now: datetime) -> int:
    """Mail the text as it stands to everybody concerned; the same text twice goes once."""
    if not results.body.strip():
        raise RefusedError("Il n’y a encore rien à envoyer.")
    if results.sent_body == results.body:
        raise RefusedError("Ce texte est déjà parti.")
    results.sent_number += 1
    results.sent_body, results.sent_at = results.body, now
    session.flush()
    return sum(_mail(session, results, person, now) for person in readers(session, results.meeting))


def _mail(session: Session, results: Results, person: Person, now: datetime) -> int:
    assert person.email is not None
    written = enqueue(
        session,
        key=f"{RESULTS}:{results.meeting.public_id}:{results.sent_number}:{person.id}",
        kind=RESULTS,
        recipient_id=person.id,
        territory_id=results.territory_id,
        to=person.email,
        refs={"results": results.id, "number": results.sent_number},
        subject=results.meeting.title,
        not_before=now,
        now=now,
    )
    return int(written is not None)
