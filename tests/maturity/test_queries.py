"""What the pages, the exports and the plenary read: the same number of statements always."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.maturity.kinds import CriterionStatus, ProofState
from app.maturity.queries import overview, standing
from app.maturity.services.assessing import confirm_status, freeze
from app.maturity.services.evidence import link_evidence, unlink_evidence
from app.plans.kinds import (
    ProjectKind,
)
from app.plans.models import Project
from app.plans.services.steps import complete_step
from tests.cast import NOW, Cast
from tests.maturity.samples import KEY, assess


def test_a_proof_follows_its_step(writing: Session, here: Cast) -> None:
    assess(writing, here)
    step = here.step()
    link_evidence(
        writing,
        territory_id=here.territory().id,
        framework_key=KEY,
        ref="7.1",
        subject=step,
        person_id=None,
        now=NOW,
    )
    for expected in (CriterionStatus.PLANNED, CriterionStatus.DONE):
        found = standing(writing, here.territory().id, KEY, 2026)
        assert found is not None
        one = found.criterion("7.1")
        assert one is not None and one.proposal is not None
        assert one.proposal.status is expected
        assert [(p.within, p.title) for p in one.proofs] == [
            ("Invendus du Fournil", "Peser les invendus")
        ]
        complete_step(writing, step, today=date(2026, 4, 7))


def test_a_confirmed_status_moves_the_level_and_is_compared_with_last_year(
    writing: Session, here: Cast
) -> None:
    for year, ref in ((2025, "7.1"), (2026, "7.2.1")):
        made = assess(writing, here, year)
        confirm_status(
            writing,
            made,
            ref=ref,
            status=CriterionStatus.DONE,
            person_id=here.person("Anne").id,
            now=NOW,
            seen_version=None,
        )
        if year == 2025:
            freeze(writing, made, now=NOW)
    found = overview(writing, here.territory().id, 2026)
    (now,) = found.standings
    assert found.years == (2026, 2025)
    assert (now.level, float(now.score or 0), now.frozen_on) == (2, 0.7, None)
    before = found.before[KEY]
    assert (before.level, float(before.score or 0)) == (1, 0.4)
    assert before.frozen_on == date(2026, 4, 7)
    said = now.criterion("7.2.1")
    assert said is not None and said.confirmed is not None
    assert said.confirmed.by == "Anne Vasseur"


def test_a_frozen_year_keeps_the_proofs_it_had(writing: Session, here: Cast) -> None:
    made = assess(writing, here)
    known = {
        "territory_id": here.territory().id,
        "framework_key": KEY,
        "subject": here.project(),
        "person_id": None,
    }
    early = link_evidence(writing, ref="7.1", now=NOW, **known)  # type: ignore[arg-type]
    freeze(writing, made, now=NOW + timedelta(days=1))
    unlink_evidence(writing, early, now=NOW + timedelta(days=2))
    link_evidence(writing, ref="7.2.1", now=NOW + timedelta(days=2), **known)  # type: ignore[arg-type]
    frozen = standing(writing, here.territory().id, KEY, 2026)
    running = standing(writing, here.territory().id, KEY, 2027)
    assert frozen is not None and running is not None
    assert [one.ref for one in frozen.criteria if one.proofs] == ["7.1"]
    assert [one.ref for one in running.criteria if one.proofs] == ["7.2.1"]


def test_a_year_that_nobody_opened_stands_on_the_latest_version(
    writing: Session, here: Cast
) -> None:
    found = standing(writing, here.territory().id, KEY, 2026)
    assert found is not None
    assert (found.assessment, found.version, found.level, found.score) == (None, 1, 0, 0)
    assert standing(writing, here.territory().id, "nowhere", 2026) is None
    empty = overview(writing, here.territory().id, 2026)
    assert empty.standings == ()
    assert [one.key for one in empty.unopened] == [KEY]


def test_another_territory_sees_none_of_it(writing: Session, here: Cast) -> None:
    assess(writing, here)
    assert overview(writing, here.territory("Plaine de Sorne").id, 2026).standings == ()


@pytest.mark.parametrize("projects", [1, 3, 300])
def test_a_standing_runs_eight_statements_at_most_whatever_the_number_of_projects(
    writing: Session, here: Cast, projects: int
) -> None:
    assess(writing, here, 2025)
    assess(writing, here)
    for number in range(projects):
        link_evidence(
            writing,
            territory_id=here.territory().id,
            framework_key=KEY,
            ref="7.2.1",
            subject=_project(writing, here, number),
            person_id=None,
            now=NOW,
        )
    writing.commit()
    territory = here.territory().id
    statements: list[str] = []

    def note(_c: object, _cur: object, statement: str, *_rest: object) -> None:
        if statement.startswith("SELECT"):
            statements.append(statement)

    engine = writing.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    found = standing(writing, territory, KEY, 2026)
    event.remove(engine, "before_cursor_execute", note)
    assert found is not None
    one = found.criterion("7.2.1")
    assert one is not None
    assert len(one.proofs) == projects
    assert {proof.state for proof in one.proofs} == {ProofState.OPEN}
    assert len(statements) <= 8, statements


def _project(session: Session, here: Cast, number: int) -> Project:
    plan = here.plan()
    project = Project(
        plan_id=plan.id,
        territory_id=plan.territory_id,
        title=f"Projet {number}",
        kind=ProjectKind.ACTION,
        rank=f"{number:04d}1",
        search_key=f"projet {number}",
        created_at=NOW,
    )
    session.add(project)
    session.flush()
    return project
