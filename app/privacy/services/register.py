"""The register of erasures, also as a file of ids beside the database: a backup knows no later one.

It lies loose at the top of the data folder, where no backup takes it and no restore asks for it
to be away. `restore` erases again whoever stands in it.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.privacy.kinds import Cause
from app.privacy.models import Erasure
from app.privacy.services.erasing import erase

FILE = "erasures.jsonl"


class RegisterError(ValueError):
    """The file is no register of erasures; its text is one clear sentence."""


@dataclass(frozen=True, order=True)
class Entry:
    """One person who was erased: numbers and an instant."""

    erased_at: str
    person: int
    public_id: str
    cause: str


@dataclass(frozen=True)
class Replayed:
    """How many were erased again, were erased already, and were not there."""

    erased: int = 0
    known: int = 0
    absent: int = 0


def keep(session: Session, data_dir: Path, besides: Iterable[Entry] = ()) -> None:
    """Write what the database and the file know together into the file; after each commit.

    `besides` come from another file, whose database is not there any more.
    """
    file = data_dir / FILE
    known = set(read(file)) if file.exists() else set()
    together = known | set(besides) | set(_of_database(session))
    if together != known:
        _write(file, sorted(together))


def _of_database(session: Session) -> Iterable[Entry]:
    columns = (Erasure.done_at, Erasure.person_id, Erasure.person_public_id, Erasure.cause)
    for done_at, person, public_id, cause in session.execute(
        select(*columns).where(Erasure.done_at.is_not(None))
    ):
        assert done_at is not None  # the query asks for it
        yield Entry(done_at.isoformat(), person, public_id, cause.value)


def _write(file: Path, entries: Iterable[Entry]) -> None:
    """Whole or not at all, readable by its owner alone."""
    with tempfile.NamedTemporaryFile(
        "w", dir=file.parent, prefix=".erasures-", delete=False
    ) as new:
        for entry in entries:
            new.write(json.dumps(asdict(entry)) + "\n")
        new.flush()
        os.fsync(new.fileno())
    Path(new.name).replace(file)


def read(file: Path) -> list[Entry]:
    """The entries of a file. Raises RegisterError, OSError."""
    entries = []
    for number, line in enumerate(file.read_text(encoding="utf-8").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            entry = Entry(**json.loads(line))
            datetime.fromisoformat(entry.erased_at)
            Cause(entry.cause)
        except (TypeError, ValueError):
            raise RegisterError(f"{file}:{number} is no line of a register of erasures.") from None
        entries.append(entry)
    return entries


def replay(
    session: Session, entries: Iterable[Entry], now: datetime, mailbox: Path | None = None
) -> Replayed:
    """Erase whoever is there again though a register says that they were erased.

    Numbers alone may mean somebody else in another installation: both ids must be the same. The
    register keeps the day on which they were erased first. The caller commits.
    """
    acting(session, None, Via.COMMAND, now)
    erased = known = absent = 0
    for entry in sorted(entries):
        person_id = session.scalar(
            select(Person.id).where(Person.id == entry.person, Person.public_id == entry.public_id)
        )
        if person_id is None:
            absent += 1
            continue
        cause = Cause(entry.cause)
        again = erase(
            session,
            person_id,
            cause=cause,
            asked_by_id=None,
            now=now,
            mailbox=mailbox,
            again=True,
        )
        if again is None:
            known += 1
        else:
            erased += 1
            again.erasure.done_at = datetime.fromisoformat(entry.erased_at)
            session.flush()
    return Replayed(erased, known, absent)
