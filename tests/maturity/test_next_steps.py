"""« En faire une étape »: one click, once, undone while it is fresh."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.calendar import is_working_day
from app.core.french import NBSP
from app.frameworks.models import Framework
from app.maturity.models import Assessment, Evidence
from app.maturity.services.next_steps import due_day
from app.plans.kinds import ProjectState, StepStatus
from app.plans.models import Project, Step
from app.plans.services.steps import complete_step
from tests.cast import Cast
from tests.maturity.conftest import TUESDAY
from tests.maturity.samples import KEY

As = Callable[[str], FlaskClient]


@pytest.fixture
def page(opened: Assessment, cast: Cast) -> str:
    return f"/territoires/{cast.territory().public_id}/maturite"


@pytest.fixture
def address(page: str, session: Session) -> str:
    framework = session.scalars(select(Framework.public_id).where(Framework.key == KEY)).one()
    return f"{page}/{framework}/7.1/etape"


def made(session: Session) -> list[Step]:
    session.rollback()
    steps = select(Step).join(Evidence, Evidence.subject_id == Step.id)
    return list(session.scalars(steps.where(Evidence.removed_at.is_(None))))


def test_one_click_makes_a_step_that_proves_the_criterion(
    as_: As, page: str, address: str, session: Session, cast: Cast
) -> None:
    anne = as_("Anne")
    assert "En faire une étape" in anne.get(page).text
    answer = anne.post(address)
    assert answer.status_code == 303
    (step,) = made(session)
    assert (step.title, step.status) == ("Vouloir", StepStatus.TODO)
    assert step.due_on == date(2026, 6, 5)
    assert step.project.state is ProjectState.ACTIVE
    lead = [one for one in step.project.partners if one.role.value == "lead"]
    assert [step.lead_organisation_id] == [one.organisation_id for one in lead]
    shown = anne.get(page).text
    assert "Une étape attend dans" in shown and 'formaction="/preuves/' in shown
    assert "Si, d’ici le 31\u00a0décembre 2026, l’étape prévue est faite" in shown
    # once it is done, the criterion is proposed as done
    complete_step(session, step, today=date(2026, 4, 7))
    session.commit()
    assert "Le plan propose\u00a0: réalisé" in anne.get(page).text


def test_a_second_tap_makes_no_second_step(
    as_: As, page: str, address: str, session: Session
) -> None:
    anne = as_("Anne")
    anne.post(address)
    anne.post(address)
    assert len(made(session)) == 1
    assert "Une étape attend déjà" in anne.get(page).text


def test_the_step_goes_where_the_form_says_if_it_can(
    as_: As, address: str, session: Session, cast: Cast
) -> None:
    anne = as_("Anne")
    chosen = cast.project().public_id
    assert anne.post(address, data={"projet": "nowhere"}).status_code == 404
    other = cast.project("Sciure pour la chaufferie").public_id
    assert anne.post(address, data={"projet": other}).status_code == 404
    assert made(session) == []
    anne.post(address, data={"projet": chosen})
    assert [step.project.public_id for step in made(session)] == [chosen]


def test_the_step_is_taken_back_while_it_is_fresh_and_untouched(
    as_: As, page: str, address: str, session: Session
) -> None:
    anne = as_("Anne")
    anne.post(address)
    undo = re.findall('formaction="(/preuves/[^"]+/defaire)"', anne.get(page).text)[0]
    session.rollback()
    steps = len(session.scalars(select(Step.id)).all())
    assert as_("Sylvie").post(undo).status_code == 403
    assert as_("Paul").post(undo).status_code == 404
    anne.post(undo)
    assert made(session) == []
    assert len(session.scalars(select(Step.id)).all()) == steps - 1
    assert anne.post(undo).status_code == 404


@pytest.mark.parametrize("how", ["done", "late"])
def test_a_step_that_was_used_or_is_old_stays(
    as_: As, page: str, address: str, session: Session, how: str
) -> None:
    as_("Anne").post(address)
    undo = re.findall('formaction="(/preuves/[^"]+/defaire)"', as_("Anne").get(page).text)
    if not undo:
        session.rollback()
        undo = [f"/preuves/{session.scalars(select(Evidence.public_id)).one()}/defaire"]
    when = TUESDAY
    if how == "done":
        (step,) = made(session)
        complete_step(session, step, today=date(2026, 4, 7))
        session.commit()
    else:
        when += timedelta(hours=2)
    with time_machine.travel(when, tick=False):
        as_("Anne").post(undo[0])
    assert len(made(session)) == 1


def test_a_frozen_year_begins_nothing(
    as_: As, page: str, address: str, session: Session, opened: Assessment
) -> None:
    session.get_one(Assessment, opened.id).frozen_at = TUESDAY
    session.commit()
    assert "En faire une étape" not in as_("Anne").get(page).text
    as_("Anne").post(address)
    assert made(session) == []


def test_without_a_running_project_what_is_next_is_told_and_no_step_is_offered(
    as_: As, page: str, address: str, session: Session, cast: Cast
) -> None:
    for project in session.scalars(
        select(Project).where(Project.territory_id == cast.territory().id)
    ):
        project.state = ProjectState.PAUSED
    session.commit()
    shown = as_("Anne").get(page).text
    assert "En faire une étape" not in shown and "Prochaine étape :" in shown.replace(NBSP, " ")
    criterion = as_("Anne").get(address.removesuffix("/etape")).text
    assert "Dès qu’un projet est lancé" in criterion
    assert as_("Anne").post(address).status_code == 404


def test_a_count_that_falls_short_is_begun_before_anything_is_confirmed(as_: As, page: str) -> None:
    """The plan proposes « pas fait », which is no reason to wait with doing it."""
    shown = as_("Anne").get(page).text.replace(NBSP, " ")
    row = shown[shown.index('id="critere-7.2.2"') :].partition("</li>")[0]
    assert "Le plan propose : pas fait" in row and "En faire une étape" in row


@given(st.dates(date(2025, 6, 1), date(2028, 1, 31)), st.sampled_from([2025, 2026, 2027]))
def test_the_day_is_a_working_day_ahead_and_within_the_year_while_it_can(
    today: date, year: int
) -> None:
    day = due_day(today, year, "metropole")
    assert is_working_day(day, "metropole")
    assert today < day <= today + timedelta(days=60)
    if today + timedelta(days=14) <= date(year, 12, 31):
        assert day <= date(year, 12, 31)
