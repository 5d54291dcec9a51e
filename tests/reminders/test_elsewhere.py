"""What the pilot is shown holds what other territories tell her people, and reveals none of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.models import Membership
from app.plans.models import Step
from app.reminders.queries.coming import coming
from app.reminders.services.starting import start
from tests.cast import BEGINNING, Cast
from tests.conftest import QueryCount
from tests.reminders.conftest import STARTED, Clockwork, at, mails, relances
from tests.reminders.test_pilot_page import words

As = Callable[[str], FlaskClient]
Change = Callable[[], None]
TODAY = date(2026, 4, 7)
SECRET = "Sciure sous le manteau"


@pytest.fixture(autouse=True)
def the_day() -> Iterator[None]:
    with time_machine.travel(at(TODAY, hour=9), tick=False):
        yield


@pytest.fixture
def sawing(started: Cast, session: Session, change: Change) -> Cast:
    """Lucie saws for a firm of the other territory alone: its step is due two days before hers."""
    change()
    scierie, lucie = started.organisation("Scierie de la Sorne"), started.person("Lucie")
    sorne = started.territory("Plaine de Sorne")
    start(session, sorne.id, person_id=started.person("Paul").id, now=STARTED)
    session.add(
        Membership(person_id=lucie.id, organisation_id=scierie.id, started_on=BEGINNING.date())
    )
    step = session.query(Step).filter(Step.territory_id == sorne.id).first()
    assert step is not None
    step.title, step.due_on = SECRET, date(2026, 4, 15)
    step.lead_organisation_id, step.lead_person_id = scierie.id, lucie.id
    session.commit()
    return started


def to_lucie(session: Session, step_id: int) -> list[date | None]:
    """The days on which she was told of a step."""
    return [one.mailed_on for one in relances(session) if one.subject_id == step_id and one.mail_id]


def test_the_two_weeks_tell_the_day_on_which_it_leaves(
    sawing: Cast, session: Session, clockwork: Clockwork
) -> None:
    found = coming(session, sawing.territory().id, TODAY, as_if_started=False)
    announced = [
        mail.on for who in found.people if who.name == "Lucie Perrin" for mail in who.mails
    ]
    session.rollback()
    for offset in range((found.last - TODAY).days + 1):
        clockwork.run(TODAY + timedelta(days=offset))
    left = to_lucie(session, sawing.step().id)
    assert announced == left and date(2026, 4, 10) not in left


def test_the_page_says_nothing_of_the_others_step(sawing: Cast, as_: As) -> None:
    page = words(as_("Anne").get(f"/territoires/{sawing.territory().public_id}/relances"))
    coming_there = page[page.index("Ce qui part d’ici") :]
    assert "Lucie Perrin" in coming_there
    assert SECRET not in page and "Scierie" not in page


def test_sent_at_once_it_takes_along_what_the_others_tell_that_day(
    sawing: Cast, as_: As, session: Session, clockwork: Clockwork
) -> None:
    place, own = sawing.territory().public_id, sawing.step()
    url = f"/territoires/{place}/relances/envoyer/{own.public_id}"
    other = sawing.step(SECRET).id
    session.rollback()
    with time_machine.travel(at(date(2026, 4, 14), hour=9), tick=False):
        page = words(as_("Anne").post(url, follow_redirects=True))
    assert "Le message à Lucie Perrin part maintenant." in page and SECRET not in page
    (mail,) = (one for one in mails(session) if one.to == "lucie@example.org")
    told = {one.subject_id for one in relances(session) if one.mail_id == mail.id}
    assert told == {own.id, other}
    clockwork.run(date(2026, 4, 14))
    assert [one.id for one in mails(session) if one.to == "lucie@example.org"] == [mail.id]


def test_what_it_costs_does_not_grow_with_the_others_steps(
    sawing: Cast, as_: As, session: Session, queries: QueryCount, change: Change
) -> None:
    anne, counts = as_("Anne"), []
    for _ in range(2):
        queries.reset()
        assert anne.get(f"/territoires/{sawing.territory().public_id}/relances").status_code == 200
        counts.append(len(queries))
        session.rollback()
        change()
        known = sawing.step(SECRET)
        session.add_all(
            Step(
                project_id=known.project_id,
                territory_id=known.territory_id,
                title=f"{SECRET} {number}",
                lead_organisation_id=known.lead_organisation_id,
                lead_person_id=known.lead_person_id,
                due_on=known.due_on,
                scheduled_at=BEGINNING,
                rank=f"z{number:03}i",
                created_at=BEGINNING,
            )
            for number in range(100)
        )
        session.commit()
    assert counts[0] == counts[1]
