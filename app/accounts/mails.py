"""What this room's mails say, at the moment they leave."""

from __future__ import annotations

import functools
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.kinds import AskState, GrantPurpose
from app.accounts.links import Links
from app.accounts.models import DEFAULT_ZONE, Ask, Grant, Organisation, Person
from app.accounts.queries.grants import usable_grant
from app.accounts.queries.organisations import time_zone_of
from app.outbox import registry
from app.outbox.message import Letter, Skip
from app.outbox.models import Mail
from app.outbox.registry import MailKind
from app.outbox.rendering import render

SIGN_IN_LINK = "sign_in_link"
INVITATION = "invitation"
ADDRESS = "address"

SIGN_IN_PATH = "/lien"
INVITATION_PATH = "/invitation"
ADDRESS_PATH = "/adresse"

NO_LONGER_TRUE = Skip("link_over")


def register(links: Links) -> None:
    """Make this room's kinds of mail known to the outbox."""
    for name, renew in (
        (SIGN_IN_LINK, sign_in_letter),
        (INVITATION, invitation_letter),
        (ADDRESS, address_letter),
    ):
        registry.register(MailKind(name, functools.partial(renew, links)))


def sign_in_letter(links: Links, session: Session, mail: Mail, now: datetime) -> Letter | Skip:
    """A link that opens a session once; nothing when it is used or over by now."""
    grant = usable_grant(session, mail.refs["grant"], GrantPurpose.SIGN_IN, now)
    if grant is None or grant.person.email != mail.to:
        return NO_LONGER_TRUE
    return _letter(
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
    organisation = session.get_one(Organisation, ask.subject_id)
    asker = session.get_one(Person, ask.asker_id)
    inviter = None if asker.id == grant.person_id else asker
    letter = _letter(
        INVITATION,
        name=grant.person.name,
        url=links.url(INVITATION_PATH, grant.public_id),
        until=ask.expires_at,
        zone=time_zone_of(organisation),
        organisation=organisation.name,
        territories=[territory.name for territory in organisation.territories],
        asker=inviter.name if inviter else None,
        asker_email=asker.email,
        function=ask.payload.get("function"),
        note=ask.payload.get("note"),
        privacy_url=_privacy_url(links, organisation),
        my_data_url=f"{links.base_url}/mes-donnees",
    )
    if inviter is None:
        return letter
    # the mail shows who writes, and the answer goes to them
    return replace(letter, from_name=f"{inviter.name} (Maillage)", reply_to=inviter.email)


def _privacy_url(links: Links, organisation: Organisation) -> str:
    """The text of the territory that answers for the data; the house's where there are several."""
    if len(organisation.territories) != 1:
        return f"{links.base_url}/confidentialite"
    return f"{links.base_url}/territoires/{organisation.territories[0].public_id}/confidentialite"


def address_letter(links: Links, session: Session, mail: Mail, now: datetime) -> Letter | Skip:
    """Whether this new address is really theirs."""
    found = _open_ask(session, mail, GrantPurpose.ADDRESS, now)
    if found is None:
        return NO_LONGER_TRUE
    grant, ask = found
    return _letter(
        ADDRESS,
        name=grant.person.name,
        url=links.url(ADDRESS_PATH, grant.public_id),
        until=ask.expires_at,
        zone=grant.person.time_zone or DEFAULT_ZONE,
        address=ask.payload["email"],
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


def _letter(template: str, **context: object) -> Letter:
    rendered = render(template, context)
    return Letter(subject=rendered.subject, text=rendered.text, html=rendered.html)
