"""The one mail that a reply is answered with: « fait » wants one tap on the usual page."""

from __future__ import annotations

import functools
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.kinds import GrantPurpose
from app.accounts.links import Links
from app.accounts.models import Person
from app.core.french import in_short, long_date
from app.inbox.labels import PROPOSED
from app.outbox import registry
from app.outbox.message import Letter, Skip
from app.outbox.models import Mail
from app.outbox.registry import MailKind
from app.outbox.rendering import render
from app.plans.kinds import OPEN_STATUSES
from app.reminders.kinds import Answer
from app.reminders.queries.mail import ToldStep, answerable, links_of, pilot_of, told_steps

NAME = "proposal"


def register(links: Links) -> None:
    registry.register(
        MailKind(NAME, functools.partial(letter, links), takes_replies=True, offers_fewer=True)
    )


def letter(links: Links, session: Session, mail: Mail, _now: datetime) -> Letter | Skip:
    """True while a step of the mail replied to is open, unanswered and still theirs."""
    person = session.get_one(Person, mail.recipient_id)
    told = [one for one in told_steps(session, mail.refs["mail"]) if _is_open(one)]
    theirs = answerable(session, person.id, [one.id for one in told])
    steps = [one for one in told if one.id in theirs]
    granted = links_of(session, mail.refs["mail"], person.id)
    answer = Answer(mail.refs["answer"])
    if not steps or GrantPurpose.RELANCE not in granted or steps[0].answer is answer:
        return Skip("answered")
    pilot = pilot_of(session, mail.territory_id)
    page = links.url("/r", granted[GrantPurpose.RELANCE])
    made = render(
        NAME,
        {
            "name": person.name,
            "said": PROPOSED[answer],
            "day": _day(mail),
            "steps": steps,
            "about": in_short(steps[0].title),
            "url": f"{page}?{_asked(mail, steps, answer)}",
            "pilot": pilot,
        },
    )
    return Letter(
        subject=made.subject,
        text=made.text,
        html=made.html,
        from_name=f"{pilot.name} ({pilot.territory})" if pilot else None,
        reply_to=pilot.email if pilot else None,
        # it stands below what they wrote, in mail programs that keep threads
        answers=mail.refs.get("message_id"),
    )


def _is_open(told: ToldStep) -> bool:
    return told.status in OPEN_STATUSES


def _day(mail: Mail) -> str | None:
    due_on = mail.refs.get("due_on")
    return long_date(datetime.fromisoformat(due_on).date()) if due_on else None


def _asked(mail: Mail, steps: list[ToldStep], answer: Answer) -> str:
    """What the page offers first: of one step the answer, of several their choice."""
    if len(steps) != 1:
        return f"reponse={answer.value}"
    day = f"&date={mail.refs['due_on']}" if mail.refs.get("due_on") else ""
    return f"etape={steps[0].public_id}&reponse={answer.value}{day}"
