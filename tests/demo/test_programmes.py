"""The programme that the invented territory follows, and what feeds its objectives."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Territory
from app.frameworks.queries import tree_of, version_of
from app.maturity.models import Evidence
from app.maturity.programmes import Checklist, checklist
from app.maturity.queries import overview
from app.maturity.queries.deadlines import deadlines_of
from tests.demo.conftest import TUESDAY

KEY = "maillage-aac"


def followed(session: Session) -> Checklist:
    territory_id = session.scalars(select(Territory.id).order_by(Territory.id)).first() or 0
    (standing,) = overview(
        session, territory_id, TUESDAY.year, framework_key=KEY, or_latest=True
    ).standings
    version = version_of(session, KEY)
    assert version is not None
    due = deadlines_of(session, standing.assessment)
    return checklist(standing, tree_of(session, version.id), due, TUESDAY)


def test_two_deliverables_are_handed_in_and_one_is_to_come(told: Session) -> None:
    found = followed(told)
    assert [item.criterion.ref for item in found.deliverables] == ["aac.1.1", "aac.1.2", "aac.5.1"]
    assert found.handed_in == 2
    assert all(item.due_on and item.criterion.proofs for item in found.deliverables[:2])
    assert found.next_due is not None and found.next_due.due_on > TUESDAY
    assert [condition.is_met for condition in found.conditions] == [True]


def test_some_projects_feed_objectives_beside_their_axis(told: Session) -> None:
    refs = told.scalars(
        select(Evidence.ref).where(Evidence.framework_key == "maillage-scenario3")
    ).all()
    assert sorted(refs) == ["s3.1", "s3.6"]
