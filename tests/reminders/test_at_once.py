"""« Envoyer maintenant »: the coming occasion today, once, and only where it may be told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier

import pytest
import time_machine
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.accounts.kinds import MailRhythm
from app.plans.services.steps import add_step
from app.reminders.kinds import OccasionCode, Reason
from app.reminders.schedule.at_once import coming_rule, mail_now
from app.reminders.schedule.facts import Ledger, StepFacts
from app.reminders.schedule.fold import PlannedMail, over, plan
from tests.cast import Cast
from tests.reminders.conftest import STARTED, Clockwork, at, mails, relances
from tests.reminders.test_pilot_page import words
from tests.reminders.worlds import LUCIE, QUARTER, START, facts, step

As = Callable[[str], FlaskClient]
TODAY = date(2026, 4, 7)
DUE = date(2026, 5, 15)


@given(facts(), st.integers(0, QUARTER))
def test_it_speaks_to_one_person_once_and_the_day_holds_no_other_mail_to_them(
    found: list[StepFacts], offset: int
) -> None:
    day, ledger = START + timedelta(days=offset), Ledger()
    for _day, decision in over(found, ledger, START, offset):
        ledger = decision.ledger
    for one in found:
        mail = mail_now(found, ledger, day, one.id)
        if isinstance(mail, Reason):
            continue
        assert mail.recipient == one.recipient_on(day)
        occasions = [told.occasion for told in mail.told]
        assert len(set(occasions)) == len(occasions)
        assert one.id in {told.step.id for told in mail.told}
        usual = plan(found, ledger, day).mails
        others = {t.step.id for m in usual if m.recipient.id == mail.recipient.id for t in m.told}
        assert others <= {told.step.id for told in mail.told}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"recipient": None}, Reason.NO_RECIPIENT),
        ({"recipient": replace(LUCIE, email=None)}, Reason.NO_ADDRESS),
        ({"recipient": replace(LUCIE, rhythm=MailRhythm.OFF)}, Reason.OPTED_OUT),
        ({"blocked": True}, Reason.BLOCKED),
        ({"rests_until": date(2026, 6, 1)}, Reason.PAUSED),
        ({"project_active": False}, Reason.PROJECT_IDLE),
    ],
)
def test_what_keeps_the_automat_silent_keeps_this_silent(
    changes: dict[str, object], reason: Reason
) -> None:
    assert mail_now([step(DUE, **changes)], Ledger(), TODAY, 1) is reason


def test_one_mail_a_day_stays_one_and_seven_days_do_not_hold_it() -> None:
    known = [step(DUE)]
    assert mail_now(known, Ledger(mailed_on={1: TODAY}), TODAY, 1) is Reason.ONE_A_DAY
    yesterday = Ledger(mailed_on={1: TODAY - timedelta(days=1)})
    assert isinstance(mail_now(known, yesterday, TODAY, 1), PlannedMail)


def test_nothing_announces_after_the_date_nor_chases_before_it() -> None:
    one = step(DUE)
    before, after = coming_rule(one, Ledger(), TODAY), coming_rule(one, Ledger(), date(2026, 5, 18))
    assert before is not None and before.code is OccasionCode.WEEK_BEFORE
    assert after is not None and after.code is OccasionCode.AFTER


class TestTheButton:
    """On the pilot's page."""

    @pytest.fixture(autouse=True)
    def the_day(self) -> Iterator[None]:
        with time_machine.travel(at(TODAY, hour=9), tick=False):
            yield

    @pytest.fixture
    def url(self, started: Cast) -> str:
        place, one = started.territory().public_id, started.step().public_id
        return f"/territoires/{place}/relances/envoyer/{one}"

    def test_the_mail_leaves_and_its_own_day_tells_it_no_second_time(
        self, as_: As, url: str, session: Session, clockwork: Clockwork, started: Cast
    ) -> None:
        anne = as_("Anne")
        assert "Envoyer maintenant" in words(anne.get(url.partition("/envoyer")[0]))
        page = words(anne.post(url, follow_redirects=True))
        assert "Le message à Lucie Perrin part maintenant." in page
        again = words(anne.post(url, follow_redirects=True))
        assert "rien ne part, un seul message par jour." in again
        for day in range(7, 15):
            clockwork.run(date(2026, 4, day))
        assert [mail.key[-10:] for mail in mails(session) if mail.to == "lucie@example.org"] == [
            "2026-04-07"
        ]
        step_id = started.step().id
        assert [one.code for one in relances(session) if one.subject_id == step_id] == ["J-7"]

    def test_with_an_old_step_leaves_what_is_due_today(
        self, as_: As, url: str, session: Session, started: Cast, change: Callable[[], None]
    ) -> None:
        change()
        old = started.step()
        later = add_step(
            session,
            old.project,
            title="Livrer les invendus",
            lead_organisation_id=old.lead_organisation_id,
            due_on=date(2026, 7, 8),
            now=STARTED,
        )
        session.commit()
        with time_machine.travel(at(date(2026, 7, 1), hour=9), tick=False):
            as_("Anne").post(url)
        told = {one.subject_id: one.code for one in relances(session)}
        assert told == {old.id: "J+5", later.id: "J-7"}

    def test_two_clicks_at_the_same_moment_write_one_mail(
        self, as_: As, url: str, session: Session
    ) -> None:
        clients, together = [as_("Anne"), as_("Anne")], Barrier(2)

        def click(anne: FlaskClient) -> int:
            together.wait()
            return anne.post(url).status_code

        with ThreadPoolExecutor(2) as pool:
            assert list(pool.map(click, clients)) == [303, 303]
        assert [mail.to for mail in mails(session)] == ["lucie@example.org"]
        assert len(relances(session)) == 1

    def test_on_a_sunday_it_waits_for_the_hour(self, as_: As, url: str) -> None:
        with time_machine.travel(at(date(2026, 4, 12), hour=9), tick=False):
            page = words(as_("Anne").post(url, follow_redirects=True))
        assert "part le 13 avril 2026 à 8 h 00" in page

    def test_only_who_animates_sends(self, as_: As, url: str, session: Session) -> None:
        assert as_("Lucie").post(url).status_code == 404
        assert mails(session) == []
