"""What documents belong to: an upper room's matter, and its own word on who reads and gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from sqlalchemy.orm import Session

from app.core.viewer import Viewer
from app.files.models import Document


class Shelf(Protocol):
    """The documents of one thing as one viewer may use them: an upper room says how.

    `givers`: (id, name) of the organisations in whose name the viewer may give, and `may_give`
    whether they may at all; without any they give for the territory's own facilitation.
    """

    @property
    def kind(self) -> str: ...
    @property
    def subject_id(self) -> int: ...
    @property
    def territory_id(self) -> int: ...
    @property
    def project_id(self) -> int | None: ...
    @property
    def title(self) -> str: ...
    @property
    def page(self) -> str:
        """The address of the thing's own page."""

    @property
    def address(self) -> str:
        """Where its documents are listed, and given by POST."""

    @property
    def place(self) -> object:
        """The territory as the header names it: id, public_id, name, time_zone."""

    @property
    def zone(self) -> str: ...
    @property
    def promise(self) -> str:
        """Who reads what is given here, told to who gives it."""

    @property
    def may_give(self) -> bool: ...
    @property
    def givers(self) -> list[tuple[int, str]]: ...

    def reads(self, document: Document) -> bool: ...
    def readers(self, document: Document) -> list[str]:
        """Names of who reads it beside its giver, while it is for partners."""

    def newcomers(self, document: Document) -> list[str]:
        """Names of partners who came later, and wait for it to be opened to them."""

    def may_open(self, document: Document) -> bool: ...
    def may_remove(self, document: Document) -> bool: ...


Find = Callable[[Session, Viewer, int], Shelf | None]
_kinds: dict[str, Find] = {}
# no row has it
NOTHING = 0


def register(kind: str, find: Find) -> None:
    """Let documents belong to this kind of thing. `find(session, viewer, id)`: None if not seen."""
    _kinds[kind] = find


def shelf_of(session: Session, viewer: Viewer, document: Document | None) -> Shelf | None:
    """The thing that a document belongs to, None where this viewer may not read the document.

    For a document that there is not, nothing is looked for all the same: the time that an answer
    takes does not tell what exists.
    """
    kind = document.subject_kind if document else next(iter(_kinds), "")
    find = _kinds.get(kind)
    shelf = find(session, viewer, document.subject_id if document else NOTHING) if find else None
    return shelf if shelf is not None and document is not None and shelf.reads(document) else None
