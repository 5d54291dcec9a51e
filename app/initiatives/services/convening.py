"""Inviting people, telling them, and taking their answers. The caller commits.

One `Ask` a place at a meeting for all its life: asked again when the meeting moves, answered again
when somebody changes their mind. A mail is written once for each state of the meeting.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import AskKind, AskState, GrantPurpose
from app.accounts.models import Ask, Person
from app.accounts.services import asks
from app.agreements.queries.contacts import contact_of
from app.core.refusals import RefusedError
from app.initiatives.kinds.meetings import MeetingState, Rsvp
from app.initiatives.mails.convocation import CANCELLED, CONVOCATION
from app.initiatives.models import Attendee, Meeting
from app.initiatives.queries.people import Place, contacts
from app.initiatives.words import MOVED
from app.outbox.services import enqueue

SUBJECT = "attendee"
MOST_INVITED = 400


@dataclass(frozen=True)
class Convened:
    """How many mails were written, and who is to be told by telephone."""

    mails: int
    to_call: list[Attendee]


def invite(session: Session, meeting: Meeting, places: Iterable[Place]) -> list[Attendee]:
    """Put organisations on the list, by the person named or by their contact. Nobody is told."""
    _require_planned(meeting)
    wanted = list(dict.fromkeys(places))
    known = contacts(session, [organisation for organisation, person in wanted if person is None])
    people = {one.person_id for one in meeting.attendees if one.person_id is not None}
    firms = {one.organisation_id for one in meeting.attendees}
    added = []
    for organisation_id, named in wanted:
        person_id = named or _contact(session, organisation_id, known)
        taken = person_id in people if person_id is not None else organisation_id in firms
        if taken:
            continue
        if len(meeting.attendees) >= MOST_INVITED:
            raise RefusedError("La liste des invités est pleine.")
        added.append(_place(meeting, organisation_id, person_id))
        if person_id is not None:
            people.add(person_id)
        firms.add(organisation_id)
    session.flush()
    return added


def _contact(session: Session, organisation_id: int, known: dict[int, Person]) -> int | None:
    """Who has an address before who is called first: the mail is meant for somebody."""
    person = contact_of(session, organisation_id) or known.get(organisation_id)
    return person.id if person else None


def _place(meeting: Meeting, organisation_id: int, person_id: int | None) -> Attendee:
    attendee = Attendee(
        territory_id=meeting.territory_id,
        organisation_id=organisation_id,
        person_id=person_id,
        is_walk_in=False,
    )
    meeting.attendees.append(attendee)
    return attendee


def uninvite(session: Session, attendee: Attendee) -> None:
    """Take somebody off the list before they were told."""
    if attendee.told_sequence is not None:
        raise RefusedError("La convocation est partie : prévenez cette personne de vive voix.")
    session.delete(attendee)
    session.flush()


def unconvened(meeting: Meeting) -> list[Attendee]:
    """Who is on the list and was not told."""
    return [one for one in meeting.attendees if one.told_sequence is None and not one.is_walk_in]


def convene(session: Session, meeting: Meeting, *, asker_id: int, now: datetime) -> Convened:
    """Ask everybody who was not asked yet; pressed twice, nobody hears of it twice."""
    _require_planned(meeting)
    if meeting.starts_at <= now:
        raise RefusedError("Cette rencontre a déjà commencé : il est trop tard pour convoquer.")
    # whoever presses at the same time waits here, and then finds nobody left to tell
    session.execute(select(Meeting.id).where(Meeting.id == meeting.id).with_for_update())
    waiting = unconvened(meeting)
    for attendee in waiting:
        session.refresh(attendee, ["told_sequence", "told_at"], with_for_update=True)
    told = [one for one in waiting if one.told_sequence is None]
    mails = 0
    for attendee in told:
        mails += _ask(session, attendee, asker_id=asker_id, change=None, now=now)
    session.flush()
    return Convened(mails, [one for one in told if not _address(one)])


def tell_change(session: Session, meeting: Meeting, change: str, *, now: datetime) -> int:
    """Another date or place, told once to who was convened; a new date asks again."""
    convened = [one for one in meeting.attendees if one.told_sequence is not None]
    if not convened or meeting.ends_at <= now:
        return 0
    meeting.sequence += 1
    session.flush()
    if change == MOVED:
        for attendee in convened:
            _clear(attendee)
    return sum(
        _ask(session, one, asker_id=meeting.organiser_id, change=change, now=now)
        for one in convened
    )


def tell_cancelled(session: Session, meeting: Meeting, words: str | None, *, now: datetime) -> int:
    """Everybody who was convened and has an address; nobody is asked any more."""
    mails = 0
    for attendee in meeting.attendees:
        if attendee.told_sequence is None:
            continue
        if ask := ask_of(session, attendee):
            asks.withdraw(ask)
        if meeting.ends_at > now:
            refs = {"attendee": attendee.id, "sequence": meeting.sequence, "words": words}
            mails += _mail(session, attendee, CANCELLED, refs, now)
    return mails


def forget_answers(session: Session, meeting: Meeting) -> None:
    """Nobody is convened any more."""
    for attendee in meeting.attendees:
        _clear(attendee)
        attendee.told_sequence = attendee.told_at = None
    session.flush()


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
    ask.payload = {"answer": answer.value}
    if answer is Rsvp.NO:
        if not asks.stands(session, ask, now):
            raise asks.NoLongerStandsError
        asks.decline(session, ask, person_id=person_id, now=now, words=said)
    else:
        asks.accept(session, ask, person_id=person_id, now=now, words=said)
    session.flush()


def _ask(
    session: Session, attendee: Attendee, *, asker_id: int, change: str | None, now: datetime
) -> int:
    """Ask a place at the meeting, for the first time or again; 1 where a mail was written."""
    meeting = attendee.meeting
    ask = ask_of(session, attendee)
    if ask is None or ask.state in (AskState.WITHDRAWN, AskState.EXPIRED):
        ask = asks.open_ask(
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
    elif attendee.answer is None:
        ask.state, ask.answered_at, ask.answered_by_id = AskState.OPEN, None, None
        ask.words = None
    ask.expires_at = meeting.ends_at
    attendee.told_sequence, attendee.told_at = meeting.sequence, now
    session.flush()
    if not _address(attendee):
        return 0
    grant = asks.grant_answer(session, ask, GrantPurpose.ANSWER, now, person_id=attendee.person_id)
    refs = {"grant": grant.public_id, "sequence": meeting.sequence, "change": change}
    return _mail(session, attendee, CONVOCATION, refs, now)


def _mail(
    session: Session, attendee: Attendee, kind: str, refs: dict[str, Any], now: datetime
) -> int:
    if not (address := _address(attendee)):
        return 0
    meeting = attendee.meeting
    written = enqueue(
        session,
        key=f"{kind}:{attendee.public_id}:{meeting.sequence}",
        kind=kind,
        recipient_id=attendee.person_id,
        territory_id=meeting.territory_id,
        to=address,
        refs=refs,
        subject=meeting.title,
        not_before=now,
        now=now,
    )
    return int(written is not None)


def _address(attendee: Attendee) -> str | None:
    person = attendee.person
    return person.email if person and person.anonymised_at is None else None


def _clear(attendee: Attendee) -> None:
    attendee.answer = attendee.words = attendee.answered_at = attendee.answered_by_id = None


def _require_planned(meeting: Meeting) -> None:
    if meeting.state is not MeetingState.PLANNED:
        raise RefusedError("Cette rencontre n’est plus à venir : on n’y invite plus personne.")


def _stands(session: Session, ask: Ask) -> bool:
    attendee = session.get(Attendee, ask.subject_id)
    return attendee is not None and attendee.meeting.state is MeetingState.PLANNED


def _note(session: Session, ask: Ask, now: datetime) -> None:
    attendee = session.get_one(Attendee, ask.subject_id)
    attendee.answer = Rsvp(ask.payload["answer"])
    attendee.words = ask.words
    attendee.answered_at, attendee.answered_by_id = now, ask.answered_by_id


HANDLER = asks.Handler(stands=_stands, run=_note, refuse=_note)


def guests(attendees: Sequence[Attendee]) -> tuple[list[Attendee], list[Attendee]]:
    """(who is told by mail, who is told by telephone)"""
    return (
        [one for one in attendees if _address(one)],
        [one for one in attendees if not _address(one)],
    )
