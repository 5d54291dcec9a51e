"""What stands behind the lines of a page: the rows as they are now, and the names of their ids.

A constant number of statements for the kinds of rows on the page, however many rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, or_, select, tuple_
from sqlalchemy.orm import Session, joinedload, selectinload

from app.accounts.kinds import MergeKind
from app.accounts.models import (
    ActivityZone,
    Membership,
    Merge,
    Organisation,
    Person,
    Territory,
)
from app.accounts.rules import visible_organisations
from app.core.viewer import Viewer
from app.journal.kinds import Action
from app.journal.models import Change
from app.journal.recorder import plain
from app.logbook.entries import Entry, Line
from app.logbook.reading import Names
from app.logbook.rules import Standing
from app.logbook.words.lexicon import lexicons
from app.maturity.kinds import EvidenceKind
from app.plans.kinds import ProjectState
from app.plans.models import Flow, Indicator, Project, Step, Theme
from app.plans.rules import lists_project, visible_steps

# the name of each kind of row that an id may stand for; projects and steps are read by the rules
_NAMED: Mapping[str, Any] = {
    "Person": Person.name,
    "Organisation": Organisation.name,
    "Theme": Theme.title,
    "ActivityZone": ActivityZone.name,
    "Indicator": Indicator.label,
}
_MERGED = (
    (MergeKind.ORGANISATION, "Organisation", Organisation.name),
    (MergeKind.PERSON, "Person", Person.name),
)
_AMOUNTS = ("quantity", "unit", "price_cents")

Rows = Mapping[tuple[str, int], Any]


@dataclass(frozen=True)
class Behind:
    """What a page's entries are judged and told by; `zones` by territory."""

    standing: Standing
    names: Names
    zones: Mapping[int, str]

    def names_for(self, entry: Entry, zone: str) -> Names:
        """The names with the clock of the entry's territory."""
        own = self.zones.get(entry.first.territory_id or 0, zone)
        year = entry.first.at.astimezone(ZoneInfo(own)).year
        return replace(self.names, zone=own, year=year)


def look_behind(
    session: Session,
    viewer: Viewer,
    entries: Iterable[Entry],
    *,
    subject_id: int | None = None,
    persons: frozenset[int] = frozenset(),
    contacts: frozenset[int] = frozenset(),
) -> Behind:
    """Read what these entries speak of, as this viewer sees it.

    `subject_id`: whose journal this is; `persons`, `contacts` as in Standing.
    """
    lines = [line for entry in entries for line in entry.lines]
    projects = _projects(session, viewer, lines)
    rows = _rows(session, viewer, lines, projects, subject_id)
    standing = Standing(
        rows=rows,
        projects=projects,
        launched=_launched(session, projects),
        last=_last_lines(session, lines),
        amounts=_amounts(session, {line.entity_id for line in lines if line.entity == "Flow"}),
        persons=persons,
        contacts=contacts,
    )
    return Behind(standing, _names(session, lines, rows), _zones(session, lines))


def _projects(session: Session, viewer: Viewer, lines: list[Line]) -> dict[int, Project]:
    wanted = {line.project_id for line in lines if line.project_id is not None}
    if not wanted:
        return {}
    query = (
        select(Project)
        .where(lists_project(viewer), Project.id.in_(wanted))
        .options(joinedload(Project.partners))
    )
    return {one.id: one for one in session.scalars(query).unique()}


def _rows(
    session: Session,
    viewer: Viewer,
    lines: list[Line],
    projects: Mapping[int, Project],
    subject_id: int | None,
) -> Rows:
    wanted: dict[str, set[int]] = defaultdict(set)
    for line in lines:
        if line.entity in lexicons():
            wanted[line.entity].add(line.entity_id)
        if line.entity == "Evidence" and line.after("kind") == EvidenceKind.STEP:
            wanted["Step"].add(line.after("subject_id"))
    rows: dict[tuple[str, int], Any] = {("Project", key): one for key, one in projects.items()}
    for project in projects.values():
        rows |= {("Partner", one.id): one for one in project.partners}
    for entity in sorted(wanted.keys() - {"Project", "Partner"}):
        for row in session.scalars(_present(entity, viewer, wanted[entity], subject_id)):
            rows[entity, row.id] = row
    return rows


def _present(
    entity: str, viewer: Viewer, ids: Collection[int], subject_id: int | None
) -> Select[Any]:
    """Some rows by the rules that show them; others are open to whoever reads their lines."""
    model = lexicons()[entity].model
    found: Select[Any] = select(model)
    if model is Flow:
        # who reads its amounts hangs on them
        found = select(Flow).options(selectinload(Flow.accesses))
    elif model is Step:
        found = visible_steps(viewer)
    elif model is Organisation:
        found = visible_organisations(viewer)
    elif model is Person:
        found = select(Person).where(Person.id == subject_id)
    elif model is Membership:
        seen = visible_organisations(viewer).with_only_columns(Organisation.id)
        found = select(Membership).where(
            Membership.person_id == subject_id, Membership.organisation_id.in_(seen)
        )
    return found.where(model.id.in_(ids))


def _launched(session: Session, projects: Mapping[int, Project]) -> dict[int, datetime]:
    """When each project first left its draft."""
    if not projects:
        return {}
    query = (
        select(Change.entity_id, Change.at, Change.fields)
        .where(
            Change.entity == "Project",
            Change.entity_id.in_(projects),
            Change.fields["state"].as_string().is_not(None),
        )
        .order_by(Change.id.desc())
    )
    return {
        row.entity_id: row.at
        for row in session.execute(query)
        if row.fields["state"][0] == ProjectState.DRAFT
    }


def _last_lines(session: Session, lines: list[Line]) -> dict[tuple[str, int], int]:
    """The latest line of each row that was removed."""
    gone = {line.row for line in lines if line.action is Action.REMOVED}
    if not gone:
        return {}
    query = (
        select(Change.entity, Change.entity_id, func.max(Change.id))
        .where(tuple_(Change.entity, Change.entity_id).in_(gone))
        .group_by(Change.entity, Change.entity_id)
    )
    return {(row[0], row[1]): row[2] for row in session.execute(query)}


def _amounts(session: Session, flows: set[int]) -> dict[int, int]:
    """The last line that spoke of each flow's amounts."""
    if not flows:
        return {}
    spoke = or_(*(Change.fields[name].as_string().is_not(None) for name in _AMOUNTS))
    query = (
        select(Change.entity_id, func.max(Change.id))
        .where(Change.entity == "Flow", Change.entity_id.in_(flows), spoke)
        .group_by(Change.entity_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _names(session: Session, lines: list[Line], rows: Rows) -> Names:
    known = {key: _known(key[0], row) for key, row in rows.items() if key[0] in lexicons()}
    names: dict[tuple[str, int], str] = {}
    for (entity, row_id), row in rows.items():
        if entity in ("Project", "Step"):
            names[entity, row_id] = row.title
    ids = _ids(lines, known)
    for entity, column in _NAMED.items():
        names |= _called(session, entity, column, ids.get(entity, set()))
    for kind, entity, named in _MERGED:
        names |= _kept(session, kind, entity, named, ids.get(entity, set()), names)
    return Names(names, known)


def _called(
    session: Session, entity: str, column: Any, ids: Collection[int]
) -> dict[tuple[str, int], str]:
    if not ids:
        return {}
    key = column.class_.id
    query = select(key, column).where(key.in_(ids))
    if entity == "Person":
        query = query.where(Person.anonymised_at.is_(None))
    return {(entity, row[0]): row[1] for row in session.execute(query)}


def _kept(
    session: Session,
    kind: MergeKind,
    entity: str,
    column: Any,
    ids: Collection[int],
    known: Mapping[tuple[str, int], str],
) -> dict[tuple[str, int], str]:
    """The names of records that were made one with another: those of the one that stayed."""
    gone = {row_id for row_id in ids if (entity, row_id) not in known}
    if not gone:
        return {}
    stayed = column.class_
    query = (
        select(Merge.gone_id, column)
        .join(stayed, stayed.id == Merge.kept_id)
        .where(Merge.kind == kind, Merge.gone_id.in_(gone), Merge.undone_at.is_(None))
    )
    if stayed is Person:
        query = query.where(Person.anonymised_at.is_(None))
    return {(entity, row[0]): row[1] for row in session.execute(query)}


def _known(entity: str, row: Any) -> dict[str, Any]:
    return {name: plain(getattr(row, name)) for name in lexicons()[entity].known}


def _ids(
    lines: list[Line], known: Mapping[tuple[str, int], Mapping[str, Any]]
) -> dict[str, set[int]]:
    """Every id that the words of these lines may have to name."""
    ids: dict[str, set[int]] = defaultdict(set)
    for line in lines:
        lexicon = lexicons().get(line.entity)
        if lexicon is None:
            continue
        if line.actor_id is not None:
            ids["Person"].add(line.actor_id)
        ids[line.entity].add(line.entity_id)
        for column, entity in lexicon.ids.items():
            values = (*line.fields.get(column, ()), known.get(line.row, {}).get(column))
            ids[entity].update(value for value in values if isinstance(value, int))
    return ids


def _zones(session: Session, lines: list[Line]) -> dict[int, str]:
    wanted = {line.territory_id for line in lines if line.territory_id is not None}
    query = select(Territory.id, Territory.time_zone).where(Territory.id.in_(wanted))
    return {row[0]: row[1] for row in session.execute(query)} if wanted else {}
