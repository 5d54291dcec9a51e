"""« Moins de messages »: the link at the foot of mails, and the one click of mail programs.

The link opens the one page of a person's wishes; RFC 8058 has a mail program post to the same
address, which means none from then on.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import GrantPurpose
from app.accounts.links import Links
from app.accounts.models import Grant
from app.outbox import registry
from app.outbox.message import Letter
from app.outbox.models import Mail
from app.outbox.rendering import with_more

LEAVE_PATH = "/desabonnement"
MAIL = "mail"


def register(links: Links) -> None:
    """Let every kind of mail that offers it carry the link."""
    registry.register_completion("fewer", functools.partial(complete, links))


def complete(links: Links, session: Session, mail: Mail, letter: Letter, now: datetime) -> Letter:
    """The letter with its link, and with the header where it follows its reader's wish.

    A letter that has the header already says it in its own words.
    """
    kind = registry.find(mail.kind)
    if kind is None or not kind.offers_fewer or mail.recipient_id is None:
        return letter
    if "List-Unsubscribe" in letter.headers:
        return letter
    leave_url = links.url(LEAVE_PATH, _grant(session, mail.id, mail.recipient_id, now))
    if kind.follows_wish:
        headers = {**letter.headers, **one_click(links, leave_url, "messages")}
        letter = replace(letter, headers=headers)
    context = {"leave_url": leave_url, "follows_wish": kind.follows_wish}
    return with_more(letter, "fewer", context)


def one_click(links: Links, leave_url: str, group: str) -> Mapping[str, str]:
    """The headers of RFC 8058; `group` names what mail programs sort by (List-Id)."""
    return {
        "List-Unsubscribe": f"<{leave_url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Id": f"<{group}.{urlsplit(links.base_url).hostname}>",
    }


def _grant(session: Session, mail_id: int, person_id: int, now: datetime) -> str:
    """The public id of a mail's own right to change the wish; a mail written anew keeps it."""
    known = session.scalar(
        select(Grant.public_id).where(
            Grant.purpose == GrantPurpose.UNSUBSCRIBE,
            Grant.subject_kind == MAIL,
            Grant.subject_id == mail_id,
            Grant.person_id == person_id,
            Grant.revoked_at.is_(None),
        )
    )
    if known is not None:
        return known
    grant = Grant(
        person_id=person_id,
        purpose=GrantPurpose.UNSUBSCRIBE,
        subject_kind=MAIL,
        subject_id=mail_id,
        created_at=now,
    )
    session.add(grant)
    session.flush()
    return grant.public_id
