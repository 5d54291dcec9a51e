"""What this room's mails say, at the moment they leave."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.kinds import GrantPurpose
from app.accounts.links import Links
from app.accounts.models import Ask
from app.accounts.queries.grants import usable_grant
from app.agreements.kinds import QUESTION
from app.agreements.queries.questions import may_still_answer, question_of
from app.outbox import registry
from app.outbox.message import Letter, Skip
from app.outbox.models import Mail
from app.outbox.registry import MailKind
from app.outbox.rendering import written

ANSWER_PATH = "/demande"
OVER = Skip("question_over")
Stands = Callable[[Session, Ask, datetime], bool]


def register(links: Links, stands: Stands) -> None:
    """Make this room's kind of mail known to the outbox; `stands` tells whether an ask waits."""
    letter = functools.partial(question_letter, links, stands)
    # silence has consequences, so no wish holds it back
    registry.register(MailKind(QUESTION, letter, offers_fewer=True, fills_the_week=True))


def question_letter(
    links: Links, stands: Stands, session: Session, mail: Mail, now: datetime
) -> Letter | Skip:
    """What is asked of an organisation, told to the one person who got its link."""
    grant = usable_grant(session, mail.refs["grant"], GrantPurpose.ANSWER, now)
    ask = session.get(Ask, grant.subject_id) if grant else None
    if grant is None or ask is None or not stands(session, ask, now):
        return OVER
    if grant.person.email != mail.to or not may_still_answer(session, ask, grant.person_id):
        return OVER
    put = question_of(session, ask)
    if put is None:
        return OVER
    letter = written(
        QUESTION,
        name=grant.person.name,
        question=put.question,
        url=links.url(ANSWER_PATH, grant.public_id),
        until=put.until,
        territory=put.territory.name,
        asker=put.asker.name,
        asker_phone=put.asker.phone,
    )
    return replace(letter, from_name=f"{put.asker.name} (Maillage)", reply_to=put.asker.email)
