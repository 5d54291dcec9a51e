"""Where the invented territory stands in the catalogue's frameworks."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.demo.criteria import Reading
from app.demo.maturity import CATALOGUE
from app.demo.story import tell
from app.frameworks.models import Framework, Node
from app.maturity.kinds import CriterionStatus, EvidenceKind
from app.maturity.models import Assessment, Criterion, Evidence
from app.plans.kinds import StepStatus
from app.plans.models import Project, Step
from tests.demo.conftest import TUESDAY, told_territory

STORY = tell(TUESDAY)


def test_both_frameworks_of_the_catalogue_are_read() -> None:
    keys = {reading.framework for reading in STORY.readings}
    said = {line for file in CATALOGUE.glob("*.md") for line in file.read_text("utf-8").split("\n")}
    assert {f"referentiel: {key}" for key in keys} <= said


@pytest.mark.parametrize("reading", STORY.readings, ids=lambda reading: reading.framework)
def test_two_years_are_frozen_and_this_one_is_open(reading: Reading) -> None:
    assert [year.year for year in reading.years] == [2024, 2025, 2026]
    assert [year.frozen_on is None for year in reading.years] == [False, False, True]
    for year in reading.years:
        assert year.frozen_on is None or year.confirmed_on < year.frozen_on < TUESDAY
        for one in year.criteria:
            assert (one.status is CriterionStatus.DETAILED) == (one.fractions is not None)
            assert one.fractions is None or sum(one.fractions, Decimal(0)) == 1


@pytest.mark.parametrize("reading", STORY.readings, ids=lambda reading: reading.framework)
def test_each_year_does_more_than_the_one_before(reading: Reading) -> None:
    done = [
        sum(
            Decimal(1) if one.status is CriterionStatus.DONE else (one.fractions or [Decimal(0)])[0]
            for one in year.criteria
        )
        for year in reading.years
    ]
    assert done == sorted(set(done))


@pytest.mark.parametrize("reading", STORY.readings, ids=lambda reading: reading.framework)
def test_a_proof_is_not_older_than_what_it_shows(reading: Reading) -> None:
    for proof in reading.proofs:
        project = next(one for one in STORY.projects if one.key == proof.project)
        assert project.opened_on <= proof.added_on < TUESDAY
        if proof.step:
            step = next(one for one in project.steps if one.key == proof.step)
            assert step.created_on <= proof.added_on
            assert step.done_on is None or step.done_on <= proof.added_on


def test_what_the_baker_does_is_the_one_proof_that_a_criterion_waits_for() -> None:
    eci = next(reading for reading in STORY.readings if reading.framework == "maillage-eci")
    proofs = [proof for proof in eci.proofs if proof.ref == "3.5.3.2"]
    assert [(proof.project, proof.step) for proof in proofs] == [("pain", "pesee")]
    status = {one.ref: one.status for one in eci.years[-1].criteria}
    assert status["3.5.3.2"] is CriterionStatus.PLANNED
    assert "3.5.3.7" not in status


def test_assessments_and_proofs_stand_in_the_database(told: Session) -> None:
    session = told
    beside = {"maillage-aac", "maillage-scenario3", "maillage-te"}
    readings = {reading.framework for reading in STORY.readings}
    assert set(session.scalars(select(Framework.key))) == readings | beside
    # three years of two ladders, and the programme; two years of one ladder next door
    assert len(session.scalars(select(Assessment)).all()) == 7 + 2
    for assessment in session.scalars(select(Assessment)):
        # a frozen year was frozen by somebody, and kept what the data said on that day
        assert (assessment.kept is None) == (assessment.frozen_at is None)
        assert (assessment.frozen_by_id is None) == (assessment.frozen_at is None)
        refs = set(
            session.scalars(select(Node.ref).where(Node.version_id == assessment.version_id))
        )
        assert {criterion.ref for criterion in assessment.criteria} <= refs
    dated = session.scalars(select(Criterion.confirmed_by_id)).all()
    assert all(dated)
    for evidence in session.scalars(select(Evidence)):
        if evidence.kind is EvidenceKind.STEP:
            assert session.get_one(Step, evidence.subject_id).project_id == evidence.project_id
        else:
            assert session.get_one(Project, evidence.subject_id).id == evidence.project_id
    waiting = session.scalars(
        select(Evidence).where(
            Evidence.ref == "3.5.3.2", Evidence.territory_id == told_territory(session).id
        )
    ).one()
    assert session.get_one(Step, waiting.subject_id).status is StepStatus.IN_PROGRESS
