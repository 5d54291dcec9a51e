"""A territory's own rules, and what a project or a step wants instead: from the page to the day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import html5lib
import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.journal.kinds import Via
from app.journal.recorder import acting
from app.plans.kinds import StepStatus
from app.plans.services.waiting import wait_for
from app.reminders.kinds import Audience
from app.reminders.models import RelancePolicy
from app.reminders.queries.choices import policies_of
from app.reminders.queries.facts import facts_of
from app.reminders.schedule.policy import DEFAULT_POLICIES
from tests.cast import NOW, Cast

As = Callable[[str], FlaskClient]
USUAL = {
    f"{audience.value}-{name}": str(value)
    for audience, policy in DEFAULT_POLICIES.items()
    for name, value in vars(policy).items()
    if not name.startswith("_") and value not in (False, None)
}


@pytest.fixture(autouse=True)
def _on_a_tuesday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def _rules(cast: Cast) -> str:
    return f"/territoires/{cast.territory().public_id}/relances/regles"


def test_the_page_shows_the_usual_rules(as_: As, cast: Cast) -> None:
    page = as_("Anne").get(_rules(cast)).text
    html5lib.HTMLParser(strict=True).parse(page)
    assert 'name="company-before_days" type="number" value="7"' in page
    assert 'name="agent-gap" required type="number" value="1"' in page


def test_what_is_chosen_decides_from_then_on(as_: As, session: Session, cast: Cast) -> None:
    chosen = {**USUAL, "company-before_days": "10", "company-eve": "", "company-after_days": ""}
    del chosen["company-eve"]
    assert as_("Anne").post(_rules(cast), data=chosen).status_code == 303
    session.rollback()
    rules = facts_of(session, [cast.step().id])[cast.step().id].rules
    assert [rule.told_as for rule in rules] == ["J-10"]
    assert policies_of(session, cast.territory("Plaine de Sorne").id) == DEFAULT_POLICIES


def test_the_usual_rules_need_no_row(as_: As, session: Session, cast: Cast) -> None:
    assert as_("Anne").post(_rules(cast), data=USUAL).status_code == 303
    assert session.query(RelancePolicy).count() == 0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"company-before_days": "100"}, "entre 2 et 60"),
        ({"company-gap": ""}, "obligatoire"),
        ({"company-gap": "x"}, "nombre"),
        ({"agent-after_days": ""}, "Le point de la semaine suit la relance"),
    ],
)
def test_what_makes_no_sense_is_said_and_changes_nothing(
    as_: As, session: Session, cast: Cast, changes: dict[str, str], said: str
) -> None:
    sent = {**USUAL, "company-milestone_days": "21", **changes}
    answer = as_("Anne").post(_rules(cast), data=sent)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="21"' in answer.text
    assert policies_of(session, cast.territory().id) == DEFAULT_POLICIES


def test_a_territory_that_sends_nothing_suspends_instead(
    as_: As, session: Session, cast: Cast
) -> None:
    numbers = ("before_days", "after_days", "milestone_days")
    nothing = {f"company-{name}": "" for name in numbers} | {"company-gap": "7", "agent-gap": "1"}
    answer = as_("Anne").post(_rules(cast), data=nothing)
    assert "suspendez les relances" in answer.text
    assert policies_of(session, cast.territory().id)[Audience.COMPANY].eve is True


def test_a_project_and_a_step_of_it_may_be_spoken_of_otherwise(
    as_: As, session: Session, cast: Cast
) -> None:
    anne, step, project = as_("Anne"), cast.step(), cast.project()

    def told() -> list[str]:
        session.rollback()
        facts = facts_of(session, [step.id])[step.id]
        return [facts.manner.value, *(rule.told_as for rule in facts.rules)]

    anne.post(f"/projets/{project.public_id}/relances", data={"maniere": "once"})
    assert told() == ["once", "J-7"]
    anne.post(f"/etapes/{step.public_id}/relances", data={"maniere": "none"})
    assert told()[0] == "none"
    anne.post(f"/etapes/{step.public_id}/relances", data={"maniere": "usual"})
    assert told() == ["once", "J-7"]
    anne.post(f"/projets/{project.public_id}/relances", data={"maniere": "usual"})
    assert told() == ["usual", "J-7", "J-1", "J+5"]


def test_an_unknown_manner_changes_nothing(as_: As, cast: Cast) -> None:
    answer = as_("Anne").post(
        f"/projets/{cast.project().public_id}/relances",
        data={"maniere": "souvent"},
        follow_redirects=True,
    )
    assert "Choisissez comment relancer" in answer.text


def test_a_step_is_not_spoken_of_while_it_waits_and_has_time_once_it_need_not(
    session: Session, cast: Cast
) -> None:
    acting(session, cast.person("Anne").id, Via.PAGE, NOW)
    step, awaited = cast.step("Réunir les partenaires"), cast.step()
    wait_for(session, step, awaited)
    session.flush()
    assert facts_of(session, [step.id])[step.id].waits is True
    awaited.status, awaited.done_on = StepStatus.DONE, date(2026, 4, 6)
    session.flush()
    facts = facts_of(session, [step.id])[step.id]
    assert (facts.waits, facts.freed_on) == (False, date(2026, 4, 6))
