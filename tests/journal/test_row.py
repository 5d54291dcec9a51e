"""A row that is changed at once leaves the same trace as one that a flush has written."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.journal.kinds import Via
from app.journal.models import Change
from app.journal.recorder import UNTRACKED, UnrecordedChangeError, acting
from app.journal.row import change_row
from app.plans.kinds import StepStatus
from app.plans.models import Step
from tests.cast import NOW, TODAY, Cast
from tests.parts.examples import ON_ONE_FIXTURE

days = st.none() | st.dates(date(2026, 1, 1), date(2027, 12, 31))
OPEN = (StepStatus.TODO, StepStatus.IN_PROGRESS)
values = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from(OPEN),
        "lever": st.sampled_from((None, "Un avis", "Une visite")),
        "news_on": days,
        "description": st.sampled_from(("", "Chaque soir, avant la fermeture")),
        "is_milestone": st.booleans(),
    },
)


def trace(session: Session, step: Step, since: int) -> list[tuple[Any, ...]]:
    """What the change log says since a line, and what the row holds."""
    lines = session.scalars(select(Change).where(Change.id > since).order_by(Change.id))
    columns = [column for column in Step.__table__.columns if column.key != "version"]
    row = session.execute(select(*columns).where(Step.id == step.id)).one()
    told = [
        (line.entity, line.entity_id, line.action, line.fields, line.territory_id, line.project_id)
        for line in lines
    ]
    return [*told, tuple(row)]


def last_line(session: Session) -> int:
    return session.scalars(select(Change.id).order_by(Change.id.desc())).first() or 0


@settings(max_examples=40, suppress_health_check=ON_ONE_FIXTURE)
@given(values=values)
def test_it_writes_what_a_flush_writes(
    session: Session, cast: Cast, values: dict[str, Any]
) -> None:
    session.commit()
    traces = []
    for at_once in (True, False):
        step, since = cast.step(), last_line(session)
        acting(session, None, Via.JOB, NOW)
        if at_once:
            change_row(session, step, **values)
        else:
            for name, value in values.items():
                setattr(step, name, value)
            session.flush()
        assert {name: getattr(step, name) for name in values} == values
        version = step.version
        traces.append(trace(session, step, since))
        session.expire(step)
        assert step.version == version
        session.rollback()
    assert traces[0] == traces[1]


def test_what_others_follow_from_goes_through_a_flush(session: Session, cast: Cast) -> None:
    with pytest.raises(ValueError, match="title"):
        change_row(session, cast.step(), title="Autre")


def test_what_stays_the_same_is_not_written(session: Session, cast: Cast) -> None:
    step, since = cast.step(), last_line(session)
    change_row(session, step, title=step.title, status=step.status)
    assert (last_line(session), step.version) == (since, 1)


def test_somebody_was_quicker(session: Session, cast: Cast) -> None:
    step = cast.step()
    acting(session, None, Via.PAGE, NOW)
    elsewhere = {UNTRACKED: True, "synchronize_session": False}
    session.execute(update(Step).values(version=7), execution_options=elsewhere)
    since = last_line(session)
    with pytest.raises(StaleDataError):
        change_row(session, step, description="Autre texte")
    assert last_line(session) == since
    session.expire(step)
    assert (step.description, step.version) == ("", 7)


def test_a_change_by_nobody_is_refused_and_rolled_back(session: Session, cast: Cast) -> None:
    step = cast.step()
    session.commit()
    session.info.clear()
    with pytest.raises(UnrecordedChangeError, match="nobody said who acts"):
        change_row(session, step, done_on=TODAY, status=StepStatus.DONE)
    session.rollback()
    assert (step.status, step.done_on) == (StepStatus.TODO, None)


def test_after_a_rollback_the_row_is_what_it_was(session: Session, cast: Cast) -> None:
    step = cast.step()
    session.commit()
    acting(session, None, Via.PAGE, NOW)
    change_row(session, step, description="Autre texte")
    session.rollback()
    assert (step.description, step.version) == ("", 1)
