"""A message that speaks to somebody by name reaches them by mail, once. The caller commits."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.queries.wishes import wants_mail
from app.plans.addressing import named_in
from app.plans.kinds import ProjectState
from app.plans.mails.for_you import Spoken
from app.plans.models import Comment, Mention, Project
from app.plans.queries.readers import Reader, readers_of
from app.plans.services.for_you import tell


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
    for person_id in sorted({*named.ids, *also} - {comment.author_id}):
        reader = readers.get(person_id)
        if reader is None:
            continue
        is_new = _note(session, comment, person_id)
        if project.state is ProjectState.DRAFT or not _reaches(session, reader):
            told.unreached.append(reader.name)
            continue
        told.written.append(reader.name)
        if is_new:
            _write(session, comment, reader, now)
    return told


def _note(session: Session, comment: Comment, person_id: int) -> bool:
    """False where the message spoke to them already."""
    standing = select(Mention.id).where(
        Mention.comment_id == comment.id, Mention.person_id == person_id
    )
    if session.scalar(standing) is not None:
        return False
    session.add(
        Mention(comment_id=comment.id, territory_id=comment.territory_id, person_id=person_id)
    )
    session.flush()
    return True


def _reaches(session: Session, reader: Reader) -> bool:
    return reader.email is not None and wants_mail(session, reader.id)


def _write(session: Session, comment: Comment, reader: Reader, now: datetime) -> None:
    tell(
        session,
        person_id=reader.id,
        email=reader.email,
        territory_id=comment.territory_id,
        spoken=Spoken([comment.id], {}),
        now=now,
    )
