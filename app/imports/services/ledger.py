"""What applying an import changed, row by row: a picture before, one after, and the difference."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Table, select
from sqlalchemy.orm import Session

from app.accounts.models import (
    ActivityZone,
    Membership,
    Organisation,
    Person,
    organisation_territory,
)
from app.accounts.services.merging.ledger import packed
from app.core.database import Base
from app.imports.models import Import, ImportedRow
from app.plans.models import Funding, Partner, Project, Step, Theme, TrackingSheet

# children before their parents: the order in which they are taken back
TABLES: tuple[type[Base], ...] = (
    ImportedRow,
    TrackingSheet,
    Funding,
    Step,
    Partner,
    Project,
    Theme,
    Membership,
    Person,
    Organisation,
    ActivityZone,
)
MODELS: Mapping[str, type[Base]] = {model.__tablename__: model for model in TABLES}
# what moves by itself when a row is written
_MOVING = frozenset({"version"})

Row = Mapping[str, Any]
Picture = dict[str, dict[int, dict[str, Any]]]


def picture(session: Session, found: Import) -> Picture:
    """Every row that an import may touch, as JSON keeps it."""
    session.flush()
    return {
        model.__tablename__: {row["id"]: _plain(row) for row in _rows(session, model, found)}
        for model in TABLES
    }


def _rows(session: Session, model: type[Base], found: Import) -> Iterator[Row]:
    table = model.__table__
    assert isinstance(table, Table)
    for row in session.execute(select(table).where(_of(model, table, found))).mappings():
        yield dict(row)


def _of(model: type[Base], table: Table, found: Import) -> ColumnElement[bool]:
    """The rows of the plan, and the organisations and people of its territory."""
    own = select(Project.id).where(Project.plan_id == found.plan_id)
    here = select(organisation_territory.c.organisation_id).where(
        organisation_territory.c.territory_id == found.territory_id
    )
    if model in (Theme, Project, ImportedRow):
        return table.c.plan_id == found.plan_id
    if model is ActivityZone:
        return table.c.territory_id == found.territory_id
    if model is Organisation:
        return table.c.id.in_(here)
    if model is Membership:
        return table.c.organisation_id.in_(here)
    if model is Person:
        members = select(Membership.person_id).where(Membership.organisation_id.in_(here))
        return table.c.id.in_(members)
    return table.c.project_id.in_(own)


def _plain(row: Row) -> dict[str, Any]:
    return packed({name: value for name, value in row.items() if name not in _MOVING})


def difference(before: Picture, after: Picture) -> list[dict[str, Any]]:
    """New rows by a print of what they say, changed ones by their columns before and after."""
    entries: list[dict[str, Any]] = []
    for name, rows in after.items():
        for row_id, row in rows.items():
            former = before[name].get(row_id)
            if former is None:
                entries.append({"table": name, "id": row_id, "made": fingerprint(row)})
            elif former != row:
                changed = [column for column in row if row[column] != former[column]]
                entries.append(
                    {
                        "table": name,
                        "id": row_id,
                        "before": {column: former[column] for column in changed},
                        "after": {column: row[column] for column in changed},
                    }
                )
    return entries


def fingerprint(row: Row) -> str:
    """What a row says, without keeping it twice."""
    return hashlib.sha256(json.dumps(row, sort_keys=True, default=str).encode()).hexdigest()
