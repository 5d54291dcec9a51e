"""Where the automat has said its last word, the step stands somewhere: no dead end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy.orm import Session

from app.core.clock import now as _now
from app.reminders.kinds import Answer, Audience, Manner
from app.reminders.models import Relance, RelanceManner, RelancePolicy
from app.reminders.queries.calls import ToCall, to_call
from app.reminders.schedule.facts import Ledger, StepFacts
from app.reminders.schedule.fold import over
from app.reminders.schedule.policy import Policy
from tests.cast import Cast
from tests.reminders.conftest import WEEK_BEFORE, Clockwork
from tests.reminders.deciding import AFTER, FRIDAY, run_until
from tests.reminders.test_watching import PROJECT, said, watched
from tests.reminders.worlds import START, VAL, step

Begin = Callable[[], None]
NEVER_AFTER = replace(VAL, policies=dict.fromkeys(Audience, Policy(after_days=None)))
LAST = date(2026, 4, 23)  # a week after the eve’s mail
TEN_WEEKS = FRIDAY + timedelta(weeks=10)


class TestTheLine:
    def test_one_word_before_the_date_without_an_answer_is_told_to_who_keeps_an_eye(self) -> None:
        quiet = step(FRIDAY, project_id=7, organisation_id=31, manner=Manner.ONCE)
        assert said(quiet) == [("2026-04-20", "Anne", "muet"), ("2026-04-20", "Karim", "muet-lead")]

    def test_so_is_a_step_of_a_territory_that_does_not_write_after_the_date(self) -> None:
        quiet = step(FRIDAY, project_id=7, organisation_id=30, territory=NEVER_AFTER)
        assert said(quiet) == [("2026-04-20", "Anne", "muet")]

    def test_nothing_is_said_before_the_date_has_passed(self) -> None:
        quiet = step(FRIDAY, project_id=7, organisation_id=31, manner=Manner.ONCE)
        days = (FRIDAY - START).days + 1
        assert said(quiet, days=days) == []

    def test_a_date_agreed_to_says_nothing_about_what_became_of_it(self) -> None:
        quiet = step(FRIDAY, project_id=7, organisation_id=30, manner=Manner.ONCE)
        assert self._lines_after(quiet, Answer.AGREED) == ["muet"]
        assert self._lines_after(quiet, Answer.IN_PROGRESS) == []

    def _lines_after(self, quiet: StepFacts, answer: Answer) -> list[str]:
        ledger = [made for _, made in over([quiet], Ledger(), START, 50)][-1].ledger
        noon = datetime.combine(WEEK_BEFORE, time(12), tzinfo=UTC)
        entries = {
            key: replace(one, answer=answer, answered_at=noon)
            for key, one in ledger.entries.items()
        }
        later = over(
            [quiet],
            replace(ledger, entries=entries),
            START + timedelta(days=50),
            60,
            watched(quiet, project=PROJECT),
        )
        return [
            line.code.value for _, made in later for mail in made.mails for line in mail.notices
        ]


def once(session: Session, cast: Cast) -> None:
    a_step = cast.step()
    session.add(
        RelanceManner(
            territory_id=a_step.territory_id,
            project_id=a_step.project_id,
            step_id=a_step.id,
            manner=Manner.ONCE,
        )
    )


def of_the_project(session: Session, cast: Cast) -> None:
    a_step = cast.step()
    session.add(
        RelanceManner(
            territory_id=a_step.territory_id, project_id=a_step.project_id, manner=Manner.ONCE
        )
    )


def never_after(session: Session, cast: Cast) -> None:
    session.add(
        RelancePolicy(
            territory_id=cast.territory().id,
            audience=Audience.COMPANY,
            before_days=7,
            eve=True,
            after_days=None,
            milestone_days=14,
            gap=7,
            weekly=False,
        )
    )


def called_about(session: Session, cast: Cast, day: date) -> list[ToCall]:
    session.rollback()
    mine = cast.step().public_id
    return [one for one in to_call(session, cast.territory().id, day) if one.step_public_id == mine]


class TestWhomToCall:
    @pytest.mark.parametrize("silent", [once, of_the_project, never_after])
    def test_the_firm_stands_there_once_the_date_has_passed(
        self,
        started: Cast,
        session: Session,
        clockwork: Clockwork,
        change: Begin,
        silent: Callable[[Session, Cast], None],
    ) -> None:
        change()
        silent(session, started)
        session.commit()
        clockwork.run(WEEK_BEFORE)
        assert called_about(session, started, FRIDAY) == []
        for day in (FRIDAY + timedelta(days=2), TEN_WEEKS):
            assert [one.why for one in called_about(session, started, day)] == [None]

    def test_who_agreed_to_the_date_stands_there_with_it(
        self, started: Cast, session: Session, clockwork: Clockwork, change: Begin
    ) -> None:
        change()
        once(session, started)
        session.commit()
        clockwork.run(WEEK_BEFORE)
        answered(session, started, Answer.AGREED)
        [one] = called_about(session, started, TEN_WEEKS)
        assert one.why is Answer.AGREED

    def test_where_a_relance_after_the_date_is_to_come_nobody_is_called_before_it(
        self, started: Cast, session: Session, clockwork: Clockwork
    ) -> None:
        clockwork.run(WEEK_BEFORE)
        assert called_about(session, started, FRIDAY + timedelta(days=2)) == []


class TestWhateverLinkIsUsed:
    """The last relance left; the answer comes by the link of the mail of a week before the date."""

    def test_it_is_an_answer_to_the_last_one_too(self) -> None:
        assert self._lines(answered_on=LAST) == []
        assert self._lines(answered_on=WEEK_BEFORE) == ["muet"]

    def test_so_are_news_promised_signed_in_once_their_day_has_passed(self) -> None:
        promised = step(FRIDAY, project_id=7, organisation_id=30, news_on=LAST + timedelta(days=1))
        kept = run_until(replace(promised, news_on=None), LAST)
        later = over([promised], kept, LAST + timedelta(days=2), 30, watched(promised))
        assert [mail.notices for _, made in later for mail in made.mails] == []

    def _lines(self, *, answered_on: date) -> list[str]:
        quiet = step(FRIDAY, project_id=7, organisation_id=30)
        ledger = run_until(quiet, LAST)
        first = quiet.occasion(quiet.rules[0])
        noon = datetime.combine(answered_on, time(12), tzinfo=UTC)
        entry = replace(ledger.entries[first], answer=Answer.IN_PROGRESS, answered_at=noon)
        ledger = replace(ledger, entries={**ledger.entries, first: entry})
        later = over([quiet], ledger, LAST + timedelta(days=1), 30, watched(quiet))
        mails = [mail for _, made in later for mail in made.mails]
        return [line.code.value for mail in mails for line in mail.notices]

    @pytest.mark.parametrize(
        ("answer", "stands"),
        [(Answer.STUCK, False), (Answer.IN_PROGRESS, True), (Answer.PASSED_ON, True)],
    )
    def test_only_who_has_still_to_say_something_is_called(
        self,
        started: Cast,
        session: Session,
        clockwork: Clockwork,
        answer: Answer,
        stands: bool,
    ) -> None:
        for day in (WEEK_BEFORE, AFTER):
            clockwork.run(day)
        assert called_about(session, started, TEN_WEEKS) != []
        known = session.query(Relance).filter_by(subject_id=started.step().id).all()
        [first] = [one for one in known if one.code == "J-7"]
        later = max(one.decided_at for one in known) + timedelta(days=1)
        first.answer, first.answered_at = answer, later
        session.commit()
        assert bool(called_about(session, started, TEN_WEEKS)) is stands

    def test_what_was_answered_before_it_left_does_not_answer_it(
        self, started: Cast, session: Session, clockwork: Clockwork
    ) -> None:
        clockwork.run(WEEK_BEFORE)
        answered(session, started, Answer.AGREED)
        session.rollback()
        for one in session.query(Relance).filter_by(subject_id=started.step().id):
            one.answered_at = one.decided_at
        session.commit()
        clockwork.run(AFTER)
        assert [one.why for one in called_about(session, started, TEN_WEEKS)] == [None]


def answered(session: Session, cast: Cast, answer: Answer) -> None:
    """To every mail about Lucie's step so far."""
    session.rollback()
    for relance in session.query(Relance).filter_by(subject_id=cast.step().id):
        relance.answer, relance.answered_at = answer, _now()
    session.commit()
