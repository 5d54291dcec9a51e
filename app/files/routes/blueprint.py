"""The one Blueprint of this room, and what its pages share."""

from __future__ import annotations

from flask import Blueprint, abort, current_app
from sqlalchemy import select

from app.files.models import Document
from app.files.rules import Shelf, shelf_of
from app.files.store import Store
from app.web.database import db
from app.web.gate import viewer
from app.web.navigation import show_territory

files = Blueprint("files", __name__)


def store() -> Store:
    """Where this installation keeps the bytes."""
    found: Store = current_app.extensions["maillage_store"]
    return found


def document_on_its_shelf(public_id: str) -> tuple[Document, Shelf]:
    """The document and what it belongs to: 404 where this viewer may not read it."""
    session = db.session()
    document = session.scalar(select(Document).where(Document.public_id == public_id))
    shelf = shelf_of(session, viewer(), document)
    if document is None or shelf is None:
        abort(404)
    show_territory(shelf.place)
    return document, shelf
