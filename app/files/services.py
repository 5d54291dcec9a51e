"""What people do to documents. Verbs: rights were checked, the caller commits."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.models import Territory
from app.core.refusals import RefusedError
from app.files.filenames import clean_name
from app.files.kinds import Audience
from app.files.metadata import without_metadata
from app.files.models import LONGEST_TITLE, Document
from app.files.queries import REMORSE, held, same_bytes
from app.files.recognition import recognise
from app.files.rules import Shelf
from app.files.store import Store

# what one project may hold: some years of minutes and photos
MOST_DOCUMENTS = 300
MOST_BYTES = 500 * 1000 * 1000


@dataclass(frozen=True)
class Upload:
    """A file as it came: the name it bore elsewhere, and its bytes."""

    name: str
    data: bytes


def give_document(
    session: Session,
    store: Store,
    shelf: Shelf,
    *,
    upload: Upload,
    title: str,
    organisation_id: int | None,
    person_id: int,
    now: datetime,
) -> Document:
    """Keep a file, open to today's partners. The same bytes given twice stand once.

    Bytes first, then the row: the caller's commit makes both be there.
    """
    kind = recognise(upload.name, upload.data)
    data = without_metadata(kind, upload.data)
    sha256 = hashlib.sha256(data).hexdigest()
    _hold(session, shelf)
    known = same_bytes(session, shelf, organisation_id, sha256)
    if known is not None:
        return known
    _require_room(session, shelf, len(data))
    name = clean_name(upload.name)
    document = Document(
        territory_id=shelf.territory_id,
        project_id=shelf.project_id,
        subject_kind=shelf.kind,
        subject_id=shelf.subject_id,
        organisation_id=organisation_id,
        given_by_id=person_id,
        given_at=now,
        title=(" ".join(title.split()) or name.rpartition(".")[0])[:LONGEST_TITLE],
        file_name=name,
        kind=kind,
        size=len(data),
        sha256=sha256,
        stored_as=store.keep(data),
        audience=Audience.PARTNERS,
        opened_at=now,
    )
    return _added(session, store, shelf, document)


def _hold(session: Session, shelf: Shelf) -> None:
    """Whoever else gives in this territory now waits until this transaction ends.

    For the facilitation, that is no organisation, no unique key keeps the same bytes apart.
    """
    one = select(Territory.id).where(Territory.id == shelf.territory_id)
    session.execute(one.with_for_update(key_share=True))


def _added(session: Session, store: Store, shelf: Shelf, document: Document) -> Document:
    """The new row, or the one that somebody else added meanwhile with the same bytes."""
    stored_as = str(document.stored_as)
    try:
        with session.begin_nested():
            session.add(document)
    except IntegrityError:
        store.forget(stored_as)
        known = same_bytes(session, shelf, document.organisation_id, document.sha256)
        if known is None:
            raise
        return known
    return document


def _require_room(session: Session, shelf: Shelf, size: int) -> None:
    count, total = held(session, shelf)
    if count >= MOST_DOCUMENTS or total + size > MOST_BYTES:
        raise RefusedError("Il n’y a plus de place ici : retirez d’abord des documents anciens.")


def remove_document(session: Session, document: Document, *, now: datetime) -> None:
    """Take a document off its page; it can be brought back for a day."""
    if document.removed_at is None:
        document.removed_at = now
        session.flush()


def bring_back(session: Session, shelf: Shelf, document: Document, *, now: datetime) -> None:
    """Undo a removal, as long as the bytes are there."""
    if document.removed_at is None:
        return
    if document.stored_as is None or document.removed_at <= now - REMORSE:
        raise RefusedError(
            "Ce document a été retiré il y a plus d’un jour : envoyez-le de nouveau."
        )
    _hold(session, shelf)
    if same_bytes(session, shelf, document.organisation_id, document.sha256) is not None:
        raise RefusedError("Le même fichier a été ajouté depuis : il est déjà là.")
    document.removed_at = None
    session.flush()


def open_document(
    session: Session, document: Document, *, audience: Audience, now: datetime
) -> None:
    """Say anew to whom a document is open: everybody there, or the partners of today."""
    document.audience = audience
    document.opened_at = now
    session.flush()
