"""Statements built once for every viewer: building one takes far longer than running it.

`rules` writes who sees what as a condition on the viewer's ids. Here the same condition is
written once, with a place for each set of ids, which every request fills in with its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeAlias, TypeVar, cast

from sqlalchemy import BindParameter, Select, bindparam
from sqlalchemy.orm import Session

from app.core.database import rows_of
from app.core.viewer import Viewer

Row = TypeVar("Row")
AnyRows: TypeAlias = Select[*tuple[Any, ...]]


class _Ids(BindParameter[Any]):
    """A set of ids to come. True: `rules` leaves a condition away for an empty set, this cannot."""

    inherit_cache = True

    def __init__(self, key: str) -> None:
        super().__init__(key, expanding=True)

    def __bool__(self) -> bool:
        return True


class _Anybody:
    """Stands in for a viewer while a statement is built."""

    person_id: BindParameter[Any] = bindparam("viewer_person_id")
    animates = _Ids("viewer_animates")
    observes = _Ids("viewer_observes")
    follows = _Ids("viewer_follows")
    organisations = _Ids("viewer_organisations")

    def __init__(self, *, is_operator: bool) -> None:
        self.is_operator = is_operator


# no row has this id: stands for an empty set, for which SQLAlchemy would write a slow subquery
NO_ROW = (0,)


def _ids_of(viewer: Viewer) -> dict[str, Any]:
    return {
        "viewer_person_id": viewer.person_id,
        "viewer_animates": tuple(viewer.animates) or NO_ROW,
        "viewer_observes": tuple(viewer.observes) or NO_ROW,
        "viewer_follows": tuple(viewer.follows) or NO_ROW,
        "viewer_organisations": tuple(viewer.organisations) or NO_ROW,
    }


class Prepared:
    """The statement that `build` answers for a viewer: built once, run for anybody.

    Whatever else differs from one request to the next is a bindparam of the statement.
    """

    def __init__(self, build: Callable[[Viewer], AnyRows]) -> None:
        self._build = build
        self._built: dict[bool, AnyRows] = {}

    def rows(self, session: Session, viewer: Viewer, **values: object) -> Sequence[Any]:
        return rows_of(session, self._for(viewer.is_operator), _ids_of(viewer) | values)

    def _for(self, is_operator: bool) -> AnyRows:
        if is_operator not in self._built:
            anybody = cast("Viewer", _Anybody(is_operator=is_operator))
            self._built[is_operator] = self._build(anybody)
        return self._built[is_operator]


class PreparedRow(Prepared, Generic[Row]):
    """One row by its public id, among those that `visible` lets a viewer see."""

    def __init__(self, visible: Callable[[Viewer], Select[Row]]) -> None:
        super().__init__(lambda viewer: _by_public_id(visible(viewer)))

    def find(self, session: Session, viewer: Viewer, public_id: str) -> Row | None:
        statement: Any = self._for(viewer.is_operator)
        found = session.scalars(statement, _ids_of(viewer) | {"public_id": public_id})
        row: Row | None = found.unique().one_or_none()
        return row


def _by_public_id(visible: Select[Any]) -> Select[Any]:
    entity = visible.column_descriptions[0]["entity"]
    return visible.where(entity.public_id == bindparam("public_id"))
