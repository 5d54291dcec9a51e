"""What pages read of documents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from app.files.models import Document
from app.files.rules import Shelf

# a removed document can be brought back for so long; then its bytes go
REMORSE = timedelta(days=1)


def documents_on(session: Session, shelf: Shelf, now: datetime) -> list[Document]:
    """What this viewer reads there, the newest first, and what they may still bring back."""
    found = session.scalars(
        select(Document)
        .where(
            Document.subject_kind == shelf.kind,
            Document.subject_id == shelf.subject_id,
            Document.stored_as.is_not(None),
            or_(Document.removed_at.is_(None), Document.removed_at > now - REMORSE),
        )
        .options(joinedload(Document.organisation), joinedload(Document.given_by))
        .order_by(Document.id.desc())
    )
    return [
        document
        for document in found
        if shelf.reads(document) and (document.removed_at is None or shelf.may_remove(document))
    ]


def held(session: Session, shelf: Shelf) -> tuple[int, int]:
    """(documents, bytes) of a thing whose bytes are there, removed ones of today included."""
    count, size = session.execute(
        select(func.count(), func.coalesce(func.sum(Document.size), 0)).where(
            Document.subject_kind == shelf.kind,
            Document.subject_id == shelf.subject_id,
            Document.stored_as.is_not(None),
        )
    ).one()
    return count, int(size)


def same_bytes(
    session: Session, shelf: Shelf, organisation_id: int | None, sha256: str
) -> Document | None:
    """The document that holds the same bytes there, given by the same organisation."""
    return session.scalar(
        select(Document).where(
            Document.subject_kind == shelf.kind,
            Document.subject_id == shelf.subject_id,
            Document.organisation_id.is_not_distinct_from(organisation_id),
            Document.sha256 == sha256,
            Document.removed_at.is_(None),
        )
    )


def known_names(session: Session, names: Sequence[str]) -> set[str]:
    """Those of these names in the store that a row speaks of."""
    return {
        name
        for name in session.scalars(select(Document.stored_as).where(Document.stored_as.in_(names)))
        if name is not None
    }
