"""Takes a person out of every table that a room has declared. Runs in the caller's transaction.

It writes past the change log: a line that told what stood in a text before would keep the name.
Rows with a version get the next one, so that a form opened before brings no name back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    cast,
    delete,
    false,
    func,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.orm import Session

from app.core.personal import Holding, Leaving
from app.core.redaction import Redactor
from app.core.tracking import Confidentiality, Tracked
from app.journal.models import Change
from app.privacy.queries.people import neighbours

_ROWS_AT_ONCE = 200
# what the journal keeps of a value that was personal
WIPED = [None, None]


def blank_rows(session: Session, holdings: Iterable[Holding], person_ids: Sequence[int]) -> int:
    """Blank or remove these people's own rows; how many changed. Idempotent."""
    return sum(_blank(session, holding, person_ids) for holding in holdings if holding.whose)


def _blank(session: Session, holding: Holding, person_ids: Sequence[int]) -> int:
    table = holding.table
    theirs = table.c[holding.whose].in_(person_ids)
    connection = session.connection()
    if holding.removed:
        return connection.execute(delete(table).where(theirs)).rowcount
    if not holding.blank:
        return 0
    stands = or_(*(_differs(table.c[name], value) for name, value in holding.blank.items()))
    ids = connection.scalars(select(table.c.id).where(theirs, stands).with_for_update()).all()
    for start in range(0, len(ids), _ROWS_AT_ONCE):
        some = ids[start : start + _ROWS_AT_ONCE]
        connection.execute(
            update(table).where(table.c.id.in_(some)).values({**holding.blank, **_newer(table)})
        )
    return len(ids)


def _differs(column: Column[Any], value: Any) -> ColumnElement[bool]:
    if value is None:
        return column.is_not(None)
    if isinstance(column.type, JSON):
        return cast(column, Text) != "{}"
    return column.is_distinct_from(value)


def wipe_journal(session: Session, holdings: Iterable[Holding], person_ids: Sequence[int]) -> None:
    """Let the change log forget what stood in their own rows; that it changed, it keeps.

    Before the rows go: they say which lines are about these people.
    """
    for holding in holdings:
        personal = _wiped(holding)
        if not personal:
            continue
        own = select(holding.table.c.id).where(holding.table.c[holding.whose].in_(person_ids))
        lines = select(Change.id, Change.fields).where(
            Change.entity == holding.model.__name__, Change.entity_id.in_(own)
        )
        for line_id, fields in session.execute(lines).all():
            kept = {name: WIPED if name in personal else both for name, both in fields.items()}
            if kept != fields:
                _write(session, Change.__table__, line_id, {"fields": kept})


def _wiped(holding: Holding) -> set[str]:
    """The columns whose values the log forgets: the blanked ones, and what was personal."""
    if not holding.whose or not issubclass(holding.model, Tracked):
        return set()
    classes = holding.model.__tracked__
    if holding.removed:
        return {name for name, kind in classes.items() if kind is Confidentiality.PERSONAL}
    blanked = {name for name, value in holding.blank.items() if value is not False}
    return blanked & set(classes)


def redact(session: Session, holdings: Iterable[Holding], leaving: Leaving) -> int:
    """Replace the person's traces in the free texts of these tables; how many rows changed.

    Names where the row is theirs to be named in, e-mail and telephone everywhere.
    """
    changed = 0
    for holding in holdings:
        if holding.text:
            changed += _redact(session, holding, leaving.redactor, _of_theirs(holding, leaving))
            changed += _redact(session, holding, leaving.addresses, true())
    return changed


def _of_theirs(holding: Holding, leaving: Leaving) -> ColumnElement[bool]:
    """Rows of the territories that they belonged to, or that refer to them.

    A row of no territory is of those of the people it refers to; of nobody, it is everybody's.
    """
    table = holding.table
    people = [table.c[name] for name in f"{holding.whose} {holding.pointers}".split()]
    about = or_(false(), *(column == leaving.person_id for column in people))
    if "territory_id" not in table.c:
        return about
    near = neighbours(leaving.territory_ids)
    close = or_(false(), *(column.in_(near) for column in people))
    nobodys = and_(true(), *(column.is_(None) for column in people))
    place = table.c.territory_id
    of_none = and_(place.is_(None), or_(close, nobodys))
    return or_(about, place.in_(leaving.territory_ids), of_none)


def _redact(
    session: Session, holding: Holding, redactor: Redactor, where: ColumnElement[bool]
) -> int:
    table, names = holding.table, holding.text.split()
    columns = [table.c[name] for name in names]
    named = [_may_name(column, all_of) for column in columns for all_of in redactor.likes()]
    if not named:
        return 0
    # plain columns, read at once: writing while a cursor is open waits for itself on SQLite
    found = session.execute(
        select(table.c.id, *columns)
        .where(where, or_(*named))
        .order_by(table.c.id)
        .with_for_update()
    ).all()
    changed = 0
    for row in found:
        values = {
            column.name: _fitting(column, redactor.value(value), row.id)
            for column, value in zip(columns, row[1:], strict=True)
            if redactor.value(value) != value
        }
        if values:
            _write(session, table, row.id, values)
            changed += 1
    return changed


def _may_name(column: Column[Any], patterns: Sequence[str]) -> ColumnElement[bool]:
    text = func.lower(cast(column, Text))
    return and_(*(text.like(pattern) for pattern in patterns))


def _fitting(column: Column[Any], value: Any, row_id: int) -> Any:
    """The label may be longer than the name was, and make two names the same."""
    if not isinstance(column.type, String):
        return value
    longest = column.type.length
    if not _is_unique(column):
        return value[:longest]
    mark = f" n° {row_id}"
    return f"{value[: longest - len(mark) if longest else None]}{mark}"


def _is_unique(column: Column[Any]) -> bool:
    together = (c for c in column.table.constraints if isinstance(c, UniqueConstraint))
    return bool(column.unique) or any(column.name in c.columns for c in together)


def _write(session: Session, table: Any, row_id: int, values: dict[str, Any]) -> None:
    session.connection().execute(
        update(table).where(table.c.id == row_id).values({**values, **_newer(table)})
    )


def _newer(table: Table) -> dict[str, Any]:
    """The next version, where rows have one."""
    return {"version": table.c.version + 1} if "version" in table.c else {}
