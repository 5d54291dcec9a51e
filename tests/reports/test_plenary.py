"""The annual meeting: where everything stands, a year ago and now, and nobody exposed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from app.plans.kinds import (
    BarrierKind,
    MeasureMethod,
    PartnerState,
    ProjectState,
    Stage,
    StepStatus,
)
from app.reports.figures import Compared, Plenary
from app.reports.kinds import DecisionKind
from app.reports.queries.plenary import plenary
from tests.cast import Cast
from tests.conftest import QueryCount
from tests.reports import making

TODAY = date(2026, 10, 1)
LAST_SPRING = date(2025, 4, 10)


@pytest.fixture
def firms(session: Session, cast: Cast) -> list[int]:
    """Four firms of the Val; the first two agreed to be named."""
    val = cast.territory()
    return [
        making.company(session, val, name, named=named)
        for name, named in (
            ("Ferronnerie Aubert", True),
            ("Laiterie Brunel", True),
            ("Cartonnage Carlier", False),
            ("Tannerie Dumas", False),
        )
    ]


def of_the_year(session: Session, cast: Cast, year: int = 2026) -> Plenary:
    return plenary(session, cast.territory(), year, TODAY)


def test_stages_are_those_of_today_and_of_the_same_day_a_year_before(
    session: Session, cast: Cast, firms: list[int]
) -> None:
    moved = making.project(session, cast.plan(), "Chariots partagés", LAST_SPRING, firms)
    making.change(session, date(2026, 2, 3), moved, stage=Stage.FEASIBILITY)
    making.change(session, date(2026, 6, 3), moved, stage=Stage.OPERATIONAL)
    sheet = of_the_year(session, cast)
    counted = {one.stage: one.count for one in sheet.stages}
    assert counted[Stage.DISCUSSION] == Compared(0, 1)
    assert counted[Stage.FEASIBILITY] == Compared(0, 0)
    assert counted[Stage.OPERATIONAL] == Compared(1, 0)
    assert sheet.operational == Compared(1, 0)
    assert sheet.companies == Compared(6, 4)  # two more by the cast's own project, of 2026


def test_a_year_gone_by_is_told_as_it_was(session: Session, cast: Cast, firms: list[int]) -> None:
    moved = making.project(session, cast.plan(), "Chariots partagés", LAST_SPRING, firms)
    making.change(session, date(2026, 6, 3), moved, stage=Stage.OPERATIONAL)
    sheet = of_the_year(session, cast, 2025)
    assert sheet.projects == Compared(1, 0)
    assert sheet.operational == Compared(0, 0)


def test_what_advanced_says_from_where_to_where(
    session: Session, cast: Cast, firms: list[int]
) -> None:
    moved = making.project(session, cast.plan(), "Chariots partagés", LAST_SPRING, firms)
    making.change(session, date(2026, 6, 3), moved, stage=Stage.QUALIFIED)
    advances = {
        one.title: (one.came_from, one.reached) for one in of_the_year(session, cast).advances
    }
    assert advances["Chariots partagés"] == (Stage.DISCUSSION, Stage.QUALIFIED)


def test_a_draft_is_not_shown_to_the_assembly(session: Session, cast: Cast) -> None:
    sheet = of_the_year(session, cast)
    assert sheet.projects.now == 1  # the cast's plan holds one project and one draft


def test_only_confirmed_firms_that_carry_a_project_count_as_engaged(
    session: Session, cast: Cast, firms: list[int]
) -> None:
    making.project(
        session, cast.plan(), "Bennes", TODAY, firms, partner_state=PartnerState.APPROACHED
    )
    assert of_the_year(session, cast).companies.now == 2  # Le Fournil and Atelier Bois


def test_a_partner_who_left_was_there_a_year_before(
    session: Session, cast: Cast, firms: list[int]
) -> None:
    shared = making.project(session, cast.plan(), "Bennes", LAST_SPRING, firms[:2])
    session.refresh(shared)
    making.change(session, date(2026, 5, 4), shared.partners[1], state=PartnerState.RETIRED)
    assert of_the_year(session, cast).companies == Compared(3, 2)


def test_steps_done_are_counted_over_the_same_stretch_of_both_years(
    session: Session, cast: Cast, firms: list[int]
) -> None:
    shared = making.project(session, cast.plan(), "Bennes", date(2025, 1, 6), firms)
    for number, day in enumerate(
        (date(2025, 3, 3), date(2025, 11, 20), date(2026, 1, 5), date(2026, 9, 30))
    ):
        making.step(session, shared, firms[0], f"Étape {number}", date(2025, 1, 7), done_on=day)
    assert of_the_year(session, cast).steps.done == Compared(2, 1)
    assert of_the_year(session, cast, 2025).steps.done == Compared(2, 0)


def test_a_step_blocked_last_year_and_done_since_is_blocked_on_last_years_page(
    session: Session, cast: Cast, firms: list[int]
) -> None:
    shared = making.project(session, cast.plan(), "Bennes", date(2025, 1, 6), firms)
    stuck = making.step(session, shared, firms[0], "Autorisation", date(2025, 1, 7))
    making.change(
        session,
        date(2025, 6, 2),
        stuck,
        status=StepStatus.BLOCKED,
        blocked_on=date(2025, 6, 2),
        barrier=BarrierKind.REGULATORY,
    )
    making.change(
        session,
        date(2026, 2, 2),
        stuck,
        status=StepStatus.DONE,
        blocked_on=None,
        barrier=None,
        done_on=date(2026, 2, 2),
    )
    assert of_the_year(session, cast, 2025).barriers == ((BarrierKind.REGULATORY, 1),)
    assert of_the_year(session, cast).barriers == ()


def test_a_regulatory_barrier_becomes_a_question_to_the_assembly(
    session: Session, cast: Cast, firms: list[int]
) -> None:
    shared = making.project(session, cast.plan(), "Bennes", LAST_SPRING, firms)
    stuck = making.step(session, shared, firms[0], "Autorisation", LAST_SPRING)
    making.change(
        session,
        date(2026, 6, 2),
        stuck,
        status=StepStatus.BLOCKED,
        blocked_on=date(2026, 6, 2),
        barrier=BarrierKind.REGULATORY,
    )
    first = of_the_year(session, cast).decisions[0]
    assert (first.kind, first.count) == (DecisionKind.LIFT_REGULATION, 1)


def test_an_abandoned_project_shows_its_kinds_of_barrier_and_nothing_else(
    session: Session, cast: Cast, firms: list[int]
) -> None:
    ended = making.project(session, cast.plan(), "Bennes", LAST_SPRING, firms)
    stuck = making.step(session, ended, firms[0], "Chiffrer", LAST_SPRING)
    making.change(
        session,
        date(2026, 3, 2),
        stuck,
        status=StepStatus.BLOCKED,
        blocked_on=date(2026, 3, 2),
        barrier=BarrierKind.ECONOMIC,
    )
    making.change(
        session, date(2026, 4, 2), ended, state=ProjectState.ABANDONED, ended_reason="Dumas part"
    )
    sheet = of_the_year(session, cast)
    assert [(one.stage, one.barriers) for one in sheet.abandoned] == [
        (Stage.DISCUSSION, (BarrierKind.ECONOMIC,))
    ]
    assert "Dumas" not in repr(sheet)
    assert sheet.projects.before == 1 and sheet.projects.now == 1


def test_figures_count_once_per_project_and_each_method_apart(
    session: Session, cast: Cast, firms: list[int]
) -> None:
    shared = making.project(
        session, cast.plan(), "Bennes", LAST_SPRING, firms, stage=Stage.OPERATIONAL
    )
    making.figure(session, shared, "Bois", 2026, "12.5")
    making.figure(session, shared, "Carton", 2026, "3", method=MeasureMethod.ESTIMATED)
    lines = of_the_year(session, cast).results.lines
    assert [(one.method, one.now.value) for one in lines if one.now] == [
        (MeasureMethod.MEASURED, Decimal("12.5")),
        (MeasureMethod.ESTIMATED, Decimal(3)),
    ]


def test_a_figure_of_two_firms_is_withheld(session: Session, cast: Cast, firms: list[int]) -> None:
    shared = making.project(
        session, cast.plan(), "Bennes", LAST_SPRING, firms[:2], stage=Stage.OPERATIONAL
    )
    making.figure(session, shared, "Bois", 2026, "12345")
    sheet = of_the_year(session, cast)
    assert sheet.results.is_withholding
    assert "12345" not in repr(sheet)


def test_a_hope_is_no_result(session: Session, cast: Cast, firms: list[int]) -> None:
    planned = making.project(
        session, cast.plan(), "Bennes", LAST_SPRING, firms, stage=Stage.FEASIBILITY
    )
    making.figure(session, planned, "Bois", 2026, "12.5")
    assert of_the_year(session, cast).results.lines == ()


def test_two_pages_never_tell_one_year_of_two_sets_of_projects(
    session: Session, cast: Cast, firms: list[int]
) -> None:
    """Else the difference would be one project's figure."""
    old = making.project(
        session, cast.plan(), "Bennes", date(2025, 1, 6), firms, stage=Stage.OPERATIONAL
    )
    new = making.project(session, cast.plan(), "Cuves", date(2025, 1, 6), firms[:1])
    making.figure(session, old, "Bois", 2025, "100")
    making.figure(session, new, "Cuves", 2025, "7")
    making.change(session, date(2026, 2, 2), new, stage=Stage.OPERATIONAL)
    (told_then,) = of_the_year(session, cast, 2025).results.now
    (told_now,) = of_the_year(session, cast, 2026).results.before
    assert told_then == told_now


def test_firms_are_named_for_results_only_where_they_agreed(
    session: Session, cast: Cast, firms: list[int]
) -> None:
    making.project(session, cast.plan(), "Bennes", LAST_SPRING, firms, stage=Stage.OPERATIONAL)
    making.project(
        session, cast.plan(), "Cuir de la tannerie", LAST_SPRING, firms, stage=Stage.LASTING
    )
    sheet = of_the_year(session, cast)
    named, hidden = sheet.successes
    assert (named.title, named.named, named.unnamed) == (
        "Bennes",
        ("Ferronnerie Aubert", "Laiterie Brunel"),
        2,
    )
    assert hidden.title is None
    assert "Carlier" not in repr(sheet)
    assert "tannerie" not in repr(sheet).lower()


@pytest.mark.parametrize("number", [1, 3, 300])
def test_eight_statements_whatever_the_number_of_projects(
    session: Session, cast: Cast, firms: list[int], queries: QueryCount, number: int
) -> None:
    for count in range(number):
        made = making.project(session, cast.plan(), f"Projet {count}", LAST_SPRING, firms)
        making.step(session, made, firms[0], "Étape", LAST_SPRING)
        making.figure(session, made, "Bois", 2026, "1")
    territory = cast.territory()
    making.charter(session, cast, "Un texte.", LAST_SPRING)
    queries.reset()
    assert plenary(session, territory, 2026, TODAY).projects.now == number + 1
    assert len(queries) == 8, queries.statements


def test_a_project_opened_in_the_future_of_the_page_is_not_on_it(
    session: Session, cast: Cast, firms: list[int]
) -> None:
    making.project(session, cast.plan(), "Bennes", date(2026, 9, 30), firms)
    early = plenary(session, cast.territory(), 2026, date(2026, 9, 1))
    assert early.projects.now == 1
    assert cast.territory().created_at < datetime(2026, 9, 1, tzinfo=UTC)
