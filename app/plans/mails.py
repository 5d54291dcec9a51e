"""What this room's mails say, at the moment they leave: somebody speaks to you in a project."""

from __future__ import annotations

import functools
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.accounts.kinds import MailRhythm
from app.accounts.links import Links
from app.accounts.models import MailPreference, Person, Territory
from app.core.calendar import next_working_day
from app.core.clock import local_day, local_instant
from app.outbox import registry
from app.outbox.message import Letter, Skip, Wait
from app.outbox.models import Mail
from app.outbox.registry import MailKind
from app.outbox.rendering import render
from app.plans.kinds import ProjectState
from app.plans.models import Comment, Project, Step
from app.plans.queries.readers import readers_of

MENTION = "mention"
OVER = Skip("mention_over")
_SPEAKING = (ProjectState.ACTIVE, ProjectState.PAUSED, ProjectState.CLOSED)


def register(links: Links) -> None:
    registry.register(
        MailKind(MENTION, functools.partial(mention_letter, links), takes_replies=True)
    )


def hears_of_mentions(session: Session, person_id: int) -> bool:
    """Whoever asked for no mails at all gets none of these either."""
    preference = session.get(MailPreference, person_id)
    return preference is None or preference.rhythm is not MailRhythm.OFF


def _not_before(session: Session, person: Person, said_at: datetime, place: Territory) -> datetime:
    """When a message may reach its reader: at once, or the morning that they asked for."""
    preference = session.get(MailPreference, person.id)
    if preference is None:
        return said_at
    zone = person.time_zone or place.time_zone
    day = local_day(said_at, zone)
    days = {
        MailRhythm.DAILY: day + timedelta(days=1),
        MailRhythm.WEEKLY: day + timedelta(days=7 - day.weekday()),
    }
    first = max([days.get(preference.rhythm, day), preference.paused_until or day])
    if first == day:
        return said_at
    return local_instant(next_working_day(first, place.holiday_zone), place.send_hour, zone)


def mention_letter(
    links: Links, session: Session, mail: Mail, now: datetime
) -> Letter | Skip | Wait:
    """True while the message stands, and its reader still follows the project."""
    comment = session.get(Comment, mail.refs["comment"])
    person = session.get(Person, mail.recipient_id)
    if comment is None or comment.author is None or person is None or person.email != mail.to:
        return OVER
    project = session.get_one(Project, comment.project_id)
    readers = {one.id for one in readers_of(session, project.id, project.territory_id)}
    if person.id not in readers or project.state not in _SPEAKING:
        return OVER
    if not hears_of_mentions(session, person.id):
        return OVER
    opens = _not_before(session, person, comment.said_at, project.territory)
    if now < opens:
        return Wait(opens)
    step = session.get(Step, comment.step_id) if comment.step_id else None
    author = comment.author
    made = render(
        MENTION,
        {
            "name": person.name,
            "author": author.name,
            "author_phone": author.phone,
            "body": comment.body,
            "project": project.title,
            "step": step.title if step else None,
            "url": f"{links.base_url}/projets/{project.public_id}/echanges",
            "territory": project.territory.name,
            "privacy_url": f"{links.base_url}/confidentialite",
        },
    )
    return Letter(
        subject=made.subject,
        text=made.text,
        html=made.html,
        from_name=f"{author.name} (Maillage)",
        reply_to=author.email,
        thread=f"etape-{step.public_id}" if step else f"projet-{project.public_id}",
    )
