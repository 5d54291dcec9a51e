"""The programme that the invented territory follows, and what feeds its objectives."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Territory
from app.demo.build import build
from app.demo.story import Story
from app.files.models import Document
from app.files.store import Store
from app.frameworks.queries import tree_of, version_of
from app.maturity.kinds import EvidenceKind
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


def test_its_deliverables_are_proved_by_files_of_their_day(
    empty_session: Session, story: Story, tmp_path: Path
) -> None:
    store = Store(tmp_path / "files")
    build(empty_session, story, store=store)
    empty_session.commit()
    proofs = {
        item.criterion.ref: [
            (proof.title, proof.dated_on)
            for proof in item.criterion.proofs
            if proof.kind is EvidenceKind.DOCUMENT
        ]
        for item in followed(empty_session).deliverables
    }
    assert proofs == {
        "aac.1.1": [("Diagnostic actions", story.days.at(-151))],
        "aac.1.2": [("Feuille de route et tableau de bord", story.days.at(-71))],
        "aac.5.1": [],
    }
    for document in empty_session.scalars(select(Document)):
        assert store.path(str(document.stored_as)).stat().st_size == document.size
        assert document.given_at.date() < TUESDAY
