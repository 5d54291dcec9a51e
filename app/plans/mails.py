"""What this room's mails say, at the moment they leave: somebody speaks to you in a project."""

from __future__ import annotations

import functools
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.kinds import MailRhythm
from app.accounts.links import Links
from app.accounts.models import MailPreference, Person
from app.outbox import registry
from app.outbox.message import Letter, Skip
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


def mention_letter(links: Links, session: Session, mail: Mail, _now: datetime) -> Letter | Skip:
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
