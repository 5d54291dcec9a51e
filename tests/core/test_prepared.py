"""Statements that are kept for many runs answer what they would answer if built anew."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, bindparam, event, select
from sqlalchemy.orm import Session, selectinload

from app.accounts.models import Organisation, Territory
from app.accounts.sessions import viewer_of
from app.core.prepared import Kept
from app.plans.models import Project, Step
from app.plans.queries.project import PROJECT_TO_CHANGE
from app.plans.rules import visible_projects
from tests.cast import CAST, Cast


def compilations(session: Session, run: Any) -> int:
    """How many statements a run has compiled."""
    engine = session.get_bind()
    assert isinstance(engine, Engine)
    misses = []

    def told(
        _connection: Any, _cursor: Any, _sql: str, _values: Any, context: Any, _m: Any
    ) -> None:
        misses.append(context.cache_hit.name != "CACHE_HIT")

    event.listen(engine, "before_cursor_execute", told)
    run()
    event.remove(engine, "before_cursor_execute", told)
    return sum(misses)


BY_TITLE = select(Step.title).where(Step.id == bindparam("id"))


@pytest.mark.parametrize("way", ["rows", "by_orm"])
def test_a_statement_is_compiled_once(session: Session, cast: Cast, way: str) -> None:
    kept, values = Kept(BY_TITLE), {"id": cast.step().id}
    run = {
        "rows": lambda: kept.rows(session, values),
        "by_orm": lambda: kept.by_orm(session, values).all(),
    }[way]
    assert [compilations(session, run) for _ in range(3)] == [1, 0, 0]
    assert [tuple(row) for row in run()] == [("Peser les invendus",)]


def test_what_the_orm_loads_besides_is_not_taken_for_the_statement(
    session: Session, cast: Cast
) -> None:
    session.expunge_all()
    query = select(Organisation).options(selectinload(Organisation.territories))
    kept = Kept(query.order_by(Organisation.id))
    for _ in range(2):
        found = kept.by_orm(session, {}).scalars().all()
        assert {type(one) for organisation in found for one in organisation.territories} == {
            Territory
        }
        session.expunge_all()


def test_every_viewer_finds_what_they_see(session: Session, cast: Cast) -> None:
    """One after the other and again: a statement of one shape serves whoever has that shape."""
    projects = list(session.scalars(select(Project)))
    for name in (*CAST, *CAST):
        viewer = viewer_of(session, cast.person(name).id)
        assert viewer is not None
        seen = {one.id for one in session.scalars(visible_projects(viewer))}
        found = {
            one.id for one in projects if PROJECT_TO_CHANGE.find(session, viewer, one.public_id)
        }
        assert found == seen, name
