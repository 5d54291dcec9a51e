"""Asking somebody in by mail, and their yes: what all invitations share, whatever to."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.grants import revoke_grants
from app.accounts.hashing import hash_password
from app.accounts.kinds import AskKind, AskState, GrantPurpose
from app.accounts.mails import INVITATION
from app.accounts.models import Ask, Grant, Person
from app.accounts.queries.invitations import occasion
from app.accounts.queries.people import has_account, holds_beyond
from app.accounts.services import asks
from app.accounts.services.people import new_person, person_with, search_key
from app.core.refusals import RefusedError
from app.outbox.services import enqueue

LIFETIME = timedelta(days=14)
SECOND_TAP = timedelta(minutes=1)
# what the invitation page and mail tell about data; a new text gets a new version
TEXT_VERSION = "invitation-1"


def reachable(session: Session, *, name: str, email: str, now: datetime) -> Person:
    """Whom an address belongs to, made where it is nobody's; a known person keeps their own name.

    Two inviters may type the same new address at once. Raises RefusedError for an address whose
    person was erased.
    """
    person = person_with(session, email)
    if person is None:
        try:
            with session.begin_nested():
                person = new_person(session, name=name, email=email, now=now)
        except IntegrityError:
            person = person_with(session, email)
    if person is None or person.anonymised_at is not None:
        raise RefusedError(
            "Aucune invitation ne peut partir à cette adresse : demandez-en une autre à la "
            "personne."
        )
    return person


def ask_in(
    session: Session,
    *,
    kind: AskKind,
    subject: tuple[str, int],
    person: Person,
    asker_id: int,
    payload: dict[str, Any],
    now: datetime,
) -> Grant:
    """Ask a person to join; asking again renews what waits. Answers the link's grant."""
    _hold(session, person)
    waiting = waiting_ask(session, kind, subject, person.id)
    if waiting is not None:
        # whoever asks last answers for it: their rights are checked when it is accepted
        same = waiting.payload == payload
        waiting.asker_id, waiting.payload = asker_id, payload
        return renew(session, waiting, now=now, anew=not same)
    ask = asks.open_ask(
        session,
        kind=kind,
        subject=subject,
        asker_id=asker_id,
        asked_person_id=person.id,
        payload=payload,
        text_version=TEXT_VERSION,
        now=now,
        expires_at=now + LIFETIME,
    )
    grant = asks.grant_answer(session, ask, GrantPurpose.INVITATION, now)
    _mail(session, ask, grant, person, now)
    return grant


def waiting_ask(
    session: Session, kind: AskKind, subject: tuple[str, int], person_id: int
) -> Ask | None:
    """The one question of this kind that a person has not answered yet."""
    return session.scalar(
        select(Ask).where(
            Ask.kind == kind,
            Ask.subject_kind == subject[0],
            Ask.subject_id == subject[1],
            Ask.asked_person_id == person_id,
            Ask.state == AskState.OPEN,
        )
    )


def _hold(session: Session, person: Person) -> None:
    """Whoever else invites this person now waits until this transaction ends."""
    one = select(Person.id).where(Person.id == person.id)
    session.execute(one.with_for_update(key_share=True))


def renew(session: Session, ask: Ask, *, now: datetime, anew: bool = False) -> Grant:
    """Fourteen more days, and the mail again; links already mailed keep working.

    A second tap within the minute mails nothing, unless what is asked is new (`anew`).
    """
    if ask.state is not AskState.OPEN:
        raise RefusedError("Cette invitation a déjà reçu sa réponse.")
    grant = session.scalars(
        select(Grant).where(
            Grant.purpose == GrantPurpose.INVITATION,
            Grant.subject_kind == "ask",
            Grant.subject_id == ask.id,
        )
    ).one()
    mailed_at = ask.expires_at - LIFETIME
    if now - mailed_at < SECOND_TAP and not anew:
        return grant
    ask.expires_at = grant.expires_at = now + LIFETIME
    session.flush()
    _mail(session, ask, grant, session.get_one(Person, grant.person_id), now)
    return grant


def revoke(session: Session, ask: Ask, *, now: datetime) -> None:
    """Take an invitation back: its links open nothing, a mail still waiting does not leave."""
    asks.withdraw(ask)
    revoke_grants(session, GrantPurpose.INVITATION, "ask", ask.id, now)


def accept(
    session: Session, ask: Ask, person: Person, *, name: str, password: str | None, now: datetime
) -> bool:
    """The invited person says yes, by the name they go by, with a password where they want one.

    False when they had accepted before: then nothing changes. Name and password are set for who is
    new here: an invitation gets forwarded, and must not take an account over. Raises
    asks.NoLongerStandsError.
    """
    is_new = is_new_here(session, ask, person)
    if not asks.accept(session, ask, person_id=person.id, now=now):
        return False
    if is_new:
        _introduce(person, name=name, password=password)
    return True


def is_new_here(session: Session, ask: Ask, person: Person) -> bool:
    """Nobody's account, and nothing beyond what this invitation gives."""
    return not (has_account(session, person) or holds_beyond(session, person, ask))


def without_names(payload: dict[str, Any]) -> dict[str, Any]:
    """What stays of an invitation that is over, once nothing in it may tell of anybody."""
    return {name: payload[name] for name in ("role", "by_command") if name in payload}


def _mail(session: Session, ask: Ask, grant: Grant, person: Person, now: datetime) -> None:
    if person.email is None:
        return
    about = occasion(session, ask)
    enqueue(
        session,
        key=f"{INVITATION}:{grant.public_id}:{int(now.timestamp())}",
        kind=INVITATION,
        recipient_id=person.id,
        territory_id=about.territory_id,
        to=person.email,
        refs={"grant": grant.public_id},
        subject=f"Invitation : {about.name}",
        not_before=now,
        now=now,
    )


def _introduce(person: Person, *, name: str, password: str | None) -> None:
    """The name somebody new here goes by, and a password where they want one."""
    if person.name != name:
        person.name = name
        person.search_key = search_key(name)
    if password:
        person.password_hash = hash_password(password)
