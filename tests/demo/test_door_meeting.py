"""The annual meeting of the story: not all green, and nobody exposed."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import OrganisationKind
from app.accounts.models import Organisation
from app.plans.kinds import BarrierKind
from app.reports.figures import Plenary
from app.reports.kinds import DecisionKind
from app.reports.queries.levels import levels
from app.reports.queries.plenary import plenary
from tests.demo.conftest import TUESDAY, told_territory


def _sheet(told: Session) -> Plenary:
    return plenary(told, told_territory(told), TUESDAY.year, TUESDAY)


def test_one_project_was_abandoned_and_one_step_waits_for_the_law(told: Session) -> None:
    sheet = _sheet(told)
    assert len(sheet.abandoned) == 1
    assert dict(sheet.barriers)[BarrierKind.REGULATORY] == 1
    assert sheet.decisions[0].kind is DecisionKind.LIFT_REGULATION


def test_the_year_moved_the_plan(told: Session) -> None:
    sheet = _sheet(told)
    assert sheet.operational.now > sheet.operational.before > 0
    assert sheet.steps.done.now > sheet.steps.done.before > 0
    assert sheet.advances


def test_some_figures_are_shown_and_some_are_not(told: Session) -> None:
    values = [total.value for total in _sheet(told).results.now]
    assert None in values and any(values)


def test_no_firm_is_named_that_did_not_agree(told: Session) -> None:
    silent = told.scalars(
        select(Organisation.name).where(
            Organisation.kind == OrganisationKind.COMPANY, Organisation.named_publicly.is_(False)
        )
    ).all()
    shown = repr(_sheet(told))
    assert silent and not [name for name in silent if name in shown]


def test_levels_stand_beside_those_of_the_year_before(told: Session) -> None:
    territory = told_territory(told)
    found = levels(told, territory.id, TUESDAY.year)
    assert found
    for one in found:
        assert one.before_year is not None and one.before_year < TUESDAY.year
        assert one.percent is not None and one.before_percent is not None
        assert one.percent >= one.before_percent
        assert one.steps
