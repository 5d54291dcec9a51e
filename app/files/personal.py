"""What documents say about people: who gave them. The documents themselves are the project's."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.accounts.sessions import viewer_of
from app.core.personal import HeldFile, Holding, PersonalData, Record, Section
from app.files.models import Document
from app.files.rules import shelf_of
from app.files.store import FOLDER, Store

_PART = 1 << 16


def _given(session: Session, person_id: int) -> Iterator[Record]:
    columns = (
        Document.title,
        Document.file_name,
        Document.given_at,
        Document.audience,
        Document.removed_at,
    )
    query = select(*columns).where(Document.given_by_id == person_id).order_by(Document.id)
    yield from (row._asdict() for row in session.execute(query))


def _files(session: Session, person_id: int, data_dir: Path) -> Iterator[HeldFile]:
    """Each by its number and its name; one whose bytes are missing stops no copy.

    Only what they still read on its page: a file is its project's, also once its giver has left.
    """
    store, viewer = Store(data_dir / FOLDER), viewer_of(session, person_id)
    for document in session.scalars(_with_bytes(person_id)).all():
        if viewer is None or shelf_of(session, viewer, document) is None:
            continue
        try:
            path = store.path(str(document.stored_as))
        except FileNotFoundError:
            continue
        name = f"{document.public_id}-{document.file_name}"
        yield HeldFile(name, partial(_parts_of, path))


def _with_bytes(person_id: int) -> Select[Document]:
    return (
        select(Document)
        .where(Document.given_by_id == person_id, Document.stored_as.is_not(None))
        .order_by(Document.id)
    )


def _parts_of(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while part := file.read(_PART):
            yield part


PERSONAL = PersonalData(
    holdings=(
        Holding(
            Document,
            what="documents : qui les a déposés, noms cités dans un titre ou un nom de fichier",
            kept="aussi longtemps que le projet, sans nom après effacement",
            text="title file_name",
            pointers="given_by_id",
            neutral="public_id project_id subject_kind subject_id sha256 stored_as",
        ),
    ),
    sections=(
        Section(
            "documents",
            "Les documents que vous avez déposés",
            "document",
            {
                "title": "titre",
                "file_name": "nom du fichier",
                "given_at": "déposé le",
                "audience": "ouvert à (partners : aux partenaires, everyone : à tous)",
                "removed_at": "retiré le",
            },
            _given,
        ),
    ),
    files=_files,
)
