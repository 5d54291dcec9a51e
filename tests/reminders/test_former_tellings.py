"""An occasion that is told again: the mail that left before stays in the register and the figures,
and decides nothing any more."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.outbox.bounces import come_back
from app.outbox.kinds import MailState
from app.outbox.message import Letter
from app.outbox.models import Mail
from app.outbox.registry import tell_undelivered
from app.plans.models import Step
from app.plans.services.steps import hand_step
from app.reminders.figures import tally
from app.reminders.kinds import Answer, Fate, Reason, RelanceState
from app.reminders.models import Relance
from app.reminders.queries.calls import to_call
from app.reminders.queries.decided import ledger_of, mailed_lately
from app.reminders.queries.figures import spoken_in
from app.reminders.queries.pilot import latest_mails
from app.reminders.queries.register import Asked, RegisterLine, register_lines
from app.reminders.schedule.policy import Audience, Policy
from app.reminders.services.choosing import set_policy
from tests.cast import Cast, colleague
from tests.reminders.answering import Begin, Give, MailTo, give, nadia, the_morning
from tests.reminders.conftest import (
    DAY_BEFORE,
    WEEK_BEFORE,
    Clockwork,
    Mailed,
    at,
    mails,
    relances,
)

__all__ = ["give", "nadia", "the_morning"]

MONDAY = WEEK_BEFORE + timedelta(days=3)
TUESDAY = WEEK_BEFORE + timedelta(days=4)
LATER = date(2026, 5, 4)
Handed = Callable[[Person, date], None]


@pytest.fixture
def yves(session: Session, started: Cast) -> Person:
    person = colleague(session, started, "Yves Roy").person
    session.commit()
    return person


@pytest.fixture
def mailed(
    nadia: Person,
    yves: Person,
    mail_to: MailTo,
    session: Session,
    started: Cast,
    change: Begin,
) -> Mailed:
    """The mail to Lucie, who has colleagues; it left. Their week is not what is shown."""
    change()
    set_policy(session, started.territory().id, Audience.COMPANY, Policy(gap=1))
    session.commit()
    found = mail_to("Lucie", WEEK_BEFORE)
    _leave(session, found.mail.id)
    return found


@pytest.fixture
def handed(session: Session, started: Cast, clockwork: Clockwork, change: Begin) -> Handed:
    """`handed(person, day)`: the step is theirs now, and the day's mail to them leaves."""

    def hand(person: Person, day: date) -> None:
        session.rollback()
        change()
        step = started.step()
        hand_step(session, step, organisation_id=step.lead_organisation_id, person_id=person.id)
        session.commit()
        clockwork.run(day)
        for mail in mails(session):
            if mail.state is MailState.WAITING and mail.recipient_id == person.id:
                assert isinstance(clockwork.renew(session, mail, day), Letter)
                session.commit()
                _leave(session, mail.id, day)

    return hand


def _leave(session: Session, mail_id: int, day: date = WEEK_BEFORE) -> None:
    mail = session.get_one(Mail, mail_id)
    mail.state, mail.ended_at = MailState.SENT, at(day)
    session.commit()


def _lines(session: Session, cast: Cast) -> list[RegisterLine]:
    session.rollback()
    title = cast.step().title
    found = register_lines(session, cast.territory().id, Asked())
    return [one for one in found if one.title == title]


def _rows(session: Session, cast: Cast) -> list[Relance]:
    """Its rows of the ledger, what stands first."""
    found = [one for one in relances(session) if one.subject_id == cast.step().id]
    return sorted(found, key=lambda one: one.former)


def _shown(session: Session, cast: Cast) -> list[tuple[str | None, Fate, Answer | None]]:
    return [(one.person, one.fate, one.answer) for one in _lines(session, cast)]


class TestNotMe:
    @pytest.fixture(autouse=True)
    def answered(self, give: Give) -> None:
        assert give("pas-moi").status_code == 303

    def test_the_register_shows_both_mails(
        self, handed: Handed, nadia: Person, session: Session, started: Cast
    ) -> None:
        handed(nadia, MONDAY)
        assert _shown(session, started) == [
            ("Nadia Roy", Fate.UNANSWERED, None),
            ("Lucie Perrin", Fate.ANSWERED, Answer.NOT_ME),
        ]

    def test_there_and_back_again_is_three_mails(
        self, handed: Handed, nadia: Person, session: Session, started: Cast, yves: Person
    ) -> None:
        handed(nadia, MONDAY)
        [told] = [one for one in _rows(session, started) if one.state is RelanceState.TOLD]
        told.answer, told.answered_at = Answer.NOT_ME, at(MONDAY, 9)
        told.state, told.reason = RelanceState.RELEASED, Reason.NOT_ME
        told.answered_as = "Maël"
        session.commit()
        handed(yves, TUESDAY)
        assert [one.person for one in _lines(session, started)] == [
            "Yves Roy",
            "Nadia Roy",
            "Lucie Perrin",
        ]
        rows = _rows(session, started)
        assert [one.former for one in rows] == [0, 1, 2]
        assert [one.answered_as for one in rows] == [None, None, "Maël"]

    def test_the_figures_count_both(
        self, handed: Handed, nadia: Person, session: Session, started: Cast
    ) -> None:
        handed(nadia, MONDAY)
        session.rollback()
        found = tally(spoken_in(session, started.territory(), 2026), LATER)
        assert (found.sent, found.from_mail) == (2, 1)

    def test_what_left_lately_says_of_what_each_mail_spoke(
        self, handed: Handed, nadia: Person, session: Session, started: Cast
    ) -> None:
        handed(nadia, MONDAY)
        session.rollback()
        left = latest_mails(session, started.territory().id)
        said = {one.person: [step.answer for step in one.steps] for one in left}
        assert (said["Nadia Roy"], said["Lucie Perrin"]) == ([None], [Answer.NOT_ME])

    def test_the_week_of_who_was_told_first_is_filled(
        self, handed: Handed, nadia: Person, session: Session, started: Cast
    ) -> None:
        handed(nadia, MONDAY)
        session.rollback()
        lately = mailed_lately(session, TUESDAY, timedelta(days=7)).mailed_on
        assert lately[started.person("Lucie").id] == WEEK_BEFORE
        assert lately[nadia.id] == MONDAY

    def test_only_what_stands_decides(
        self, handed: Handed, nadia: Person, session: Session, started: Cast
    ) -> None:
        handed(nadia, MONDAY)
        session.rollback()
        [entry] = ledger_of(session, Step.id == started.step().id).entries.values()
        assert (entry.state, entry.recipient_id) == (RelanceState.TOLD, nadia.id)
        called = to_call(session, started.territory().id, MONDAY)
        assert started.step().id not in [one.step_id for one in called]

    def test_the_former_link_answers_nothing_any_more(
        self, handed: Handed, nadia: Person, give: Give, session: Session, started: Cast
    ) -> None:
        handed(nadia, MONDAY)
        give("fait")
        assert _shown(session, started)[0] == ("Nadia Roy", Fate.UNANSWERED, None)
        assert _shown(session, started)[1][2] is Answer.NOT_ME

    def test_running_again_keeps_nothing_a_second_time(
        self,
        handed: Handed,
        nadia: Person,
        session: Session,
        started: Cast,
        clockwork: Clockwork,
    ) -> None:
        handed(nadia, MONDAY)
        clockwork.run(MONDAY)
        clockwork.run(TUESDAY)
        assert [one.former for one in _rows(session, started)] == [0, 1]

    def test_four_runs_at_once_keep_it_once(
        self,
        nadia: Person,
        session: Session,
        started: Cast,
        clockwork: Clockwork,
        change: Begin,
    ) -> None:
        session.rollback()
        change()
        step = started.step()
        hand_step(session, step, organisation_id=step.lead_organisation_id, person_id=nadia.id)
        session.commit()
        with ThreadPoolExecutor(4) as pool:
            for written in [pool.submit(clockwork.run, MONDAY) for _ in range(4)]:
                written.result()
        assert [one.former for one in _rows(session, started)] == [0, 1]

    def test_what_is_not_told_thereafter_does_not_unsay_it(
        self, session: Session, started: Cast, clockwork: Clockwork
    ) -> None:
        clockwork.run(DAY_BEFORE)
        assert _shown(session, started) == [
            ("Lucie Perrin", Fate.SKIPPED, None),
            ("Lucie Perrin", Fate.ANSWERED, Answer.NOT_ME),
        ]


class TestCameBack:
    def test_the_mail_that_came_back_and_the_one_to_the_new_address_both_stand(
        self,
        mailed: Mailed,
        session: Session,
        started: Cast,
        clockwork: Clockwork,
        change: Begin,
    ) -> None:
        mail = session.get_one(Mail, mailed.mail.id)
        come_back(session, mail, status="5.1.1", told="unknown", is_hard=True, now=at(WEEK_BEFORE))
        tell_undelivered(session, mail)
        session.commit()
        change()
        started.person("Lucie").email = "lucie.perrin@example.org"
        session.commit()
        with time_machine.travel(at(MONDAY), tick=False):
            clockwork.run(MONDAY)
        assert [fate for _, fate, _ in _shown(session, started)] == [Fate.LEAVING, Fate.LOST]


def test_what_a_mail_did_not_say_after_all_is_no_former_telling(
    nadia: Person,
    mail_to: MailTo,
    session: Session,
    started: Cast,
    handed: Handed,
) -> None:
    """The step changed hands while the mail waited: it left to nobody."""
    mailed = mail_to("Lucie", WEEK_BEFORE)
    session.rollback()
    mail = session.get_one(Mail, mailed.mail.id)
    told = session.scalars(select(Relance).where(Relance.mail_id == mail.id)).one()
    told.state, told.reason = RelanceState.RELEASED, Reason.FACTS_CHANGED
    mail.state, mail.last_error, mail.ended_at = MailState.SKIPPED, "facts_changed", at(WEEK_BEFORE)
    session.commit()
    handed(nadia, MONDAY)
    assert _shown(session, started) == [("Nadia Roy", Fate.UNANSWERED, None)]
