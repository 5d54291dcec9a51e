"""A territory's own rules, and what a project or a step wants instead: from the page to the day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import html5lib
import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core.refusals import RefusedError
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.plans.kinds import StepStatus
from app.plans.services.waiting import wait_for
from app.reminders.kinds import Audience
from app.reminders.models import RelancePatience, RelancePolicy
from app.reminders.queries.choices import patience_in, policies_of
from app.reminders.queries.facts import facts_of, territories
from app.reminders.schedule.policy import DEFAULT_POLICIES, Patience, Policy
from app.reminders.services.choosing import PATIENCE, set_patience, set_policy
from tests.cast import NOW, Cast
from tests.logbook.deeds import do, undo

As = Callable[[str], FlaskClient]
USUAL = {
    f"{audience.value}-{name}": str(value)
    for audience, policy in DEFAULT_POLICIES.items()
    for name, value in vars(policy).items()
    if not name.startswith("_") and value not in (False, None)
} | {f"patience-{name}": str(days) for name, days in vars(Patience()).items()}


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
    assert session.query(RelancePatience).count() == 0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"company-before_days": "100"}, "entre 2 et 60"),
        ({"company-gap": ""}, "obligatoire"),
        ({"company-gap": "x"}, "nombre"),
        ({"patience-silent_days": "3"}, "entre 7 et 365"),
        ({"patience-fresh_days": "15"}, "entre 1 et 14"),
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


def test_how_long_is_waited_is_chosen_and_what_is_empty_is_not_used(
    as_: As, session: Session, cast: Cast
) -> None:
    page = as_("Anne").get(_rules(cast)).text
    assert 'name="patience-silent_days" type="number" value="42"' in page
    chosen = {**USUAL, "patience-silent_days": "60", "patience-fresh_days": ""}
    assert as_("Anne").post(_rules(cast), data=chosen).status_code == 303
    session.rollback()
    known, here = territories(session), cast.territory().id
    assert known[here].patience == Patience(silent_days=60, fresh_days=None)
    assert known[cast.territory("Plaine de Sorne").id].patience == Patience()
    page = as_("Anne").get(_rules(cast)).text
    assert 'name="patience-silent_days" type="number" value="60"' in page


def test_a_refused_policy_leaves_how_long_is_waited_as_it_was(
    as_: As, session: Session, cast: Cast
) -> None:
    sent = {**USUAL, "agent-after_days": "", "patience-blocked_days": "25"}
    answer = as_("Anne").post(_rules(cast), data=sent)
    assert answer.status_code == 422
    assert 'value="25"' in answer.text
    session.rollback()
    assert session.query(RelancePatience).count() == 0


def test_the_table_refuses_days_that_make_no_sense(session: Session, cast: Cast) -> None:
    acting(session, cast.person("Anne").id, Via.PAGE, NOW)
    for name, (least, most) in PATIENCE.items():
        for days in (least - 1, most + 1):
            with pytest.raises(RefusedError):
                set_patience(session, cast.territory().id, replace(Patience(), **{name: days}))
            row = RelancePatience(territory_id=cast.territory().id, **{name: days})
            with pytest.raises(IntegrityError), session.begin_nested():
                session.add(row)


def test_rules_go_back_from_the_journal(session: Session, cast: Cast) -> None:
    here = cast.territory().id
    first, second = Policy(before_days=9), Policy(before_days=12, eve=False)
    slow, slower = Patience(silent_days=50), Patience(silent_days=None, fresh_days=3)
    do(session, cast, "Anne", lambda: set_policy(session, here, Audience.COMPANY, first))
    do(session, cast, "Anne", lambda: set_patience(session, here, slow))
    policy = do(session, cast, "Anne", lambda: set_policy(session, here, Audience.COMPANY, second))
    patience = do(session, cast, "Anne", lambda: set_patience(session, here, slower))
    assert undo(session, cast, "Anne", policy) and undo(session, cast, "Anne", patience)
    assert policies_of(session, here)[Audience.COMPANY] == first
    assert patience_in(session, here) == slow


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
