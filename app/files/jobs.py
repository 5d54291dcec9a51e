"""Takes away the bytes of removed documents, and files that no row speaks of."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.files.models import Document
from app.files.queries import REMORSE, known_names
from app.files.store import Store
from app.journal.kinds import Via
from app.journal.recorder import acting

log = logging.getLogger(__name__)

AT_ONCE = 200


@dataclass(frozen=True)
class Swept:
    """How many documents lost their bytes for good, and how many files nobody spoke of."""

    documents: int
    strays: int


def sweep(open_session: Callable[[], Session], store: Store, now: datetime) -> Swept:
    """Run it as often as you like, in any number of processes.

    The row says first that the bytes are gone, then they go: killed in between, the file is one
    that no row speaks of, and the next run takes it.
    """
    documents = _erase_removed(open_session, store, now)
    strays = sum(
        _forget_strays(open_session, store, names)
        for names in _in_parts(store.names_before(now - REMORSE))
    )
    if strays:
        log.info("%s files that no document speaks of were taken away", strays)
    return Swept(documents, strays)


def _erase_removed(open_session: Callable[[], Session], store: Store, now: datetime) -> int:
    with open_session() as session:
        acting(session, None, Via.JOB, now)
        gone = session.scalars(
            select(Document)
            .where(Document.removed_at <= now - REMORSE, Document.stored_as.is_not(None))
            .with_for_update(skip_locked=True)
        ).all()
        names = [str(document.stored_as) for document in gone]
        for document in gone:
            document.stored_as = None
        session.commit()
    for name in names:
        store.forget(name)
    return len(names)


def _forget_strays(open_session: Callable[[], Session], store: Store, names: list[str]) -> int:
    with open_session() as session:
        # a database that knows no document at all is no judge: perhaps it is not this folder's
        if session.scalar(select(Document.id).limit(1)) is None:
            return 0
        known = known_names(session, names)
    strays = [name for name in names if name not in known]
    for name in strays:
        store.forget(name)
    return len(strays)


def _in_parts(names: Iterable[str]) -> Iterator[list[str]]:
    left = iter(names)
    while part := list(islice(left, AT_ONCE)):
        yield part
