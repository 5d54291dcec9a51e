"""Taking one entry back: offered where it can be, refused with a sentence where it cannot."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.core.clock import local_day
from app.core.refusals import RefusedError, StaleError
from app.core.viewer import Viewer
from app.journal.kinds import Action
from app.journal.recorder import plain, taking_back
from app.logbook.entries import Entry, Line
from app.logbook.queries.lines import lines_of_batch
from app.logbook.queries.standing import Behind, look_behind
from app.logbook.rules import same, visible_part
from app.logbook.undoing.registry import Back, Undo, When, back, undo_of
from app.logbook.words.lexicon import lexicons
from app.plans.models import Project

# later on, a change is made where such changes are made, with what has happened since in view
UNDONE_WITHIN = timedelta(days=30)
TOO_OLD = "Ce changement date de plus de trente jours : faites-le plutôt sur la page concernée."
MOVED_ON = "Ce n’est plus l’état actuel : quelqu’un a changé cela depuis. Rien n’a été annulé."
NOT_THIS = "Ce changement ne s’annule pas."
NOT_EXACTLY = "Le retour ne serait pas exact : rien n’a été annulé."


class NotYoursError(Exception):
    """This viewer has not the right to make that change today."""


def may_undo(viewer: Viewer, entry: Entry, behind: Behind, now: datetime) -> bool:
    """Whether the button is offered, from what the page has read."""
    if entry.is_cut or visible_part(entry, viewer, behind.standing) != entry:
        return False
    try:
        return _hindrance(viewer, entry.lines, behind, now) is None
    except NotYoursError:
        return False


def _hindrance(viewer: Viewer, lines: Iterable[Line], behind: Behind, now: datetime) -> str | None:
    """Why these lines cannot be taken back, in a sentence. Raises NotYoursError."""
    for line in lines:
        undo = undo_of(line)
        if undo is None or not line.fields.keys() <= undo.fields:
            return NOT_THIS
        found = _back(line, undo, behind)
        if found is None:
            return MOVED_ON
        if not undo.may(viewer, found):
            raise NotYoursError
        if line.at < now - UNDONE_WITHIN:
            return TOO_OLD
        if reason := undo.obstacle(found):
            return reason
    return None


def _back(line: Line, undo: Undo, behind: Behind) -> Back | None:
    """The row with what it had before; None where the line no longer is the last word on it."""
    row = behind.standing.rows.get(line.row)
    project = behind.standing.projects.get(line.project_id or 0)
    if line.action is Action.REMOVED:
        is_last = behind.standing.last.get(line.row) == line.id
        stands = row is None and project is not None and is_last
    else:
        stands = row is not None and all(
            same(getattr(row, name), pair[1]) for name, pair in line.fields.items()
        )
    return back(line, undo, row, project) if stands else None


def undo_batch(session: Session, viewer: Viewer, batch: str, *, now: datetime) -> bool:
    """Take one request back, as an ordinary change that says so. The caller commits.

    False where this viewer reads nothing of it. Raises RefusedError with the reason, after which
    the caller rolls back, and NotYoursError.
    """
    entry = Entry(tuple(lines_of_batch(session, batch)))
    standing = look_behind(session, viewer, [entry]).standing
    if not entry.lines or visible_part(entry, viewer, standing) is None:
        return False
    if any(undo_of(line) is None for line in entry.lines):
        raise RefusedError(NOT_THIS)
    _lock(session, entry.lines)
    session.expire_all()
    behind = look_behind(session, viewer, [entry])
    if visible_part(entry, viewer, behind.standing) != entry:
        raise RefusedError(NOT_THIS)
    if reason := _hindrance(viewer, entry.lines, behind, now):
        raise RefusedError(reason)
    _run(session, viewer, entry.lines, behind, now)
    return True


def _lock(session: Session, lines: tuple[Line, ...]) -> None:
    """Whoever else undoes or changes these rows waits, and then reads what we wrote."""
    projects = {line.project_id for line in lines if line.project_id is not None}
    if projects:
        query = select(Project.id).where(Project.id.in_(projects)).order_by(Project.id)
        session.execute(query.with_for_update())
    for entity in sorted({line.entity for line in lines}):
        model = lexicons()[entity].model
        ids = {line.entity_id for line in lines if line.entity == entity}
        session.execute(
            select(model.id).where(model.id.in_(ids)).order_by(model.id).with_for_update()
        )


def _run(
    session: Session, viewer: Viewer, lines: tuple[Line, ...], behind: Behind, now: datetime
) -> None:
    taking_back(session, lines[0].batch)
    zone = behind.zones.get(lines[0].territory_id or 0, "Europe/Paris")
    when = When(now, local_day(now, zone), viewer.person_id)
    groups: dict[tuple[str, Action], tuple[Undo, list[Back]]] = {}
    for line in lines:
        undo = undo_of(line)
        one = _back(line, undo, behind) if undo else None
        assert undo is not None and one is not None  # _hindrance has looked
        groups.setdefault((line.entity, line.action), (undo, []))[1].append(one)
    expected = [_expected(one) for _undo, backs in groups.values() for one in backs]
    try:
        for undo, backs in groups.values():
            undo.run(session, backs, when)
        session.flush()
    except (StaleDataError, StaleError):
        raise RefusedError(MOVED_ON) from None
    for model, row_id, values in expected:
        row = session.get(model, row_id, populate_existing=True)
        if row is None or not all(same(getattr(row, name), v) for name, v in values.items()):
            raise RefusedError(NOT_EXACTLY)


def _expected(one: Back) -> tuple[type[Any], int, dict[str, Any]]:
    """Every tracked value that the row must have afterwards, in the log's plain values."""
    model = lexicons()[one.line.entity].model
    present = {name: plain(getattr(one.row, name)) for name in model.__tracked__} if one.row else {}
    before = {name: pair[0] for name, pair in one.line.fields.items()}
    return model, one.line.entity_id, present | before
