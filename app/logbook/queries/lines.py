"""Pages of the change log, newest first, as far as the viewer may read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.core.clock import local_instant
from app.journal.kinds import Via
from app.journal.models import Change
from app.logbook.entries import Entry, Line, gather
from app.logbook.kinds import Topic
from app.logbook.words.lexicon import lexicons

PAGE = 30
# rows read for one page: a batch has few as a rule, an import has many
ROWS = 200
# rows looked through at once for words, which are not in the database
SEARCHED = 2000
# of the latest rows: whom to offer as a filter
ACTORS_AMONG = 2000


@dataclass(frozen=True)
class Asked:
    """What the filter bar asks for. `actor` is a person's public id, or AUTOMATIC.

    Days are the territory's; `after` is the (instant, batch) of the last entry shown.
    """

    text: str = ""
    topic: Topic | None = None
    actor: str = ""
    via: Via | None = None
    since: date | None = None
    until: date | None = None
    after: tuple[datetime, str] | None = None

    @property
    def is_set(self) -> bool:
        return Asked(after=self.after) != self


AUTOMATIC = "maillage"


@dataclass(frozen=True)
class Batch:
    """Entries of one reading; `next` where there may be older ones."""

    entries: list[Entry]
    next: tuple[datetime, str] | None


_COLUMNS = (
    Change.id,
    Change.at,
    Change.actor_id,
    Change.via,
    Change.territory_id,
    Change.project_id,
    Change.entity,
    Change.entity_id,
    Change.action,
    Change.fields,
    Change.batch,
    Change.undoes,
)


def line_of(row: Any) -> Line:
    """A line from a row of these columns."""
    values = dict(zip(Line.__dataclass_fields__, row, strict=True))
    pairs = {name: (pair[0], pair[1]) for name, pair in (values["fields"] or {}).items()}
    return Line(**values | {"fields": pairs})


def read(
    session: Session,
    readable: ColumnElement[bool],
    asked: Asked,
    *,
    zone: str,
    rows: int = ROWS,
) -> Batch:
    """The entries among these lines after `asked.after`; one statement.

    `readable` says which lines, `reads_line` of the rules among its conditions.
    """
    query = (
        select(*_COLUMNS)
        .where(readable, *_filters(asked, zone))
        .order_by(Change.at.desc(), Change.batch.desc(), Change.id.desc())
        .limit(rows + 1)
    )
    if asked.after is not None:
        at, batch = asked.after
        query = query.where(
            Change.at <= at, or_(Change.at < at, and_(Change.at == at, Change.batch < batch))
        )
    lines = [line_of(row) for row in session.execute(query)]
    return _batch(lines[:rows], has_more=len(lines) > rows)


def _batch(lines: list[Line], *, has_more: bool) -> Batch:
    """Whole requests alone, but for one that fills everything."""
    if not has_more or not lines:
        return Batch(gather(lines), None)
    last = (lines[-1].at, lines[-1].batch)
    whole = [line for line in lines if (line.at, line.batch) != last]
    if whole:
        return Batch(gather(whole), (whole[-1].at, whole[-1].batch))
    entries = [Entry(entry.lines, is_cut=True) for entry in gather(lines)]
    return Batch(entries, last)


def _filters(asked: Asked, zone: str) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if asked.topic is not None:
        wanted.append(_about(asked.topic))
    if asked.via is not None:
        wanted.append(Change.via == asked.via)
    if asked.actor == AUTOMATIC:
        wanted.append(Change.actor_id.is_(None))
    elif asked.actor:
        # who was erased is nobody any more, also to a search
        named = select(Person.id).where(
            Person.public_id == asked.actor, Person.anonymised_at.is_(None)
        )
        wanted.append(Change.actor_id == named.scalar_subquery())
    if asked.since is not None:
        wanted.append(Change.at >= local_instant(asked.since, 0, zone))
    if asked.until is not None:
        wanted.append(Change.at < local_instant(asked.until + timedelta(days=1), 0, zone))
    return wanted


def _about(topic: Topic) -> ColumnElement[bool]:
    if topic is Topic.DATES:
        moved = [Change.fields[name].as_string().is_not(None) for name in ("due_on", "due_text")]
        return and_(Change.entity == "Step", or_(*moved))
    return Change.entity.in_([name for name, one in lexicons().items() if one.topic is topic])


def actors(session: Session, readable: ColumnElement[bool]) -> Sequence[tuple[str, str]]:
    """(public id, name) of those who did the latest of these lines."""
    latest = (
        select(Change.actor_id)
        .where(readable)
        .order_by(Change.at.desc())
        .limit(ACTORS_AMONG)
        .subquery()
    )
    query = (
        select(Person.public_id, Person.name)
        .where(Person.id.in_(select(latest.c.actor_id)), Person.anonymised_at.is_(None))
        .order_by(Person.search_key, Person.id)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def whole_request(session: Session, batch: str) -> Entry:
    """Every line of one request, judged by nobody yet; cut where there are very many."""
    query = select(*_COLUMNS).where(Change.batch == batch).order_by(Change.id).limit(ROWS + 1)
    lines = tuple(line_of(row) for row in session.execute(query))
    return Entry(lines, is_cut=len(lines) > ROWS)
