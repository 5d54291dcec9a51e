"""What this room's mails say, at the moment they leave."""

from __future__ import annotations

import functools
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import AskState, GrantPurpose, SecurityEvent
from app.accounts.links import Links
from app.accounts.models import DEFAULT_ZONE, Ask, Claim, Grant, Person, Territory
from app.accounts.queries.grants import usable_grant
from app.accounts.queries.invitations import occasion
from app.outbox import registry
from app.outbox.message import Letter, Skip
from app.outbox.models import Mail
from app.outbox.registry import MailKind
from app.outbox.rendering import written

SIGN_IN_LINK = "sign_in_link"
INVITATION = "invitation"
ADDRESS = "address"
SECURITY = "security"
CLAIM = "claim"

SIGN_IN_PATH = "/lien"
INVITATION_PATH = "/invitation"
ADDRESS_PATH = "/adresse"
ORGANISATION_PATH = "/organisations"

NO_LONGER_TRUE = Skip("link_over")


def register(links: Links) -> None:
    """Make this room's kinds of mail known to the outbox."""
    for name, renew in (
        (SIGN_IN_LINK, sign_in_letter),
        (INVITATION, invitation_letter),
        (ADDRESS, address_letter),
        (SECURITY, security_letter),
        (CLAIM, claim_letter),
    ):
        is_urgent = name in (SIGN_IN_LINK, ADDRESS, SECURITY)
        letter = functools.partial(renew, links)
        registry.register(MailKind(name, letter, is_urgent, offers_fewer=name == CLAIM))


def sign_in_letter(links: Links, session: Session, mail: Mail, now: datetime) -> Letter | Skip:
    """A link that opens a session once; nothing when it is used or over by now."""
    grant = usable_grant(session, mail.refs["grant"], GrantPurpose.SIGN_IN, now)
    if grant is None or grant.person.email != mail.to:
        return NO_LONGER_TRUE
    return written(
        SIGN_IN_LINK,
        name=grant.person.name,
        url=links.url(SIGN_IN_PATH, grant.public_id),
        until=grant.expires_at,
        zone=grant.person.time_zone or DEFAULT_ZONE,
    )


def invitation_letter(links: Links, session: Session, mail: Mail, now: datetime) -> Letter | Skip:
    """Who invites, why, what will be done with one's data, and the link to answer."""
    found = _open_ask(session, mail, GrantPurpose.INVITATION, now)
    if found is None:
        return NO_LONGER_TRUE
    grant, ask = found
    about = occasion(session, ask)
    asker = session.get_one(Person, ask.asker_id)
    inviter = None if asker.id == grant.person_id else asker
    letter = written(
        INVITATION,
        name=grant.person.name,
        url=links.url(INVITATION_PATH, grant.public_id),
        until=ask.expires_at,
        zone=about.zone,
        kind=about.kind.value,
        role=about.role.value if about.role else None,
        organisation=about.name,
        territories=list(about.territories),
        asker=inviter.name if inviter else None,
        asker_email=asker.email,
        function=ask.payload.get("function"),
        note=ask.payload.get("note"),
        privacy_url=_privacy_url(links, about.controller),
        my_data_url=f"{links.base_url}/mes-donnees",
    )
    if inviter is None:
        return letter
    # the mail shows who writes, and the answer goes to them
    return replace(letter, from_name=f"{inviter.name} (Maillage)", reply_to=inviter.email)


def _privacy_url(links: Links, controller: str | None) -> str:
    """The text of the territory that answers for the data; the house's where there are several."""
    place = f"/territoires/{controller}" if controller else ""
    return f"{links.base_url}{place}/confidentialite"


def address_letter(links: Links, session: Session, mail: Mail, now: datetime) -> Letter | Skip:
    """Whether this new address is really theirs."""
    found = _open_ask(session, mail, GrantPurpose.ADDRESS, now)
    if found is None:
        return NO_LONGER_TRUE
    grant, ask = found
    return written(
        ADDRESS,
        name=grant.person.name,
        url=links.url(ADDRESS_PATH, grant.public_id),
        until=ask.expires_at,
        zone=grant.person.time_zone or DEFAULT_ZONE,
        address=ask.payload["email"],
    )


def security_letter(links: Links, session: Session, mail: Mail, _now: datetime) -> Letter | Skip:
    """What changed about the ways into an account: true whenever it leaves."""
    person = session.get_one(Person, mail.refs["person"])
    if person.anonymised_at is not None:
        return NO_LONGER_TRUE
    return written(
        SECURITY,
        name=person.name,
        event=SecurityEvent(mail.refs["event"]).value,
        at=datetime.fromisoformat(mail.refs["at"]),
        zone=person.time_zone or DEFAULT_ZONE,
        url=f"{links.base_url}/compte",
    )


def claim_letter(links: Links, session: Session, mail: Mail, _now: datetime) -> Letter | Skip:
    """A territory has a record with this organisation's SIRET: are the two the same?"""
    claim = session.scalar(select(Claim).where(Claim.public_id == mail.refs["claim"]))
    person = session.get(Person, mail.recipient_id)
    if claim is None or claim.accepted_at or claim.declined_at or person is None:
        return NO_LONGER_TRUE
    if person.email != mail.to or person.anonymised_at is not None:
        return NO_LONGER_TRUE
    territory = session.get_one(Territory, claim.territory_id)
    return written(
        CLAIM,
        name=person.name,
        organisation=claim.known.name,
        territory=territory.name,
        url=f"{links.base_url}{ORGANISATION_PATH}/{claim.known.public_id}",
    )


def _open_ask(
    session: Session, mail: Mail, purpose: GrantPurpose, now: datetime
) -> tuple[Grant, Ask] | None:
    """The grant of a mail and the ask it answers, while that one still waits."""
    grant = usable_grant(session, mail.refs["grant"], purpose, now)
    ask = session.get(Ask, grant.subject_id) if grant else None
    if grant is None or ask is None or ask.state is not AskState.OPEN:
        return None
    return grant, ask
