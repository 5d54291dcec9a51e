"""The mail that a pilot writes to somebody’s superior: her words, sent in her name."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.accounts.links import Links
from app.accounts.models import Territory
from app.accounts.queries.people import active_place
from app.accounts.queries.wishes import opens_at
from app.core.french import NBSP, count, day_and_month, of
from app.initiatives.models import ContactNote
from app.outbox.bounces import is_refused
from app.outbox.message import Letter, Skip, Wait
from app.outbox.models import Mail
from app.outbox.registry import MailKind
from app.outbox.rendering import written
from app.plans.kinds import OPEN_STATUSES
from app.plans.models import Step

SUPERIOR = "superior"
OVER = Skip("letter_over")


def mail_kind(links: Links) -> MailKind:
    """The kind to register with the outbox."""
    renew = functools.partial(_renew, links)
    return MailKind(SUPERIOR, renew, offers_fewer=True, follows_wish=True, fills_the_week=True)


def subject_of(steps: Sequence[Step], organisation: str) -> str:
    """The step and its date, or how many steps of whom; and what is asked."""
    if len(steps) != 1:
        many = count(len(steps), "étape", "étapes")
        return f"{many} {of(organisation)}{NBSP}: pouvez-vous nous aider{NBSP}?"
    [step] = steps
    day = f" ({day_and_month(step.due_on)})" if step.due_on else ""
    return f"{step.title}{day}{NBSP}: pouvez-vous nous aider{NBSP}?"


def _renew(links: Links, session: Session, mail: Mail, now: datetime) -> Letter | Skip | Wait:
    """What was written, unless it was taken back, its reader has left or wants no mail, or
    everything that it asks about has moved on."""
    note = session.scalar(
        select(ContactNote)
        .where(ContactNote.public_id == mail.refs["note"])
        .options(selectinload(ContactNote.steps))
    )
    reader = note.person if note else None
    if note is None or reader is None or reader.email is None:
        return OVER
    place = session.get_one(Territory, note.territory_id)
    opens = opens_at(session, reader, mail.created_at, place)
    if reason := _why_not(session, note, reader.email, opens):
        return Skip(reason)
    if opens and now < opens:
        return Wait(opens)
    mail.to = reader.email
    return _letter(links, note, place)


def _why_not(session: Session, note: ContactNote, address: str, opens: datetime | None) -> str:
    """The reason not to send it, empty for none; `opens` is when its reader takes mail."""
    if active_place(session, note.person_id or 0, note.organisation_id) is None:
        return OVER.reason
    if opens is None:
        return "opted_out"
    if is_refused(session, address):
        return "no_address"
    waits = any(step.status in OPEN_STATUSES for step in note.steps)
    return "" if waits else "facts_changed"


def _letter(links: Links, note: ContactNote, place: Territory) -> Letter:
    letter = written(
        SUPERIOR,
        subject=subject_of(note.steps, note.organisation.name),
        body=note.body,
        organisation=note.organisation.name,
        author=note.author.name,
        author_phone=note.author.phone,
        territory=place.name,
        my_data_url=f"{links.base_url}/mes-donnees",
    )
    return replace(letter, from_name=f"{note.author.name} (Maillage)", reply_to=note.author.email)
