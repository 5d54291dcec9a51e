"""Statements built once for every viewer: building one takes far longer than running it.

`rules` writes who sees what as a condition on the viewer's ids. Here the same condition is
written once for each number of ids, with a place for each, which every request fills with its own.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar, cast

from sqlalchemy import BindParameter, Select, bindparam, literal_column
from sqlalchemy.orm import Session

from app.core.database import rows_of
from app.core.viewer import Viewer

Row = TypeVar("Row")
AnyRows: TypeAlias = Select[*tuple[Any, ...]]


# one person more or less in a set is another statement; nobody has many of them
SHAPES_KEPT = 64


class _Nothing(tuple[Any, ...]):
    """An empty set of ids: false, as `rules` asks, and no `IN ()`, which SQLAlchemy writes slowly.

    No row has the id 0.
    """

    __slots__ = ()

    def __bool__(self) -> bool:
        return False


_NOTHING = _Nothing([literal_column("0")])


class _Shape(NamedTuple):
    """What a statement depends on: how many ids each set of a viewer holds, not which."""

    is_operator: bool
    animates: int
    observes: int
    follows: int
    organisations: int


class _Anybody:
    """Stands in for every viewer of a shape while their statement is built."""

    person_id: BindParameter[Any] = bindparam("viewer_person_id")

    def __init__(self, shape: _Shape) -> None:
        self.is_operator = shape.is_operator
        for name in _SETS:
            setattr(self, name, _places(name, getattr(shape, name)))


_SETS = _Shape._fields[1:]


def _places(name: str, count: int) -> tuple[Any, ...]:
    return tuple(bindparam(f"{name}_{at}") for at in range(count)) or _NOTHING


def _shape_of(viewer: Viewer) -> _Shape:
    return _Shape(viewer.is_operator, *(len(getattr(viewer, name)) for name in _SETS))


def _ids_of(viewer: Viewer) -> dict[str, Any]:
    ids = {f"{name}_{at}": one for name in _SETS for at, one in enumerate(getattr(viewer, name))}
    return {"viewer_person_id": viewer.person_id, **ids}


class Prepared:
    """The statement that `build` answers for a viewer: built once, run for anybody.

    Whatever else differs from one request to the next is a bindparam of the statement.
    """

    def __init__(self, build: Callable[[Viewer], AnyRows]) -> None:
        self._build = build
        self._for_shape = functools.lru_cache(SHAPES_KEPT)(self._built)

    def rows(self, session: Session, viewer: Viewer, **values: object) -> Sequence[Any]:
        return rows_of(session, self._for(viewer), _ids_of(viewer) | values)

    def entities(self, session: Session, viewer: Viewer, **values: object) -> Sequence[Any]:
        """The same rows by the ORM, where entities stand among their columns."""
        statement: Any = self._for(viewer)
        return session.execute(statement, _ids_of(viewer) | values).all()

    def _for(self, viewer: Viewer) -> AnyRows:
        return self._for_shape(_shape_of(viewer))

    def _built(self, shape: _Shape) -> AnyRows:
        return self._build(cast("Viewer", _Anybody(shape)))


class PreparedRow(Prepared, Generic[Row]):
    """One row by its public id, among those that `visible` lets a viewer see."""

    def __init__(self, visible: Callable[[Viewer], Select[Row]]) -> None:
        super().__init__(lambda viewer: _by_public_id(visible(viewer)))

    def find(self, session: Session, viewer: Viewer, public_id: str) -> Row | None:
        statement: Any = self._for(viewer)
        found = session.scalars(statement, _ids_of(viewer) | {"public_id": public_id})
        row: Row | None = found.unique().one_or_none()
        return row


def _by_public_id(visible: Select[Any]) -> Select[Any]:
    entity = visible.column_descriptions[0]["entity"]
    return visible.where(entity.public_id == bindparam("public_id"))
