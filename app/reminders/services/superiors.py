"""Writing to somebody’s superior: what a pilot writes herself, never an automat (domain.md §6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.accounts.models import Membership
from app.core.refusals import RefusedError
from app.initiatives.kinds.notes import NoteKind, NoteVisibility
from app.initiatives.models import ContactNote
from app.initiatives.services.notes import LETTER_RESTS, Said, take_note
from app.outbox.services import enqueue
from app.plans.models import Step
from app.reminders.services.calls import Caller
from app.reminders.superiors import SUPERIOR, subject_of


def write_to_superior(
    session: Session,
    *,
    caller: Caller,
    place: Membership,
    steps: Sequence[Step],
    body: str,
    now: datetime,
    today: date,
) -> ContactNote:
    """Keep what was written as a note of the steps, and let it leave once it can no longer be
    taken back; the same again within minutes leaves once. Raises RefusedError without a word."""
    person = place.person
    if person.email is None:
        raise RefusedError("Cette personne n’a pas d’adresse électronique.")
    note = take_note(
        session,
        territory_id=caller.territory_id,
        organisation_id=caller.organisation_id,
        author_id=caller.person_id,
        author_organisation_id=caller.own_organisation_id,
        said=Said(NoteKind.LETTER, body, today, _readers(caller), person_id=person.id),
        now=now,
        today=today,
        steps=steps,
    )
    enqueue(
        session,
        key=f"{SUPERIOR}:{note.public_id}",
        kind=SUPERIOR,
        recipient_id=person.id,
        territory_id=caller.territory_id,
        to=person.email,
        refs={"note": note.public_id},
        subject=subject_of(steps, place.organisation.name),
        not_before=note.noted_at + LETTER_RESTS,
        now=now,
    )
    return note


def _readers(caller: Caller) -> NoteVisibility:
    """Colleagues know what was written, where the author has any here."""
    own = caller.own_organisation_id is not None
    return NoteVisibility.ORGANISATION if own else NoteVisibility.AUTHOR
