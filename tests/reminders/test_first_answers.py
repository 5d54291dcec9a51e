"""The figures count the first answer to each message that left, whatever happens afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy.orm import Session

from app.journal.kinds import Via
from app.journal.recorder import acting
from app.outbox.kinds import MailState
from app.outbox.models import Mail
from app.plans.kinds import BarrierKind
from app.plans.services.steps import block_step, reopen_step, reschedule_step
from app.reminders.figures import Answered, Share, tally
from app.reminders.queries.figures import spoken_in
from tests.cast import Cast
from tests.reminders.answering import Begin, Give, MailTo, give, nadia, the_morning
from tests.reminders.conftest import WEEK_BEFORE, Clockwork, Mailed, at

__all__ = ["give", "nadia", "the_morning"]

LATER = date(2026, 5, 4)
Left = Callable[[], None]


@pytest.fixture
def mailed(mail_to: MailTo, session: Session) -> Mailed:
    """Lucie's mail, which left."""
    found = mail_to("Lucie", WEEK_BEFORE)
    mail = session.get_one(Mail, found.mail.id)
    mail.state, mail.ended_at = MailState.SENT, at(WEEK_BEFORE)
    session.commit()
    return found


def figures(session: Session, cast: Cast) -> Answered:
    session.rollback()
    return tally(spoken_in(session, cast.territory(), 2026), LATER)


def day(number: int) -> time_machine.travel:
    return time_machine.travel(at(WEEK_BEFORE + timedelta(days=number)), tick=False)


ONE_OF_ONE = Share(1, 1)


def test_in_progress_at_once_and_done_ten_days_later_was_answered_at_once(
    give: Give, session: Session, started: Cast
) -> None:
    with day(1):
        give("cours", nouvelles="2026-04-27")
    with day(10):
        give("fait")
    found = figures(session, started)
    assert (found.sent, found.from_mail, found.soon) == (1, 1, ONE_OF_ONE)


def test_a_yes_that_is_followed_by_done_was_answered_at_the_yes(
    give: Give, session: Session, started: Cast
) -> None:
    with day(2):
        give("accord")
    with day(9):
        give("fait")
    assert figures(session, started).soon == ONE_OF_ONE


def test_not_me_is_a_message_that_left_and_an_answer(
    give: Give, session: Session, started: Cast
) -> None:
    with day(1):
        give("pas-moi")
    found = figures(session, started)
    assert (found.sent, found.from_mail, found.soon) == (1, 1, ONE_OF_ONE)


def test_a_barrier_that_was_lifted_since_was_an_answer(
    mailed: Mailed, session: Session, started: Cast
) -> None:
    step = started.step()
    for number, verb in ((2, "block"), (9, "lift")):
        when = at(WEEK_BEFORE + timedelta(days=number))
        acting(session, started.person("Anne").id, Via.PAGE, when)
        if verb == "block":
            barrier = BarrierKind.ORGANISATION
            block_step(session, step, barrier=barrier, note=None, today=when.date())
        else:
            reopen_step(session, step)
        session.commit()
    found = figures(session, started)
    assert (found.from_mail, found.soon) == (0, ONE_OF_ONE)


def test_a_date_that_was_moved_twice_was_answered_the_first_time(
    mailed: Mailed, session: Session, started: Cast
) -> None:
    for number, due_on in ((3, date(2026, 5, 20)), (12, date(2026, 6, 20))):
        when = at(WEEK_BEFORE + timedelta(days=number))
        acting(session, started.person("Anne").id, Via.PAGE, when)
        reschedule_step(session, started.step(), due_on=due_on, now=when)
        session.commit()
    assert figures(session, started).soon == ONE_OF_ONE


def test_what_was_taken_out_of_a_mail_before_it_left_is_no_message(
    mail_to: MailTo, clockwork: Clockwork, session: Session, started: Cast, change: Begin
) -> None:
    mailed = mail_to("Lucie", WEEK_BEFORE)
    change()
    started.step().due_on = date(2026, 6, 1)
    session.commit()
    mail = session.get_one(Mail, mailed.mail.id)
    clockwork.renew(session, mail, WEEK_BEFORE)
    mail.state = MailState.SENT  # another step was in it
    session.commit()
    assert figures(session, started).sent == 0
