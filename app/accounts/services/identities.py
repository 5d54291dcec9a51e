"""Identities that a provider vouches for, and the people they stand for. The caller commits."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from app.accounts.kinds import AskKind, AskState, GrantPurpose, SecurityEvent
from app.accounts.models import Ask, ExternalIdentity, Grant, Person, ProviderVisit
from app.accounts.oidc.kinds import Identity, Trip
from app.accounts.queries.account import identity_of
from app.accounts.queries.people import has_account
from app.accounts.services import asks
from app.accounts.services.people import person_with
from app.accounts.services.security import tell
from app.core.refusals import RefusedError

LIFETIME = timedelta(minutes=10)
TAKEN = "Cette identité ne peut pas être associée à votre compte."
NO_OTHER_WAY = "C’est votre seule façon d’entrer : choisissez d’abord un mot de passe."


@dataclass(frozen=True)
class Visit:
    """What a browser that came back had left with. `person_id`: who means to link."""

    trip: Trip
    way_on: str
    person_id: int | None


@dataclass(frozen=True)
class Recognised:
    """Whom an identity stands for; `to_link`: by the address alone, so far."""

    person_id: int
    to_link: bool


# as the column holds
LONGEST_WAY = 2000


def set_out(
    session: Session, trip: Trip, *, way_on: str, person_id: int | None, now: datetime
) -> str:
    """Remember who goes to the provider; answers the key that this browser's cookie keeps."""
    session.execute(delete(ProviderVisit).where(ProviderVisit.expires_at <= now))
    key = secrets.token_urlsafe(32)
    session.add(
        ProviderVisit(
            key_hash=_hash(key),
            state_hash=_hash(trip.state),
            nonce=trip.nonce,
            verifier=trip.verifier,
            # an address that nobody's page has; whoever comes back lands on the first page
            way_on=way_on if len(way_on) <= LONGEST_WAY else "",
            person_id=person_id,
            expires_at=now + LIFETIME,
        )
    )
    session.flush()
    return key


def come_back(session: Session, *, key: str, state: str, now: datetime) -> Visit | None:
    """What this browser left with, once; None where it is another's, used, over, or unknown."""
    row = session.execute(
        delete(ProviderVisit)
        .where(
            ProviderVisit.key_hash == _hash(key),
            ProviderVisit.state_hash == _hash(state),
            ProviderVisit.expires_at > now,
        )
        .returning(
            ProviderVisit.nonce,
            ProviderVisit.verifier,
            ProviderVisit.way_on,
            ProviderVisit.person_id,
        )
    ).first()
    if row is None:
        return None
    return Visit(Trip(state, row.nonce, row.verifier), row.way_on, row.person_id)


def recognise(session: Session, identity: Identity, now: datetime) -> Recognised | Grant | None:
    """Whom an identity stands for; the link of their invitation, where they have no account yet.

    By its issuer and subject; the first time by an address that the provider vouches for. That
    opens no more than a mailed link would. But an address that has another identity here may have
    changed hands, and who parted with one meant it: they link by hand. None tells nothing of who
    is here and who not.
    """
    known = _linked(session, identity)
    if known is not None:
        return Recognised(known.id, to_link=False) if known.anonymised_at is None else None
    person = person_with(session, identity.email) if identity.email else None
    if person is None or person.anonymised_at is not None:
        return None
    if identity_of(session, person.id, identity.issuer) is not None:
        return None
    if has_account(session, person):
        return Recognised(person.id, to_link=True)
    return _standing_invitation(session, person, now)


def link(session: Session, person_id: int, identity: tuple[str, str], now: datetime) -> None:
    """Let an identity (issuer, subject) stand for a person. Raises RefusedError when it cannot.

    Linking it again changes nothing.
    """
    issuer, subject = identity
    own = identity_of(session, person_id, issuer)
    if own is not None and own.unlinked_at is None:
        if own.subject != subject:
            raise RefusedError(TAKEN)
        return
    _require_free(session, person_id, issuer, subject)
    if own is None:
        own = ExternalIdentity(person_id=person_id, issuer=issuer)
        session.add(own)
    own.subject, own.linked_at, own.unlinked_at = subject, now, None
    session.flush()
    tell(session, session.get_one(Person, person_id), SecurityEvent.IDENTITY_LINKED, now)


def unlink(session: Session, person: Person, issuer: str, now: datetime) -> None:
    """Part with it; doing so again changes nothing. Raises RefusedError who had no other way in."""
    own = identity_of(session, person.id, issuer)
    if own is None or own.unlinked_at is not None:
        return
    if person.email is None and person.password_hash is None:
        raise RefusedError(NO_OTHER_WAY)
    own.unlinked_at = now
    tell(session, person, SecurityEvent.IDENTITY_UNLINKED, now)


def _require_free(session: Session, person_id: int, issuer: str, subject: str) -> None:
    """Whom it stands for keeps it; who parted with it has no part in it any more."""
    held = session.scalar(_held(issuer, subject))
    if held is None or held.person_id == person_id:
        return
    if held.unlinked_at is None:
        raise RefusedError(TAKEN)
    session.delete(held)
    session.flush()


def _linked(session: Session, identity: Identity) -> Person | None:
    held = session.scalar(_held(identity.issuer, identity.subject))
    return held.person if held is not None and held.unlinked_at is None else None


def _held(issuer: str, subject: str) -> Select[ExternalIdentity]:
    return select(ExternalIdentity).where(
        ExternalIdentity.issuer == issuer, ExternalIdentity.subject == subject
    )


def _standing_invitation(session: Session, person: Person, now: datetime) -> Grant | None:
    """The newest one that may still be answered: it says what will be done with their data."""
    waiting = session.execute(
        select(Ask, Grant)
        .join(Grant, (Grant.subject_kind == "ask") & (Grant.subject_id == Ask.id))
        .where(
            Ask.kind == AskKind.INVITATION,
            Ask.asked_person_id == person.id,
            Ask.state == AskState.OPEN,
            Grant.purpose == GrantPurpose.INVITATION,
            Grant.revoked_at.is_(None),
        )
        .order_by(Ask.id.desc())
    ).all()
    return next((grant for ask, grant in waiting if asks.stands(session, ask, now)), None)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
