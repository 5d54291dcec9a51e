"""Contact notes as lists show them: of an organisation, of a territory, those to take up again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select, tuple_
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Membership, Organisation, Person
from app.core.viewer import Viewer
from app.initiatives.kinds.notes import NoteKind, NoteVisibility
from app.initiatives.models import ContactNote, contact_note_step
from app.initiatives.rules.notes import reads_note
from app.plans.models import Project, Step
from app.plans.rules import sees_project, sees_step

PAGE = 50
# those of one organisation's page: older ones stand in the territory's list
LATEST = 10
MOST_FOLLOW_UPS = 50


@dataclass(frozen=True)
class NoteFilter:
    """What a list is asked for; `after` is the (day, id) of the last one shown."""

    organisation_id: int | None = None
    kind: NoteKind | None = None
    mine: bool = False
    after: tuple[date, int] | None = None

    @property
    def is_set(self) -> bool:
        return self.kind is not None or self.mine


@dataclass(frozen=True)
class NoteLine:
    """One note; a project and steps only where the reader sees them."""

    id: int
    public_id: str
    kind: NoteKind
    body: str
    noted_on: date
    visibility: NoteVisibility
    follow_up_on: date | None
    followed_up_on: date | None
    author_id: int
    author: str
    organisation: str
    organisation_public_id: str
    person: str | None
    project: str | None
    project_public_id: str | None
    steps: list[str]


def note_lines(
    session: Session,
    viewer: Viewer,
    territory_id: int | None,
    asked: NoteFilter,
    limit: int | None = PAGE,
) -> list[NoteLine]:
    """The latest first, one more than `limit` as a sign that there are others; two statements."""
    query = _listed(viewer).order_by(ContactNote.noted_on.desc(), ContactNote.id.desc())
    if territory_id is not None:
        query = query.where(ContactNote.territory_id == territory_id)
    if asked.organisation_id is not None:
        query = query.where(ContactNote.organisation_id == asked.organisation_id)
    if asked.kind is not None:
        query = query.where(ContactNote.kind == asked.kind)
    if asked.mine:
        query = query.where(ContactNote.author_id == viewer.person_id)
    if asked.after is not None:
        query = query.where(tuple_(ContactNote.noted_on, ContactNote.id) < asked.after)
    rows = session.execute(query.limit(limit + 1) if limit else query).all()
    steps = _steps(session, viewer, [row[0] for row in rows])
    return [NoteLine(*_plain((*row, steps[row[0]]))) for row in rows]


def _listed(viewer: Viewer) -> Select[*tuple[Any, ...]]:
    author, person = aliased(Person), aliased(Person)
    return (
        select(
            ContactNote.id,
            ContactNote.public_id,
            ContactNote.kind,
            ContactNote.body,
            ContactNote.noted_on,
            ContactNote.visibility,
            ContactNote.follow_up_on,
            ContactNote.followed_up_on,
            ContactNote.author_id,
            author.name,
            Organisation.name,
            Organisation.public_id,
            person.name,
            Project.title,
            Project.public_id,
        )
        .join(author, author.id == ContactNote.author_id)
        .join(Organisation, Organisation.id == ContactNote.organisation_id)
        .outerjoin(person, person.id == ContactNote.person_id)
        .outerjoin(Project, and_(Project.id == ContactNote.project_id, sees_project(viewer)))
        .where(reads_note(viewer))
    )


def _steps(session: Session, viewer: Viewer, note_ids: Collection[int]) -> dict[int, list[str]]:
    """The titles of the steps that notes are about, as far as the reader reads them."""
    rows = session.execute(
        select(contact_note_step.c.note_id, Step.title)
        .join(Step, Step.id == contact_note_step.c.step_id)
        .join(Project, Project.id == Step.project_id)
        .where(contact_note_step.c.note_id.in_(note_ids), sees_step(viewer))
        .order_by(Step.id)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for note_id, title in rows:
        found[note_id].append(title)
    return found


@dataclass(frozen=True)
class FollowUp:
    """A note whose day has come: whom to call again, and about what."""

    public_id: str
    body: str
    noted_on: date
    follow_up_on: date
    organisation: str
    organisation_public_id: str
    person: str | None
    phone: str | None


def follow_ups(session: Session, viewer: Viewer, territory_id: int, today: date) -> list[FollowUp]:
    """Notes that the viewer reads and that wait since today or before, the oldest day first."""
    here = ContactNote.territory_id == territory_id
    return _due(session, today, reads_note(viewer), here)


def own_follow_ups(session: Session, viewer: Viewer, today: date) -> list[FollowUp]:
    """Those that this person wrote, over all territories, without any telephone."""
    own = ContactNote.author_id == viewer.person_id
    found = _due(session, today, reads_note(viewer), own)
    return [replace(one, person=None, phone=None) for one in found]


def _due(session: Session, today: date, *conditions: ColumnElement[bool]) -> list[FollowUp]:
    named, first, usual = aliased(Person), aliased(Person), aliased(Membership)
    rows = session.execute(
        select(
            ContactNote.public_id,
            ContactNote.body,
            ContactNote.noted_on,
            ContactNote.follow_up_on,
            Organisation.name,
            Organisation.public_id,
            func.coalesce(named.name, first.name),
            func.coalesce(named.phone, first.phone, Organisation.phone),
        )
        .join(Organisation, Organisation.id == ContactNote.organisation_id)
        .outerjoin(named, and_(named.id == ContactNote.person_id, named.anonymised_at.is_(None)))
        .outerjoin(
            usual,
            and_(
                usual.organisation_id == Organisation.id,
                usual.is_default,
                usual.ended_on.is_(None),
            ),
        )
        .outerjoin(first, and_(first.id == usual.person_id, first.anonymised_at.is_(None)))
        .where(
            *conditions,
            ContactNote.follow_up_on <= today,
            ContactNote.followed_up_on.is_(None),
        )
        .order_by(ContactNote.follow_up_on, ContactNote.id)
        .limit(MOST_FOLLOW_UPS)
    )
    return [FollowUp(*row) for row in map(_plain, rows)]


def _plain(row: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(row)
