"""Inviting people, and telling them what becomes of it. The caller commits.

A mail is written once for each state of the meeting. What waited when the state changed does not
leave any more; what leaves tells all that its reader does not know, and only that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import GrantPurpose
from app.accounts.models import Person
from app.accounts.services import asks
from app.agreements.queries.contacts import contact_of
from app.core.refusals import RefusedError
from app.initiatives.kinds.meetings import CANCELLED, CONVOCATION, MeetingState
from app.initiatives.models import Attendee, Meeting
from app.initiatives.news import Told, date_key, news_of
from app.initiatives.queries.people import Place, contacts
from app.initiatives.queries.told import as_it_stands, last_told
from app.initiatives.services.leavers import follow_leavers
from app.initiatives.services.replies import ask_of, fit, forget, put
from app.outbox.services import enqueue

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
    follow_leavers(session, meeting)
    waiting = unconvened(meeting)
    for attendee in waiting:
        session.refresh(attendee, ["told_sequence", "told_at"], with_for_update=True)
    told = [one for one in waiting if one.told_sequence is None]
    mails = 0
    for attendee in told:
        mails += _ask(session, attendee, asker_id=asker_id, now=now)
    session.flush()
    return Convened(mails, [one for one in told if not _address(one)])


def tell_change(session: Session, meeting: Meeting, *, was: str, now: datetime) -> int:
    """Another date or place, told to who was convened: how many mails.

    `was` is the date before, as `date_key` says it. Each hears in one mail what they do not know
    yet, whatever happened since the last mail left; who knows nothing else hears nothing.
    """
    if meeting.ends_at <= now:
        return 0
    follow_leavers(session, meeting)
    convened = _convened(meeting)
    if not convened:
        return 0
    meeting.sequence += 1
    session.flush()
    known = last_told(session, convened)
    return sum(_tell(session, one, known.get(one.id), was=was, now=now) for one in convened)


def tell_cancelled(session: Session, meeting: Meeting, words: str | None, *, now: datetime) -> int:
    """Everybody who may have heard of it and has an address; nobody is asked any more."""
    convened, mails = _convened(meeting), 0
    known = last_told(session, convened)
    for attendee in convened:
        if ask := ask_of(session, attendee):
            asks.withdraw(ask)
        told = known.get(attendee.id)
        if meeting.ends_at > now and told is not None and not told.is_off:
            kept = replace(told, is_off=True).kept
            refs = {"attendee": attendee.id, "words": words, "told": kept}
            mails += _mail(session, attendee, CANCELLED, refs, now)
    return mails


def take_up_again(session: Session, meeting: Meeting, *, now: datetime) -> int:
    """Planned again: how many mails. Who heard that it was off is to be convened again by a
    click; to the others it never was, and what else is new to them they are told."""
    follow_leavers(session, meeting)
    convened, mails = _convened(meeting), 0
    known = last_told(session, convened)
    was_told = any(told.is_off for told in known.values())
    for attendee in convened:
        told = known.get(attendee.id)
        if told.is_off if told else was_told and not _address(attendee):
            forget(session, attendee)
            attendee.told_sequence = attendee.told_at = None
        elif meeting.ends_at > now:
            was = date_key(meeting.starts_at, meeting.ends_at)
            mails += _tell(session, attendee, told, was=was, now=now)
    session.flush()
    return mails


def _convened(meeting: Meeting) -> list[Attendee]:
    """Who was told of it and is still there."""
    return [
        one
        for one in meeting.attendees
        if one.told_sequence is not None
        and (one.person is None or one.person.anonymised_at is None)
    ]


def by_phone(meeting: Meeting) -> list[Attendee]:
    """Who was told of it and has no address: they learn what is new by telephone."""
    return [one for one in _convened(meeting) if not _address(one)]


def _tell(
    session: Session, attendee: Attendee, known: Told | None, *, was: str, now: datetime
) -> int:
    meeting = attendee.meeting
    news = news_of(known, as_it_stands(meeting))
    fit(session, attendee, was=was, heard_otherwise=news.moved)
    if news.is_nothing:
        put(session, attendee, asker_id=meeting.organiser_id, now=now)
        attendee.told_sequence = meeting.sequence
        return 0
    return _ask(session, attendee, asker_id=meeting.organiser_id, now=now)


def _ask(session: Session, attendee: Attendee, *, asker_id: int, now: datetime) -> int:
    """Ask a place at the meeting, for the first time or again; 1 where a mail was written."""
    meeting = attendee.meeting
    ask = put(session, attendee, asker_id=asker_id, now=now)
    attendee.told_sequence, attendee.told_at = meeting.sequence, now
    session.flush()
    if not _address(attendee):
        return 0
    grant = asks.grant_answer(session, ask, GrantPurpose.ANSWER, now, person_id=attendee.person_id)
    refs = {"grant": grant.public_id, "told": as_it_stands(meeting).kept}
    return _mail(session, attendee, CONVOCATION, refs, now)


def _mail(
    session: Session, attendee: Attendee, kind: str, refs: dict[str, Any], now: datetime
) -> int:
    """One mail for each state of the meeting: what it says is decided when it leaves."""
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
        refs={**refs, "sequence": meeting.sequence},
        subject=meeting.title,
        not_before=now,
        now=now,
    )
    return int(written is not None)


def _address(attendee: Attendee) -> str | None:
    person = attendee.person
    return person.email if person and person.anonymised_at is None else None


def _require_planned(meeting: Meeting) -> None:
    if meeting.state is not MeetingState.PLANNED:
        raise RefusedError("Cette rencontre n’est plus à venir : on n’y invite plus personne.")


def guests(attendees: Sequence[Attendee]) -> tuple[list[Attendee], list[Attendee]]:
    """(who is told by mail, who is told by telephone)"""
    return (
        [one for one in attendees if _address(one)],
        [one for one in attendees if not _address(one)],
    )
