"""What people do with contact notes. Verbs: rights were checked, the caller commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.accounts.models import Organisation
from app.core.refusals import RefusedError, require_version
from app.initiatives.kinds.notes import NoteKind, NoteVisibility
from app.initiatives.models import ContactNote
from app.plans.models import Step
from app.plans.services.projects import SECOND_TAP

# two notes that agree in all of these and in their steps are one that was sent twice
_SAID = (
    *("territory_id", "organisation_id", "project_id", "author_id", "author_organisation_id"),
    *("kind", "body", "noted_on", "visibility", "follow_up_on", "followed_up_on", "person_id"),
)
UNDO_WITHIN = timedelta(days=1)
# a letter rests so long before it leaves, and can be taken back until then
LETTER_RESTS = timedelta(minutes=5)
LONGEST_NOTE = 4000


@dataclass(frozen=True)
class Said:
    """What a note holds, as its form gives it."""

    kind: NoteKind
    body: str
    noted_on: date
    visibility: NoteVisibility
    follow_up_on: date | None = None
    person_id: int | None = None


def take_note(
    session: Session,
    *,
    territory_id: int,
    organisation_id: int,
    author_id: int,
    author_organisation_id: int | None,
    said: Said,
    now: datetime,
    today: date,
    project_id: int | None = None,
    steps: Sequence[Step] = (),
) -> ContactNote:
    """Note a contact. The same again within minutes is a second tap: it stands once."""
    _require_sense(said, today, author_organisation_id)
    # two taps at once wait for each other here
    session.execute(
        select(Organisation.id).where(Organisation.id == organisation_id).with_for_update()
    )
    projects = {step.project_id for step in steps}
    note = ContactNote(
        territory_id=territory_id,
        organisation_id=organisation_id,
        author_id=author_id,
        author_organisation_id=author_organisation_id,
        project_id=project_id or (projects.pop() if len(projects) == 1 else None),
        noted_at=now,
    )
    _write(note, said)
    twice = _said_just_now(session, note, steps)
    if twice is not None:
        return twice
    note.steps = list(steps)
    session.add(note)
    session.flush()
    return note


def _said_just_now(
    session: Session, note: ContactNote, steps: Sequence[Step]
) -> ContactNote | None:
    """A note of the last minutes that says the same, to the last thing, of the same steps."""
    same = (getattr(ContactNote, name).is_not_distinct_from(getattr(note, name)) for name in _SAID)
    recent = select(ContactNote).where(*same, ContactNote.noted_at > note.noted_at - SECOND_TAP)
    wanted = {step.id for step in steps}
    found = session.scalars(recent.options(selectinload(ContactNote.steps)))
    return next((one for one in found if {step.id for step in one.steps} == wanted), None)


def _require_sense(said: Said, today: date, author_organisation_id: int | None) -> None:
    """Raise RefusedError with what is missing, in the words of whoever reads it."""
    if said.kind is NoteKind.LETTER and not said.body.strip():
        raise RefusedError("Écrivez d’abord votre message.")
    if said.kind is NoteKind.NOTE and not said.body.strip() and said.follow_up_on is None:
        raise RefusedError("Écrivez d’abord votre note.")
    if said.noted_on > today:
        raise RefusedError("Ce jour n’est pas encore venu : notez ce qui a eu lieu.")
    if said.visibility is NoteVisibility.ORGANISATION and author_organisation_id is None:
        raise RefusedError(
            "Vous n’avez pas d’organisation dans ce territoire : la note est pour vous, ou pour "
            "les partenaires."
        )


def _write(note: ContactNote, said: Said) -> None:
    note.kind = said.kind
    note.body = said.body.strip()
    note.noted_on = said.noted_on
    note.visibility = said.visibility
    note.follow_up_on = said.follow_up_on
    note.person_id = said.person_id


def edit_note(
    session: Session, note: ContactNote, *, seen_version: int | None, said: Said, today: date
) -> None:
    """Say it better. Raises StaleError when the form is out of date."""
    require_version(note.version, seen_version)
    if note.kind is NoteKind.LETTER:
        raise RefusedError("Un courriel reste tel qu’il a été écrit : notez la suite à part.")
    _require_sense(said, today, note.author_organisation_id)
    if said.follow_up_on != note.follow_up_on:
        note.followed_up_on = None
    _write(note, said)
    session.flush()


def take_back(session: Session, note: ContactNote, *, now: datetime) -> None:
    """As if it had not been written; within a day, a letter before it leaves."""
    if note.kind is NoteKind.LETTER and now - note.noted_at >= LETTER_RESTS:
        raise RefusedError("Ce courriel est parti : il ne peut plus être retenu.")
    if now - note.noted_at > UNDO_WITHIN:
        raise RefusedError("Cette note a plus d’un jour : modifiez-la plutôt.")
    session.delete(note)
    session.flush()


def follow_up(session: Session, note: ContactNote, *, today: date) -> None:
    """They were spoken to again, or need not be: it no longer waits."""
    if note.follow_up_on is not None and note.followed_up_on is None:
        note.followed_up_on = today
    session.flush()


def wait_again(session: Session, note: ContactNote, *, until: date) -> None:
    """Put off to a later day; what was done waits again."""
    note.follow_up_on, note.followed_up_on = until, None
    session.flush()
