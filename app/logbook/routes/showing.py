"""What a page of the journal shows: entries read, judged, told, and laid out by day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import Any, NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import request
from sqlalchemy import ColumnElement, and_

from app.core import clock
from app.core.folding import fold
from app.core.french import NBSP
from app.core.viewer import Viewer
from app.journal.kinds import Via
from app.logbook.entries import Entry
from app.logbook.labels import TOPICS, VIAS
from app.logbook.offering import names_actor
from app.logbook.queries.lines import (
    AUTOMATIC,
    PAGE,
    ROWS,
    SEARCHED,
    Asked,
    Batch,
    actors,
    read,
)
from app.logbook.queries.standing import Behind, look_behind
from app.logbook.routes.blueprint import cursor
from app.logbook.rules import reads_line, visible_part
from app.logbook.sentences import Told, tell
from app.logbook.undoing.services import may_undo
from app.web.database import db


@dataclass(frozen=True)
class Scope:
    """Whose journal: the lines, the clock, and of a person's journal who they are.

    `persons` and `contacts` as in Standing; `path` is the page's address; `shows_projects` where
    entries of several projects stand side by side.
    """

    condition: ColumnElement[bool]
    path: str
    zone: str
    subject_id: int | None = None
    persons: frozenset[int] = frozenset()
    contacts: frozenset[int] = frozenset()
    shows_projects: bool = True

    def read_by(self, viewer: Viewer) -> ColumnElement[bool]:
        """The lines that this viewer reads: built once a page, since building it takes longest."""
        return and_(self.condition, reads_line(viewer, self.subject_id))


class Shown(NamedTuple):
    """One entry on the screen; `project` is (title, public id)."""

    told: Told
    at: datetime
    hour: str
    project: tuple[str, str] | None
    batch: str
    may_undo: bool

    @property
    def day(self) -> date:
        return self.at.date()


def read_entries(
    viewer: Viewer,
    scope: Scope,
    readable: ColumnElement[bool],
    asked: Asked,
    *,
    rows: int,
    most: int,
) -> tuple[list[Shown], tuple[datetime, str] | None]:
    """At most so many entries as this viewer may read them, and where older ones begin."""
    session = db.session()
    found = read(session, readable, asked, zone=scope.zone, rows=rows)
    behind = look_behind(
        session,
        viewer,
        found.entries,
        subject_id=scope.subject_id,
        persons=scope.persons,
        contacts=scope.contacts,
    )
    return _first(_shown(viewer, scope, asked, found, behind), found, most)


def _first(
    shown: Iterator[tuple[Entry, Shown]], found: Batch, most: int
) -> tuple[list[Shown], tuple[datetime, str] | None]:
    """The first entries, those of one request never parted."""
    kept: list[tuple[Entry, Shown]] = []
    for entry, one in shown:
        if len(kept) >= most and _place(entry) != _place(kept[-1][0]):
            return [one for _entry, one in kept], _place(kept[-1][0])
        kept.append((entry, one))
    return [one for _entry, one in kept], found.next


def _place(entry: Entry) -> tuple[datetime, str]:
    return entry.first.at, entry.first.batch


def _shown(
    viewer: Viewer, scope: Scope, asked: Asked, found: Batch, behind: Behind
) -> Iterator[tuple[Entry, Shown]]:
    words, now = fold(asked.text).split(), clock.now()
    for entry in found.entries:
        visible = visible_part(entry, viewer, behind.standing)
        if visible is None:
            continue
        names = behind.names_for(entry, scope.zone)
        told = tell(visible, names)
        if words and not _says(told, words):
            continue
        local = entry.first.at.astimezone(ZoneInfo(names.zone))
        project = behind.standing.projects.get(entry.first.project_id or 0)
        shows = project is not None and scope.shows_projects
        yield (
            entry,
            Shown(
                told=told,
                at=local,
                hour=f"{local.hour}{NBSP}h{NBSP}{local.minute:02d}",
                project=(project.title, project.public_id) if project and shows else None,
                batch=entry.first.batch,
                may_undo=may_undo(viewer, entry, behind, now),
            ),
        )


def _says(told: Told, words: list[str]) -> bool:
    """Only what the reader reads is searched: nothing hidden can be guessed at."""
    text = fold(f"{told.whole} {told.actor} {told.how}")
    return all(word in text for word in words)


def page(
    viewer: Viewer, scope: Scope, readable: ColumnElement[bool], asked: Asked
) -> dict[str, Any]:
    """What the templates of a journal need."""
    rows = SEARCHED if asked.text else ROWS
    shown, after = read_entries(viewer, scope, readable, asked, rows=rows, most=PAGE)
    return {
        "path": scope.path,
        "asked": asked,
        "days": [(day, list(found)) for day, found in groupby(shown, key=lambda one: one.day)],
        "next_url": _url(scope.path, cursor(*after)) if after else None,
        "first_url": _url(scope.path, None) if asked.after else None,
        "query": urlencode(_kept()),
        "here": _url(scope.path, request.args.get("apres")),
    }


def filters(viewer: Viewer, readable: ColumnElement[bool]) -> dict[str, Any]:
    """What there is to choose from: nobody whom this viewer knows by no line."""
    return {
        "topics": TOPICS.items(),
        "vias": [(via, VIAS[via]) for via in (Via.PAGE, Via.MAIL_LINK, Via.IMPORT, Via.JOB)],
        "actors": actors(db.session(), and_(readable, names_actor(viewer))),
        "automatic": AUTOMATIC,
    }


def latest(viewer: Viewer, scope: Scope, most: int) -> list[Shown]:
    """The last few entries, for a panel."""
    readable = scope.read_by(viewer)
    return read_entries(viewer, scope, readable, Asked(), rows=ROWS // 2, most=most)[0][:most]


def exported(viewer: Viewer, scope: Scope, asked: Asked, rows: int) -> tuple[list[Shown], bool]:
    """Everything that is asked for, newest first, and whether older entries were left out."""
    everything, readable = replace(asked, after=None), scope.read_by(viewer)
    shown, after = read_entries(viewer, scope, readable, everything, rows=rows, most=rows)
    return shown, after is not None


_NAMES = ("q", "sorte", "qui", "par", "du", "au")


def _kept() -> dict[str, str]:
    """The filters of this address, for the next one."""
    return {name: request.args[name] for name in _NAMES if request.args.get(name)}


def _url(path: str, after: str | None) -> str:
    query = urlencode(_kept() | ({"apres": after} if after else {}))
    return f"{path}?{query}" if query else path
