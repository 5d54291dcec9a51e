"""What people answer to a convocation. The caller commits.

One `Ask` a place at a meeting for all its life, so that every link that was mailed works until
the meeting is over. An answer is given for a date: it is laid aside when the meeting moves, and
stands again when it comes back to that date before anybody heard of the other.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import AskKind, AskState
from app.accounts.models import Ask
from app.accounts.services import asks
from app.core.refusals import RefusedError
from app.initiatives.kinds.meetings import MeetingState, Rsvp
from app.initiatives.models import Attendee, Meeting
from app.initiatives.news import date_key

SUBJECT = "attendee"


def ask_of(session: Session, attendee: Attendee) -> Ask | None:
    return session.scalar(
        select(Ask)
        .where(
            Ask.kind == AskKind.RSVP,
            Ask.subject_kind == SUBJECT,
            Ask.subject_id == attendee.id,
        )
        .order_by(Ask.id.desc())
        .limit(1)
    )


def put(session: Session, attendee: Attendee, *, asker_id: int, now: datetime) -> Ask:
    """The question to this place, which may be answered until the meeting ends."""
    meeting = attendee.meeting
    ask = ask_of(session, attendee)
    if ask is None:
        return asks.open_ask(
            session,
            kind=AskKind.RSVP,
            subject=(SUBJECT, attendee.id),
            asker_id=asker_id,
            asked_person_id=attendee.person_id,
            asked_organisation_id=attendee.organisation_id,
            place=(meeting.territory_id, None),
            payload={},
            text_version="rsvp-1",
            now=now,
            expires_at=meeting.ends_at,
        )
    if attendee.answer is None:
        ask.state, ask.answered_at = AskState.OPEN, None
    asks.move_end(session, ask, meeting.ends_at)
    return ask


def reply(
    session: Session,
    attendee: Attendee,
    *,
    answer: Rsvp,
    words: str | None,
    person_id: int,
    now: datetime,
) -> None:
    """What somebody says of coming, or says otherwise than before, until the meeting is over.

    Raises NoLongerStandsError, or RefusedError where it is not said who comes instead.
    """
    said = " ".join((words or "").split()) or None
    if answer is Rsvp.SUBSTITUTE and said is None:
        raise RefusedError("Dites qui vient à votre place.")
    known = ask_of(session, attendee)
    if known is None:
        raise asks.NoLongerStandsError
    ask = asks.locked(session, known.id)
    session.refresh(attendee)
    if (attendee.answer, attendee.words) == (answer, said):
        return  # a second tap
    if ask.state in (AskState.ACCEPTED, AskState.DECLINED):
        ask.state, ask.answered_at, ask.answered_by_id = AskState.OPEN, None, None
    ask.payload = {"answer": answer.value, "for": _date(attendee.meeting)}
    if answer is Rsvp.NO:
        if not asks.stands(session, ask, now):
            raise asks.NoLongerStandsError
        asks.decline(session, ask, person_id=person_id, now=now, words=said)
    else:
        asks.accept(session, ask, person_id=person_id, now=now, words=said)
    session.flush()


def fit(session: Session, attendee: Attendee, *, was: str, heard_otherwise: bool) -> None:
    """Let the answer be one for the present date; `was` is the date before this change.

    What was laid aside stands again unless its giver `heard_otherwise` meanwhile.
    """
    ask = ask_of(session, attendee)
    if ask is None:
        return
    date = _date(attendee.meeting)
    if attendee.answer is not None and attendee.answered_at is not None:
        given = ask.payload.get("for", was)
        if given == date:
            return
        kept = {"for": given, "at": attendee.answered_at.isoformat()}
        ask.payload = {"answer": attendee.answer.value, **kept}
        clear(attendee)
        ask.state, ask.answered_at = AskState.OPEN, None
    elif ask.payload.get("for") == date and "at" in ask.payload and not heard_otherwise:
        attendee.answer, attendee.words = Rsvp(ask.payload["answer"]), ask.words
        attendee.answered_at = datetime.fromisoformat(ask.payload["at"])
        attendee.answered_by_id = ask.answered_by_id
        no = attendee.answer is Rsvp.NO
        ask.state = AskState.DECLINED if no else AskState.ACCEPTED
        ask.answered_at = attendee.answered_at
    session.flush()


def forget(session: Session, attendee: Attendee) -> None:
    """As if it had never been answered; the question may be answered again."""
    clear(attendee)
    ask = ask_of(session, attendee)
    if ask is not None:
        ask.payload = {}
        ask.state, ask.answered_at = AskState.OPEN, None
        ask.words = ask.answered_by_id = None
        asks.move_end(session, ask, attendee.meeting.ends_at)
    session.flush()


def clear(attendee: Attendee) -> None:
    attendee.answer = attendee.words = attendee.answered_at = attendee.answered_by_id = None


def _date(meeting: Meeting) -> str:
    return date_key(meeting.starts_at, meeting.ends_at)


def _stands(session: Session, ask: Ask) -> bool:
    attendee = session.get(Attendee, ask.subject_id)
    return attendee is not None and attendee.meeting.state is MeetingState.PLANNED


def _note(session: Session, ask: Ask, now: datetime) -> None:
    attendee = session.get_one(Attendee, ask.subject_id)
    attendee.answer = Rsvp(ask.payload["answer"])
    attendee.words = ask.words
    attendee.answered_at, attendee.answered_by_id = now, ask.answered_by_id


HANDLER = asks.Handler(stands=_stands, run=_note, refuse=_note)
