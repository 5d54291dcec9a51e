"""What whoever animates does with a message that waits: place it, or set it aside."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.core.refusals import RefusedError
from app.inbox.kinds import Fate
from app.inbox.models import Incoming
from app.inbox.services.replies import post
from app.outbox.bounces import lift
from app.outbox.models import Bounce
from app.plans.models import Project


def place(
    session: Session, message: Incoming, project: Project, *, person_id: int, now: datetime
) -> None:
    """Among the messages of a project: in its writer's name where that is sure, else quoted."""
    if message.fate is not Fate.WAITING or message.settled_at is not None:
        raise RefusedError("Ce message a déjà été traité.")
    if not message.text:
        raise RefusedError("Ce message n’a pas de texte à reprendre.")
    text = message.text
    if message.person_id is None:
        quoted = "\n".join(f"> {line}" for line in text.split("\n"))
        text = f"Reçu par courriel de {message.sender} :\n\n{quoted}"
    author_id = message.person_id or person_id
    post(session, message, project, author_id=author_id, text=text, step_id=None, now=now)
    message.settled_at, message.settled_by_id = now, person_id
    session.flush()


def set_aside(session: Session, message: Incoming, *, person_id: int, now: datetime) -> None:
    """Nothing is to be done with it. Said again, nothing changes."""
    if message.settled_at is None:
        message.settled_at, message.settled_by_id = now, person_id
    session.flush()


def take_up_again(session: Session, message: Incoming) -> None:
    """Undo `set_aside`; a message that was placed stays where it is."""
    if message.fate is Fate.COMMENT:
        raise RefusedError("Ce message est déjà dans les échanges du projet.")
    message.settled_at = message.settled_by_id = None
    session.flush()


def trust_again(session: Session, bounce: Bounce, *, now: datetime) -> None:
    """« L’adresse est bonne »: relances are written to it again."""
    lift(session, bounce.address, now)
