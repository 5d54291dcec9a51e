"""What this room's mails say, and what the first mail to anybody says besides."""

from __future__ import annotations

import functools
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import AskKind, GrantPurpose
from app.accounts.links import Links
from app.accounts.mails import ADDRESS, INVITATION, SIGN_IN_LINK
from app.accounts.models import DEFAULT_ZONE, Ask, Grant, Organisation, Person, Territory
from app.accounts.queries.grants import usable_grant
from app.core.clock import local_day
from app.outbox import registry
from app.outbox.message import Letter, Skip
from app.outbox.models import Mail
from app.outbox.registry import MailKind
from app.outbox.rendering import with_more, written
from app.privacy.kinds import IDLE, INFORMATION, NO_PILOT, PERSONAL_DATA, Cause, Means
from app.privacy.models import Erasure
from app.privacy.queries.informing import source_of, untold_territories
from app.privacy.queries.statements import statements_of
from app.privacy.services.noticing import note_told

MY_DATA_PATH = "/mes-donnees"
NO_LONGER_TRUE = Skip("link_over")

# these say what they say of rights in their own words, or to who runs the installation
_OWN_WORDS = frozenset({INVITATION, INFORMATION, NO_PILOT})
# asked for by the person at that moment, and read in haste: the information waits for the next
_ASKED_FOR = frozenset({SIGN_IN_LINK, ADDRESS, PERSONAL_DATA, IDLE, NO_PILOT})


def register(links: Links) -> None:
    """Make this room's mails known to the outbox, and let it complete first letters."""
    for name, renew in (
        (PERSONAL_DATA, personal_data_letter),
        (INFORMATION, information_letter),
        (IDLE, idle_letter),
        (NO_PILOT, no_pilot_letter),
    ):
        registry.register(MailKind(name, functools.partial(renew, links)))
    registry.register_completion("privacy", functools.partial(complete, links))


def complete(links: Links, session: Session, mail: Mail, letter: Letter, now: datetime) -> Letter:
    """Say where one's data are read and erased: a reply is no way, others may read it.

    Whoever was not told yet what is done with their data is told by whatever mail comes first. It
    counts once that mail has left.
    """
    if mail.recipient_id is None:
        return letter
    if mail.kind in _OWN_WORDS:
        _note(session, mail, *_told_by_itself(session, mail, mail.recipient_id), now)
        return letter
    untold = () if mail.kind in _ASKED_FOR else untold_territories(session, mail.recipient_id)
    if not untold:
        return with_more(letter, "rights", {"my_data_url": f"{links.base_url}{MY_DATA_PATH}"})
    person = session.get_one(Person, mail.recipient_id)
    _note(session, mail, untold, Means.FIRST_MAIL, now)
    return with_more(letter, "notice", _notice(links, session, person, untold))


def _told_by_itself(session: Session, mail: Mail, person_id: int) -> tuple[Collection[int], Means]:
    """The territories whose information this very mail is, or holds."""
    if mail.kind == INVITATION:
        return _inviting(session, mail), Means.INVITATION
    if mail.kind == INFORMATION:
        return untold_territories(session, person_id), Means.INFORMATION
    return (), Means.INFORMATION


def _note(
    session: Session, mail: Mail, territory_ids: Collection[int], means: Means, now: datetime
) -> None:
    assert mail.recipient_id is not None  # asked just before
    note_told(
        session,
        person_id=mail.recipient_id,
        territory_ids=territory_ids,
        means=means,
        now=now,
        mail_id=mail.id,
    )


def _inviting(session: Session, mail: Mail) -> list[int]:
    """The territories that answer for what an invitation asks: those of the organisation, the
    one itself; none for who is to run the installation."""
    grant = session.scalar(select(Grant).where(Grant.public_id == mail.refs.get("grant")))
    ask = session.get(Ask, grant.subject_id) if grant else None
    if ask is not None and ask.kind is AskKind.TERRITORY_ROLE:
        return [ask.subject_id]
    if ask is None or ask.kind is not AskKind.INVITATION:
        return []
    organisation = session.get(Organisation, ask.subject_id)
    return [territory.id for territory in organisation.territories] if organisation else []


def _notice(
    links: Links, session: Session, person: Person, territory_ids: Collection[int]
) -> Mapping[str, object]:
    """What the information names: who answers for it, where the data come from, where to read."""
    texts = statements_of(session, territory_ids).values()
    source = source_of(session, person)
    return {
        "controllers": list(dict.fromkeys(text.controller for text in texts)),
        "territories": [text.territory for text in texts],
        "typed_by": source.name,
        "typed_on": local_day(source.at, person.time_zone or DEFAULT_ZONE),
        "my_data_url": f"{links.base_url}{MY_DATA_PATH}",
        "texts": [
            (
                text.territory,
                f"{links.base_url}/territoires/{text.public_id}/confidentialite",
            )
            for text in texts
        ],
    }


def information_letter(links: Links, session: Session, mail: Mail, _now: datetime) -> Letter | Skip:
    """What is done with the data of somebody whom no other mail has told."""
    person = session.get_one(Person, mail.recipient_id)
    untold = untold_territories(session, person.id)
    if not untold or person.email is None:
        return Skip("informed")
    mail.to = person.email
    return written(INFORMATION, name=person.name, **_notice(links, session, person, untold))


def personal_data_letter(
    links: Links, session: Session, mail: Mail, now: datetime
) -> Letter | Skip:
    """The link to one's data, which reaches the address on record alone."""
    grant = usable_grant(session, mail.refs["grant"], GrantPurpose.PERSONAL_DATA, now)
    if grant is None or grant.person.email != mail.to:
        return NO_LONGER_TRUE
    return written(
        PERSONAL_DATA,
        name=grant.person.name,
        url=links.url(MY_DATA_PATH, grant.public_id),
        until=grant.expires_at,
        zone=grant.person.time_zone or DEFAULT_ZONE,
    )


def idle_letter(links: Links, session: Session, mail: Mail, now: datetime) -> Letter | Skip:
    """The warning before an account that serves nobody is erased."""
    grant = usable_grant(session, mail.refs["grant"], GrantPurpose.PERSONAL_DATA, now)
    erasure = session.get(Erasure, mail.refs["erasure"])
    if grant is None or erasure is None or erasure.cancelled_at or grant.person.email is None:
        return NO_LONGER_TRUE
    if erasure.cause is not Cause.IDLE:
        return NO_LONGER_TRUE
    mail.to = grant.person.email
    return written(
        IDLE,
        name=grant.person.name,
        url=links.url(MY_DATA_PATH, grant.public_id),
        due_on=local_day(erasure.due_at, grant.person.time_zone or DEFAULT_ZONE),
    )


def no_pilot_letter(links: Links, session: Session, mail: Mail, _now: datetime) -> Letter:
    """Tells the operator that a démarche has nobody left who drives it."""
    territory = session.get_one(Territory, mail.refs["territory"])
    left_on = local_day(mail.created_at, territory.time_zone)
    url = f"{links.base_url}/exploitation/territoires/{territory.public_id}"
    name = session.get_one(Person, mail.recipient_id).name
    return written(NO_PILOT, name=name, territory=territory.name, left_on=left_on, url=url)
