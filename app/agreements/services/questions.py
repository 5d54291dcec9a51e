"""Asking an organisation: one ask, one mail to its contact, answered there or on a page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.kinds import AskKind, GrantPurpose
from app.accounts.models import Ask, Grant, Person
from app.accounts.services import asks
from app.agreements.kinds import QUESTION
from app.agreements.queries.contacts import contact_of
from app.outbox.services import enqueue


def put(
    session: Session,
    *,
    kind: AskKind,
    subject: tuple[str, int],
    organisation_id: int,
    asker_id: int,
    place: tuple[int, int | None],
    text_version: str,
    now: datetime,
    expires_at: datetime,
    payload: dict[str, Any] | None = None,
    person_id: int | None = None,
) -> Ask:
    """Ask an organisation, by mail to the person named or to its contact, where it has an address.

    Without one the ask stands all the same: members answer on the page, others by telephone.
    """
    ask = asks.open_ask(
        session,
        kind=kind,
        subject=subject,
        asker_id=asker_id,
        asked_organisation_id=organisation_id,
        asked_person_id=person_id,
        place=place,
        payload=payload or {},
        text_version=text_version,
        now=now,
        expires_at=expires_at,
    )
    person = session.get(Person, person_id) if person_id else contact_of(session, organisation_id)
    if person is not None and person.email is not None and person.id != asker_id:
        grant = asks.grant_answer(session, ask, GrantPurpose.ANSWER, now, person_id=person.id)
        _mail(session, grant, person, place[0], now)
    return ask


def remind(session: Session, ask: Ask, *, now: datetime, expires_at: datetime) -> bool:
    """Ask again, by a new mail; the old link works on. False where nobody has an address."""
    assert ask.asked_organisation_id is not None
    person = (
        session.get(Person, ask.asked_person_id)
        if ask.asked_person_id
        else contact_of(session, ask.asked_organisation_id)
    )
    ask.expires_at = expires_at
    if person is None or person.email is None:
        return False
    grant = asks.grant_answer(session, ask, GrantPurpose.ANSWER, now, person_id=person.id)
    _mail(session, grant, person, ask.territory_id, now)
    return True


def _mail(
    session: Session, grant: Grant, person: Person, territory_id: int | None, now: datetime
) -> None:
    assert person.email is not None
    enqueue(
        session,
        key=f"{QUESTION}:{grant.public_id}",
        kind=QUESTION,
        recipient_id=person.id,
        territory_id=territory_id,
        to=person.email,
        refs={"grant": grant.public_id},
        subject="Question",
        not_before=now,
        now=now,
    )
