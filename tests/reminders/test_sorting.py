"""« À trier d’abord »: every open step whose date has passed, before anybody is reminded."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.plans.kinds import StepStatus
from app.plans.models import Step
from app.plans.services.steps import add_step, start_step
from app.reminders.models import RelanceSetting
from tests.cast import NOW, Cast

As = Callable[[str], FlaskClient]
LONG_AGO = date(2025, 11, 3)
COMING = clock.now().date() + timedelta(days=60)


@pytest.fixture
def late(session: Session, cast: Cast) -> list[str]:
    """Three steps of last year, and nothing else that is past; their public ids."""
    acting(session, cast.person("Anne").id, Via.COMMAND, NOW)
    for step in session.scalars(select(Step)):
        step.due_on = COMING
    fournil = cast.organisation("Le Fournil").id
    made = [
        add_step(
            session,
            cast.project(),
            title=f"Vieille étape {number}",
            lead_organisation_id=fournil,
            due_on=LONG_AGO,
            now=NOW,
        )
        for number in (1, 2, 3)
    ]
    start_step(session, made[1])
    session.commit()
    return [step.public_id for step in made]


def page_of(cast: Cast) -> str:
    return f"/territoires/{cast.territory().public_id}/relances/tri"


def states(session: Session) -> list[tuple[StepStatus, date | None]]:
    session.rollback()
    old = select(Step).where(Step.title.startswith("Vieille étape")).order_by(Step.id)
    return [(step.status, step.due_on) for step in session.scalars(old)]


def hidden(page: str, name: str) -> list[str]:
    return re.findall(rf'name="{name}" value="([^"]*)"', page)


def test_all_of_them_are_listed_and_no_others(as_: As, cast: Cast, late: list[str]) -> None:
    page = as_("Anne").get(page_of(cast)).text
    assert hidden(page, "step") == late
    assert "Peser les invendus" not in page


def test_many_are_done_at_once_and_taken_back(
    as_: As, session: Session, cast: Cast, late: list[str]
) -> None:
    anne, before = as_("Anne"), states(session)
    answer = anne.post(page_of(cast), data={"step": late, "how": "done"})
    assert "3 étapes notées « fait »" in answer.text.replace("\u00a0", " ")
    assert [status for status, _due in states(session)] == [StepStatus.DONE] * 3
    anne.post(f"{page_of(cast)}/annuler", data={"was": hidden(answer.text, "was")})
    assert states(session) == before


def test_a_new_date_is_given_to_one_and_taken_back(
    as_: As, session: Session, cast: Cast, late: list[str]
) -> None:
    anne, before = as_("Anne"), states(session)
    told = {"one": f"moved:{late[1]}", f"date-{late[1]}": COMING.isoformat(), "step": late[0]}
    answer = anne.post(page_of(cast), data=told)
    assert states(session) == [before[0], (StepStatus.IN_PROGRESS, COMING), before[2]]
    anne.post(f"{page_of(cast)}/annuler", data={"was": hidden(answer.text, "was")})
    assert states(session) == before


def test_some_are_abandoned(as_: As, session: Session, cast: Cast, late: list[str]) -> None:
    as_("Anne").post(page_of(cast), data={"step": late[:2], "how": "abandoned"})
    assert [status for status, _due in states(session)] == [
        StepStatus.ABANDONED,
        StepStatus.ABANDONED,
        StepStatus.TODO,
    ]


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"how": "done"}, "Cochez d’abord au moins une étape."),
        ({"how": "moved", "date": "2020-01-01"}, "Donnez une nouvelle date"),
        ({"how": "moved", "date": "demain"}, "Donnez une nouvelle date"),
    ],
)
def test_what_is_lacking_is_told(
    as_: As, session: Session, cast: Cast, late: list[str], told: dict[str, str], said: str
) -> None:
    before = states(session)
    steps = {} if told == {"how": "done"} else {"step": late}
    answer = as_("Anne").post(page_of(cast), data=told | steps)
    assert answer.status_code == 422
    assert said in answer.text
    assert states(session) == before


def test_relances_start_once_the_past_is_sorted(
    as_: As, session: Session, cast: Cast, late: list[str]
) -> None:
    anne = as_("Anne")
    begin = f"/territoires/{cast.territory().public_id}/relances/demarrer"
    anne.post(begin)
    session.rollback()
    assert session.scalars(select(RelanceSetting.started_at)).all() in ([], [None])
    before = anne.get(f"/territoires/{cast.territory().public_id}/relances").text
    assert "3 étapes ont une date passée." in before
    assert "Démarrer les relances" not in before
    anne.post(page_of(cast), data={"step": late, "how": "done"})
    after = anne.get(f"/territoires/{cast.territory().public_id}/relances").text
    assert "Démarrer les relances" in after
    anne.post(begin)
    session.rollback()
    assert session.scalars(select(RelanceSetting.started_at)).one() is not None


def test_she_may_say_expressly_that_they_are_left_aside(
    as_: As, session: Session, cast: Cast, late: list[str]
) -> None:
    begin = f"/territoires/{cast.territory().public_id}/relances/demarrer"
    as_("Anne").post(begin, data={"without": "1"})
    session.rollback()
    assert session.scalars(select(RelanceSetting.started_at)).one() is not None
    assert all(status is not StepStatus.DONE for status, _due in states(session))


def test_a_page_of_thirty_takes_as_many_statements_as_one_of_three(
    as_: As, session: Session, cast: Cast, late: list[str], queries: list[str]
) -> None:
    anne, counts = as_("Anne"), []
    fournil = cast.organisation("Le Fournil").id
    for more in (0, 30):
        for number in range(more):
            add_step(
                session,
                cast.project(),
                title=f"Encore {number}",
                lead_organisation_id=fournil,
                due_on=LONG_AGO,
                now=NOW,
            )
        session.commit()
        queries.reset()  # type: ignore[attr-defined]
        anne.get(page_of(cast))
        counts.append(len(queries))
    assert counts[0] == counts[1]
