"""Statements built once for every viewer: building one takes far longer than running it.

`rules` writes who sees what as a condition on the viewer's ids. Here the same condition is
written once for each number of ids, with a place for each, which every request fills with its own.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar, cast

from sqlalchemy import BindParameter, Executable, Result, Select, bindparam, literal_column
from sqlalchemy.orm import Session

from app.core.viewer import Viewer

Row = TypeVar("Row")
AnyRows: TypeAlias = Select[*tuple[Any, ...]]


class _CompiledForm(dict[Any, Any]):
    """Keeps what one statement was compiled to, under the dialect and the names of its values.

    SQLAlchemy's own cache knows a statement by a key as long as the statement, and goes through
    all of it at every run: with forty columns, longer than the run itself. Here the key is known
    again by being the same object; whatever else passes by here is compiled like a stranger.
    """

    def get(self, key: Any, default: Any = None) -> Any:
        dialect, statement, *rest = key
        known, compiled = super().get((dialect, *rest), (None, default))
        return compiled if known is statement else default

    def __setitem__(self, key: Any, compiled: Any) -> None:
        dialect, statement, *rest = key
        self.clear()
        super().__setitem__((dialect, *rest), (statement, compiled))


class Kept:
    """A statement for many runs: it finds its compiled form at once."""

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._options = {"compiled_cache": _CompiledForm()}

    def rows(self, session: Session, values: Mapping[str, object]) -> Sequence[Any]:
        """Plain rows of a SELECT of columns, past the ORM: for what every request asks."""
        session.flush()
        connection = session.connection()
        return connection.execute(self._statement, values, execution_options=self._options).all()

    def by_orm(self, session: Session, values: Mapping[str, object]) -> Result[Any]:
        """The same by the ORM, where entities stand among the columns."""
        found: Result[Any] = session.execute(
            self._statement, values, execution_options=self._options
        )
        return found


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
        return self._for(viewer).rows(session, _ids_of(viewer) | values)

    def by_orm(self, session: Session, viewer: Viewer, **values: object) -> Result[Any]:
        """Where entities stand among the columns."""
        return self._for(viewer).by_orm(session, _ids_of(viewer) | values)

    def _for(self, viewer: Viewer) -> Kept:
        return self._for_shape(_shape_of(viewer))

    def _built(self, shape: _Shape) -> Kept:
        return Kept(self._build(cast("Viewer", _Anybody(shape))))


class PreparedRow(Prepared, Generic[Row]):
    """One row by its public id, among those that `visible` lets a viewer see."""

    def __init__(self, visible: Callable[[Viewer], Select[Row]]) -> None:
        super().__init__(lambda viewer: _by_public_id(visible(viewer)))

    def find(self, session: Session, viewer: Viewer, public_id: str) -> Row | None:
        found = self.by_orm(session, viewer, public_id=public_id)
        row: Row | None = found.scalars().unique().one_or_none()
        return row


def _by_public_id(visible: Select[Any]) -> Select[Any]:
    entity = visible.column_descriptions[0]["entity"]
    return visible.where(entity.public_id == bindparam("public_id"))
