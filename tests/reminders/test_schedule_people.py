"""To whom a relance goes, what an answer silences, and what others decide; on plain values."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.kinds import MailRhythm
from app.core.clock import local_day
from app.reminders.kinds import Answer, Audience, Manner, OccasionCode, Reason, RelanceState
from app.reminders.schedule.facts import Entry, Ledger, StepFacts
from app.reminders.schedule.fold import over, plan
from app.reminders.schedule.policy import DEFAULT_POLICIES, Policy
from tests.reminders.deciding import (
    AFTER,
    DAY_BEFORE,
    FRIDAY,
    WEEK_BEFORE,
    already,
    calendar,
    reasons,
    run_until,
    told,
)
from tests.reminders.worlds import LUCIE, MARC, START, VAL, facts, step

NOON = datetime(2026, 4, 8, 12, tzinfo=UTC)


class TestAnswers:
    def test_agreeing_silences_the_day_before_and_not_the_week_after(self) -> None:
        agreed = already(step(FRIDAY), OccasionCode.WEEK_BEFORE, answer=Answer.AGREED)
        assert calendar(step(FRIDAY), ledger=agreed) == {AFTER: ["J+5"]}
        assert reasons(plan([step(FRIDAY)], agreed, DAY_BEFORE)) == [("J-1", Reason.ANSWERED)]

    def test_a_date_moved_after_agreeing_is_a_new_question(self) -> None:
        agreed = already(step(FRIDAY), OccasionCode.WEEK_BEFORE, answer=Answer.AGREED)
        moved = step(FRIDAY + timedelta(days=14), scheduled_on=DAY_BEFORE)
        assert list(calendar(moved, ledger=agreed).values()) == [
            ["J-7"],
            ["J-1"],
            ["J+5"],
        ]

    def test_who_said_not_me_is_left_alone_until_somebody_else_has_the_step(self) -> None:
        refused = already(step(FRIDAY), OccasionCode.WEEK_BEFORE, answer=Answer.NOT_ME)
        assert calendar(step(FRIDAY), ledger=refused) == {}
        handed_over = step(FRIDAY, recipient=MARC)
        assert told(plan([handed_over], refused, DAY_BEFORE)) == [("Marc Oudot", 1, "J-1")]

    def test_an_edited_title_repeats_nothing(self) -> None:
        ledger = already(step(FRIDAY), OccasionCode.WEEK_BEFORE)
        assert not plan([step(FRIDAY, title="Peser tout")], ledger, WEEK_BEFORE).mails


class TestToWhom:
    @pytest.mark.parametrize(
        ("recipient", "reason"),
        [
            (None, Reason.NO_RECIPIENT),
            (replace(LUCIE, email=None), Reason.NO_ADDRESS),
            (replace(LUCIE, rhythm=MailRhythm.OFF), Reason.OPTED_OUT),
        ],
    )
    def test_whom_no_mail_reaches_is_noted_once_and_told_when_it_is_mended(
        self, recipient: object, reason: Reason
    ) -> None:
        unreachable = step(FRIDAY, recipient=recipient)
        first = plan([unreachable], Ledger(), WEEK_BEFORE)
        assert reasons(first) == [("J-7", reason)] and first.drops
        monday = date(2026, 4, 13)
        assert not plan([unreachable], first.ledger, monday).drops
        assert told(plan([step(FRIDAY)], first.ledger, monday)) == [("Lucie Perrin", 1, "J-7")]

    def test_a_released_occasion_is_told_to_the_new_person(self) -> None:
        entry = {step(FRIDAY).occasion(step(FRIDAY).rules[0]): Entry(RelanceState.RELEASED)}
        handed_over = step(FRIDAY, recipient=MARC)
        assert told(plan([handed_over], Ledger(entry), date(2026, 4, 14))) == [
            ("Marc Oudot", 1, "J-7")
        ]

    def test_one_mail_bundles_all_steps_of_a_person_in_the_order_of_their_dates(self) -> None:
        other = replace(VAL, id=2)
        facts = [
            step(FRIDAY, id=2),
            step(date(2026, 4, 11), id=3, territory=other),
            step(FRIDAY, id=4, recipient=MARC),
        ]
        decision = plan(facts, Ledger(), WEEK_BEFORE)
        assert [(mail.key, [one.step.id for one in mail.told]) for mail in decision.mails] == [
            ("relance:lucie:2026-04-10", [3, 2]),
            ("relance:marc:2026-04-10", [4]),
        ]


class TestWhatOthersDecide:
    def test_a_step_that_waits_for_another_is_spoken_of_by_nobody(self) -> None:
        assert calendar(step(FRIDAY, waits=True)) == {}
        made = plan([step(FRIDAY, waits=True)], Ledger(), WEEK_BEFORE)
        assert reasons(made) == [("J-7", "waits")]

    def test_who_could_not_begin_has_as_long_as_others_before_they_are_asked(self) -> None:
        free = step(FRIDAY, freed_on=date(2026, 5, 4))
        assert calendar(free) == {date(2026, 5, 11): ["J+5"]} | {
            WEEK_BEFORE: ["J-7"],
            DAY_BEFORE: ["J-1"],
        }

    def test_a_project_may_ask_for_a_single_word_before_the_date(self) -> None:
        assert calendar(step(FRIDAY, manner=Manner.ONCE)) == {WEEK_BEFORE: ["J-7"]}
        agent = step(FRIDAY, manner=Manner.ONCE, audience=Audience.AGENT, milestone=True)
        assert calendar(agent) == {WEEK_BEFORE: ["J-7"]}

    def test_or_for_none(self) -> None:
        assert calendar(step(FRIDAY, manner=Manner.NONE)) == {}
        made = plan([step(FRIDAY, manner=Manner.NONE)], Ledger(), WEEK_BEFORE)
        assert reasons(made) == [("J-7", "switched_off")]

    def test_a_closed_firm_hears_before_it_shuts_and_is_asked_once_it_is_back(self) -> None:
        shut = ((date(2026, 4, 9), date(2026, 4, 28)),)
        assert calendar(step(FRIDAY, closed=shut)) == {
            date(2026, 4, 8): ["J-1"],
            date(2026, 4, 29): ["J+5"],
        }


class TestWhoReadsOnceAWeek:
    WEEKLY = replace(LUCIE, rhythm=MailRhythm.WEEKLY)
    SHUT_ON_MONDAY = ((date(2026, 4, 18), date(2026, 4, 20)),)

    def test_hears_on_the_first_day_on_which_their_firm_is_at_work(self) -> None:
        known = step(date(2026, 4, 24), recipient=self.WEEKLY, closed=self.SHUT_ON_MONDAY)
        assert calendar(known) == {date(2026, 4, 21): ["J-7"], date(2026, 5, 4): ["J+5"]}

    def test_hears_once_where_another_firm_of_theirs_opens_later(self) -> None:
        agents = {"recipient": self.WEEKLY, "audience": Audience.AGENT}
        shut = step(date(2026, 4, 24), id=2, closed=self.SHUT_ON_MONDAY, **agents)
        assert list(calendar(step(date(2026, 4, 22), **agents), shut))[:2] == [
            date(2026, 4, 20),
            date(2026, 4, 27),
        ]


class TestTheWeekOfAFirm:
    """One mail in seven days over all kinds, but for the eve."""

    WRITTEN = Ledger(written_at={LUCIE.id: NOON})

    def test_what_somebody_wrote_to_it_fills_its_week(self) -> None:
        usual = {WEEK_BEFORE: ["J-7"], DAY_BEFORE: ["J-1"], AFTER: ["J+5"]}
        assert calendar(step(FRIDAY)) == usual
        assert calendar(step(FRIDAY), ledger=self.WRITTEN) == {
            date(2026, 4, 15): ["J-7"],
            DAY_BEFORE: ["J-1"],
            AFTER: ["J+5"],
        }
        held = plan([step(FRIDAY)], self.WRITTEN, WEEK_BEFORE)
        assert reasons(held) == [("J-7", Reason.ONE_A_WEEK)]

    def test_the_eve_is_told_all_the_same(self) -> None:
        the_day_before_it = Ledger(written_at={LUCIE.id: datetime(2026, 4, 15, tzinfo=UTC)})
        known = already(step(FRIDAY), OccasionCode.WEEK_BEFORE)
        ledger = replace(known, written_at=the_day_before_it.written_at)
        assert told(plan([step(FRIDAY)], ledger, DAY_BEFORE)) == [("Lucie Perrin", 1, "J-1")]

    def test_an_agent_hears_of_dates_as_they_come(self) -> None:
        agents = step(FRIDAY, audience=Audience.AGENT)
        assert calendar(agents, ledger=self.WRITTEN) == calendar(agents)

    def test_who_reads_once_a_week_is_told_all_of_it_on_that_morning(self) -> None:
        weekly = step(FRIDAY, recipient=replace(LUCIE, rhythm=MailRhythm.WEEKLY))
        on_monday = Ledger(written_at={LUCIE.id: datetime(2026, 4, 13, 5, tzinfo=UTC)})
        assert calendar(weekly, ledger=on_monday) == calendar(weekly)

    @given(
        known=facts(),
        wrote=st.dictionaries(
            st.sampled_from([LUCIE.id, MARC.id]),
            st.integers(-60, 60).map(lambda days: NOON + timedelta(days=days)),
        ),
    )
    def test_no_week_of_a_firm_holds_two_mails_of_which_neither_is_an_eve(
        self, known: list[StepFacts], wrote: dict[int, datetime]
    ) -> None:
        for day, made in over(known, Ledger(written_at=wrote), START, 60):
            for mail in made.mails:
                alone = all(one.step.gap == 7 and not one.rule.any_day for one in mail.told)
                at = wrote.get(mail.recipient.id)
                if alone and at and mail.recipient.rhythm is not MailRhythm.WEEKLY:
                    since = (day - local_day(at, mail.recipient.time_zone)).days
                    assert since >= 7 or since < 0


class TestATerritorysOwnRules:
    def policy(self, **numbers: object) -> StepFacts:
        chosen = {**DEFAULT_POLICIES, Audience.COMPANY: Policy(**numbers)}  # type: ignore[arg-type]  # any numbers
        return step(FRIDAY, territory=replace(VAL, policies=chosen))

    def test_its_distances_hold(self) -> None:
        one = self.policy(before_days=10, eve=False, after_days=3, gap=1)
        assert list(calendar(one)) == [date(2026, 4, 7), date(2026, 4, 20)]

    def test_what_is_not_used_is_not_sent(self) -> None:
        assert list(calendar(self.policy(before_days=None, after_days=None))) == [DAY_BEFORE]

    def test_edited_in_the_middle_it_says_nothing_twice(self) -> None:
        told_once = run_until(step(FRIDAY), WEEK_BEFORE)
        later = self.policy(before_days=3, eve=False, after_days=None)
        assert calendar(later, ledger=told_once) == {}

    @given(
        st.lists(
            st.tuples(
                st.integers(1, 20),
                st.builds(
                    Policy,
                    before_days=st.none() | st.integers(2, 20),
                    eve=st.booleans(),
                    after_days=st.none() | st.integers(1, 20),
                    milestone_days=st.none() | st.integers(2, 20),
                    gap=st.integers(1, 14),
                    weekly=st.booleans(),
                ),
            ),
            min_size=1,
            max_size=6,
        ),
        st.booleans(),
    )
    def test_however_often_it_is_edited_no_occasion_is_told_twice(
        self, edits: list[tuple[int, Policy]], milestone: bool
    ) -> None:
        ledger, day, said = Ledger(), START + timedelta(days=20), Counter[str]()
        for days, policy in edits:
            chosen = {**DEFAULT_POLICIES, Audience.COMPANY: policy}
            one = step(FRIDAY, milestone=milestone, territory=replace(VAL, policies=chosen))
            for _ in range(days):
                made = plan([one], ledger, day)
                ledger, day = made.ledger, day + timedelta(days=1)
                said.update(
                    key for mail in made.mails for key in (m.occasion.code for m in mail.told)
                )
        assert all(times == 1 for times in said.values())
