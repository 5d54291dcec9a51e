"""Results: drafted after the meeting, reread, mailed once a version. The caller commits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.core.clock import local_day
from app.core.french import long_date, plain_date
from app.core.refusals import RefusedError, StaleError, require_version
from app.initiatives.kinds.meetings import RESULTS, MeetingState
from app.initiatives.models import Meeting, Results, WorkingGroup
from app.initiatives.outcome import says_something
from app.initiatives.queries.results import read_lately, readers, results_of
from app.outbox.services import enqueue

NOTHING_YET = 0


class TooSoonError(RefusedError):
    """The group has had its results of the month; the text may leave another day."""


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
    """Mail the text as it stands to everybody concerned; the same text twice goes once.

    A group gets results at most monthly: those of another meeting are refused until then
    (TooSoonError, before anything has changed), a correction of what it has read is not.
    """
    if not says_something(results.body):
        raise RefusedError("Il n’y a encore rien à envoyer.")
    if results.sent_body == results.body:
        raise RefusedError("Ce texte est déjà parti.")
    _require_month(session, results, now)
    results.sent_number += 1
    results.sent_body, results.sent_at = results.body, now
    session.flush()
    return sum(_mail(session, results, person, now) for person in readers(session, results.meeting))


def _require_month(session: Session, results: Results, now: datetime) -> None:
    group_id = results.meeting.group_id
    if group_id is None or results.sent_number:
        return
    # two meetings of one group whose results are sent at once wait for each other here
    session.execute(select(WorkingGroup.id).where(WorkingGroup.id == group_id).with_for_update())
    former = read_lately(session, results.meeting)
    if former is not None and local_day(now, results.meeting.territory.time_zone) < former.next_on:
        raise TooSoonError(
            f"Ce groupe a reçu le {plain_date(former.sent_on)} les résultats de "
            f"« {former.title} » : pas plus d’un envoi par mois. Celui-ci est gardé et pourra "
            f"partir à partir du {long_date(former.next_on)}."
        )


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
