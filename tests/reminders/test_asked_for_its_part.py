"""A firm that was asked for its part in a project is not chased for its steps meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.outbox.message import Skip
from app.plans.kinds import PartnerState
from app.plans.models import Partner
from app.plans.services.projects import confirm_partner
from app.reminders.kinds import Reason, RelanceState
from app.reminders.queries.facts import facts_of
from app.reminders.schedule.at_once import mail_now
from app.reminders.schedule.facts import Ledger
from tests.cast import Cast
from tests.reminders.answering import Begin, words
from tests.reminders.conftest import (
    DAY_BEFORE,
    STARTED,
    WEEK_BEFORE,
    Clockwork,
    at,
    mails,
    relances,
)
from tests.reminders.worlds import step as some_step

AFTER = date(2026, 4, 22)


@pytest.fixture(autouse=True)
def the_morning() -> Iterator[None]:
    with time_machine.travel(at(WEEK_BEFORE), tick=False):
        yield


@pytest.fixture
def ask(session: Session, started: Cast, change: Begin) -> Callable[[], Partner]:
    """Le Fournil, which leads Lucie's step, is asked for its part."""

    def asked() -> Partner:
        change()
        fournil = started.organisation("Le Fournil").id
        part = next(one for one in started.project().partners if one.organisation_id == fournil)
        part.state, part.confirmed_at = PartnerState.INVITED, None
        session.commit()
        return part

    return asked


def to_lucie(session: Session) -> list[str]:
    return [str(one.refs["on"]) for one in mails(session) if one.to == "lucie@example.org"]


def test_no_reminder_leaves_before_the_yes(
    ask: Callable[[], Partner],
    session: Session,
    started: Cast,
    clockwork: Clockwork,
    change: Begin,
) -> None:
    part = ask()
    for day in (WEEK_BEFORE, DAY_BEFORE):
        clockwork.run(day)
    assert to_lucie(session) == []
    change()
    confirm_partner(part, person_id=None, text_version="1", now=STARTED)
    session.commit()
    clockwork.run(AFTER)
    assert to_lucie(session) == [AFTER.isoformat()]


def test_the_other_firms_of_the_project_are_reminded(
    ask: Callable[[], Partner], session: Session, clockwork: Clockwork
) -> None:
    ask()
    clockwork.run(WEEK_BEFORE)
    assert "marc@example.org" in [one.to for one in mails(session)]


def test_a_mail_that_waits_when_it_is_asked_does_not_leave(
    ask: Callable[[], Partner], session: Session, clockwork: Clockwork
) -> None:
    clockwork.run(WEEK_BEFORE)
    ask()
    mail = next(one for one in mails(session) if one.to == "lucie@example.org")
    assert clockwork.renew(session, mail, WEEK_BEFORE) == Skip("asked")
    session.commit()
    [told] = [one for one in relances(session) if one.mail_id == mail.id]
    assert (told.state, told.reason) == (RelanceState.RELEASED, Reason.FACTS_CHANGED)


def test_the_pilot_reads_why(
    ask: Callable[[], Partner], as_: Callable[[str], FlaskClient], started: Cast, session: Session
) -> None:
    ask()
    place = started.territory().public_id
    session.rollback()
    page = words(as_("Anne").get(f"/territoires/{place}/relances"))
    assert "attend sa réponse sur sa part dans le projet" in page
    held = facts_of(session, [started.step().id])[started.step().id]
    assert held.silenced_on(WEEK_BEFORE) is Reason.ASKED


def test_it_is_not_sent_at_once_either() -> None:
    asked = some_step(date(2026, 4, 17), asked=True)
    assert mail_now([asked], Ledger(), date(2026, 4, 7), 1) is Reason.ASKED


@pytest.mark.parametrize("state", [PartnerState.APPROACHED, PartnerState.CONFIRMED])
def test_whoever_was_asked_nothing_is_spoken_to_as_before(
    ask: Callable[[], Partner],
    session: Session,
    clockwork: Clockwork,
    change: Begin,
    state: PartnerState,
) -> None:
    part = ask()
    change()
    part.confirmed_at = STARTED if state is PartnerState.CONFIRMED else None
    part.state = state
    session.commit()
    clockwork.run(WEEK_BEFORE)
    assert to_lucie(session) == [WEEK_BEFORE.isoformat()]
