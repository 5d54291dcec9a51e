"""A message that speaks to somebody by name tells them by mail, once. The caller commits."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.outbox.services import enqueue
from app.plans.addressing import named_in
from app.plans.kinds import ProjectState
from app.plans.mails import MENTION, hears_of_mentions
from app.plans.models import Comment, Mention, Project
from app.plans.queries.readers import Reader, readers_of


@dataclass
class Told:
    """By name: who gets a mail, who gets none, and what names nobody here."""

    written: list[str] = field(default_factory=list)
    unreached: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def tell_those_named(
    session: Session,
    project: Project,
    comment: Comment,
    *,
    also: Collection[int] = (),
    now: datetime,
) -> Told:
    """Everybody behind an @, and those ticked beside the message (`also`, ids), among its readers.

    A draft tells nobody. The same message told again writes nothing more.
    """
    readers = {one.id: one for one in readers_of(session, project.id, project.territory_id)}
    named = named_in(comment.body, [(one.id, one.name) for one in readers.values()])
    told = Told(unknown=named.unknown)
    for person_id in dict.fromkeys([*named.ids, *sorted(also)]):
        reader = readers.get(person_id)
        if reader is None or person_id == comment.author_id:
            continue
        _note(session, comment, person_id)
        if project.state is ProjectState.DRAFT or not _write(session, comment, reader, now):
            told.unreached.append(reader.name)
        else:
            told.written.append(reader.name)
    return told


def _note(session: Session, comment: Comment, person_id: int) -> None:
    standing = select(Mention.id).where(
        Mention.comment_id == comment.id, Mention.person_id == person_id
    )
    if session.scalar(standing) is None:
        session.add(
            Mention(comment_id=comment.id, territory_id=comment.territory_id, person_id=person_id)
        )
        session.flush()


def _write(session: Session, comment: Comment, reader: Reader, now: datetime) -> bool:
    """Whether a mail goes to them, now or by an earlier tap."""
    if reader.email is None or not hears_of_mentions(session, reader.id):
        return False
    enqueue(
        session,
        key=f"{MENTION}:{comment.public_id}:{reader.id}",
        kind=MENTION,
        recipient_id=reader.id,
        territory_id=comment.territory_id,
        to=reader.email,
        refs={"comment": comment.id},
        subject="Un message pour vous",
        not_before=now,
        now=now,
    )
    return True
