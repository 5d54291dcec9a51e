"""What contact notes say about people: who wrote, whom they met, what was said of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core.personal import Holding, Leaving, Record, Section
from app.initiatives.kinds.notes import NoteVisibility
from app.initiatives.models import ContactNote, contact_note_step

_COLUMNS = (
    Organisation.name.label("organisation"),
    ContactNote.kind,
    ContactNote.noted_on,
    ContactNote.body,
    ContactNote.follow_up_on,
)


def let_go(session: Session, leaving: Leaving) -> None:
    """What somebody wrote for themselves alone goes with them."""
    own = select(ContactNote.id).where(
        ContactNote.author_id == leaving.person_id,
        ContactNote.visibility == NoteVisibility.AUTHOR,
    )
    session.execute(delete(contact_note_step).where(contact_note_step.c.note_id.in_(own)))
    session.execute(
        delete(ContactNote)
        .where(ContactNote.id.in_(own))
        .execution_options(synchronize_session=False)
    )


def _about(session: Session, person_id: int) -> Iterator[Record]:
    query = _joined().where(ContactNote.person_id == person_id)
    yield from (row._asdict() for row in session.execute(query.order_by(ContactNote.id)))


def _written(session: Session, person_id: int) -> Iterator[Record]:
    query = _joined().where(ContactNote.author_id == person_id)
    yield from (row._asdict() for row in session.execute(query.order_by(ContactNote.id)))


def _joined() -> Select[*tuple[Any, ...]]:
    return select(*_COLUMNS).join(Organisation, Organisation.id == ContactNote.organisation_id)


_FIELDS = {
    "organisation": "organisation",
    "kind": "nature (call : appel, visit : visite, note : note)",
    "noted_on": "jour",
    "body": "ce qui a été noté",
    "follow_up_on": "à reprendre le",
}
HOLDINGS = (
    Holding(
        ContactNote,
        what="notes de contact : appels et visites, qui a noté, avec qui, ce qui s’est dit",
        kept="aussi longtemps que le projet, sans nom après effacement ; celles qu’une personne "
        "écrit pour elle seule, jusqu’à son effacement",
        text="body",
        pointers="person_id author_id",
        neutral="public_id",
    ),
)
SECTIONS = (
    Section(
        "contact_notes_about_you",
        "Les notes prises après un appel ou une visite avec vous",
        "contact_note",
        _FIELDS,
        _about,
    ),
    Section(
        "contact_notes_written",
        "Les notes de contact que vous avez écrites",
        "contact_note",
        _FIELDS,
        _written,
    ),
)
