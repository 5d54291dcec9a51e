"""A row that was read as plain columns becomes the entity that the ORM would have read."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.core.database import adopt
from app.journal.kinds import Via
from app.journal.recorder import UNTRACKED, acting
from app.plans.models import Step
from tests.cast import NOW, Cast

COLUMNS = Step.__table__.columns


def columns_of(session: Session, step_id: int) -> dict[str, Any]:
    row = session.execute(select(*COLUMNS).where(COLUMNS.id == step_id)).one()
    return dict(row._mapping)


@pytest.fixture
def values(session: Session, cast: Cast) -> dict[str, Any]:
    found = columns_of(session, cast.step().id)
    session.expunge_all()
    return found


def test_it_is_what_the_orm_reads(session: Session, values: dict[str, Any]) -> None:
    adopted = adopt(session, Step, values)
    assert not session.dirty
    assert session.get(Step, values["id"]) is adopted
    assert adopted.project.territory_id == adopted.territory_id
    session.expire(adopted)
    assert {name: getattr(adopted, name) for name in values} == values


def test_what_the_session_knows_already_stays(session: Session, values: dict[str, Any]) -> None:
    known = session.get_one(Step, values["id"])
    known.title = "Not written yet"
    assert adopt(session, Step, values) is known
    assert known.title == "Not written yet"
    session.rollback()


def test_a_change_is_written_with_what_was_there(session: Session, values: dict[str, Any]) -> None:
    acting(session, None, Via.PAGE, NOW)
    adopt(session, Step, values).title = "Autre titre"
    session.flush()
    now = columns_of(session, values["id"])
    written = {"title": "Autre titre", "search_key": "autre titre"}
    assert now == values | written | {"version": values["version"] + 1}


def test_somebody_was_quicker(session: Session, values: dict[str, Any]) -> None:
    acting(session, None, Via.PAGE, NOW)
    adopted = adopt(session, Step, values)
    elsewhere = {UNTRACKED: True, "synchronize_session": False}
    session.execute(update(Step).values(version=7), execution_options=elsewhere)
    adopted.title = "Autre titre"
    with pytest.raises(StaleDataError):
        session.flush()
