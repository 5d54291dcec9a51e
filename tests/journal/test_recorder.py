"""The change log is written with the change, or the change is refused."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.journal.kinds import Action, Via
from app.journal.models import Change
from app.journal.recorder import UNTRACKED, UnrecordedChangeError, acting
from app.plans.kinds import StepStatus
from app.plans.models import Flow, Step
from tests.cast import NOW, TODAY, Cast


def changes(session: Session, entity: str, entity_id: int) -> list[Change]:
    return list(
        session.scalars(
            select(Change)
            .where(Change.entity == entity, Change.entity_id == entity_id)
            .order_by(Change.id)
        )
    )


def test_a_change_says_who_how_when_what_and_where(session: Session, cast: Cast) -> None:
    anne, step = cast.person("Anne"), cast.step()
    acting(session, anne.id, Via.MAIL_LINK, NOW)
    step.title = "Peser chaque soir"
    step.status, step.done_on = StepStatus.DONE, TODAY
    session.flush()
    change = changes(session, "Step", step.id)[-1]
    assert (change.actor_id, change.via, change.at, change.action) == (
        anne.id,
        Via.MAIL_LINK,
        NOW,
        Action.UPDATED,
    )
    assert change.fields == {
        "title": ["Peser les invendus", "Peser chaque soir"],
        "status": ["todo", "done"],
    }
    assert (change.territory_id, change.project_id) == (step.territory_id, step.project_id)


def test_what_a_row_began_with_is_kept(session: Session, cast: Cast) -> None:
    created = changes(session, "Step", cast.step().id)[0]
    assert created.action is Action.CREATED
    assert created.fields["title"] == [None, "Peser les invendus"]
    assert created.fields["due_on"] == [None, "2026-04-17"]


def test_what_was_there_is_known_even_after_a_commit(session: Session, cast: Cast) -> None:
    step = cast.step()
    session.commit()
    acting(session, None, Via.JOB, NOW)
    step.title = "Autre titre"
    session.flush()
    assert changes(session, "Step", step.id)[-1].fields == {
        "title": ["Peser les invendus", "Autre titre"]
    }


def test_a_value_set_to_itself_is_no_change(session: Session, cast: Cast) -> None:
    step = cast.step()
    before = len(changes(session, "Step", step.id))
    acting(session, None, Via.JOB, NOW)
    step.title = "Peser les invendus"
    session.flush()
    assert len(changes(session, "Step", step.id)) == before


def test_what_is_removed_is_kept_in_the_log(session: Session, cast: Cast) -> None:
    flow = session.scalars(select(Flow)).one()
    flow_id = flow.id
    acting(session, None, Via.PAGE, NOW)
    session.delete(flow)
    session.flush()
    removed = changes(session, "Flow", flow_id)[-1]
    assert removed.action is Action.REMOVED
    assert removed.fields["label"] == ["Pain invendu", None]


def test_a_change_by_nobody_is_refused(session: Session, cast: Cast) -> None:
    cast.step().title = "Anonyme"
    with pytest.raises(UnrecordedChangeError, match="nobody said who acts"):
        session.flush()


def test_a_bulk_statement_on_a_tracked_table_is_refused_unless_asked_for(
    session: Session, cast: Cast
) -> None:
    for statement in (update(Step).values(title="Tout"), delete(Flow)):
        with pytest.raises(UnrecordedChangeError):
            session.execute(statement)
    session.execute(update(Step).values(title="Tout"), execution_options={UNTRACKED: True})
    assert set(session.scalars(select(Step.title))) == {"Tout"}


def test_a_change_that_is_rolled_back_leaves_no_trace(session: Session, cast: Cast) -> None:
    step = cast.step()
    before = len(changes(session, "Step", step.id))
    acting(session, None, Via.PAGE, NOW)
    step.title = "Jamais"
    session.flush()
    session.rollback()
    assert len(changes(session, "Step", step.id)) == before
