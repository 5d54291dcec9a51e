"""The results of a meeting, as its pilot reread them."""

from __future__ import annotations

import functools
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.links import Links
from app.accounts.models import Person
from app.accounts.queries.wishes import opens_at
from app.initiatives import words
from app.initiatives.kinds.meetings import RESULTS
from app.initiatives.mails.calendar import MEETING_PATH
from app.initiatives.models import Results
from app.initiatives.queries.hosts import host_of
from app.outbox import registry
from app.outbox.message import Letter, Skip, Wait
from app.outbox.models import Mail
from app.outbox.registry import MailKind
from app.outbox.rendering import render

OVER = Skip("results_over")


def register(links: Links) -> None:
    letter = functools.partial(results_letter, links)
    registry.register(
        MailKind(RESULTS, letter, offers_fewer=True, follows_wish=True, fills_the_week=True)
    )


def results_letter(
    links: Links, session: Session, mail: Mail, now: datetime
) -> Letter | Skip | Wait:
    """The text that was sent, unless a later one was sent since; on the day its reader wishes."""
    results = session.get(Results, mail.refs["results"])
    person = session.get(Person, mail.recipient_id)
    if results is None or results.sent_number != mail.refs["number"]:
        return OVER
    if person is None or person.anonymised_at is not None or person.email != mail.to:
        return OVER
    meeting, host = results.meeting, host_of(session, results.meeting)
    opens = opens_at(session, person, mail.created_at, meeting.territory)
    if opens is None:
        return Skip("opted_out")
    if now < opens:
        return Wait(opens)
    made = render(
        RESULTS,
        {
            "name": person.name,
            "subject": words.results_subject(meeting.title),
            "title": meeting.title,
            "when": words.when(meeting.starts_at, meeting.ends_at, meeting.territory.time_zone),
            "body": results.sent_body,
            "url": f"{links.base_url}{MEETING_PATH}/{meeting.public_id}",
            "organiser": host.name,
            "territory": meeting.territory.name,
        },
    )
    return Letter(
        subject=made.subject,
        text=made.text,
        html=made.html,
        from_name=f"{host.name} (Maillage)",
        reply_to=host.email,
        thread=f"rencontre-{meeting.public_id}",
    )
