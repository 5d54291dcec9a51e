"""When a relance is due: the promises made to people (domain.md §5–§7), on plain values."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.accounts.kinds import MailRhythm, OrganisationKind
from app.reminders.kinds import Answer, Audience, OccasionCode, Reason
from app.reminders.schedule.facts import Ledger, StepFacts, audience_of
from app.reminders.schedule.fold import plan
from app.reminders.schedule.occasions import next_hour
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
from tests.reminders.worlds import LUCIE, VAL, step


class TestTheDays:
    def test_a_firm_hears_a_week_before_the_day_before_and_five_days_after(self) -> None:
        assert calendar(step(FRIDAY)) == {
            WEEK_BEFORE: ["J-7"],
            DAY_BEFORE: ["J-1"],
            AFTER: ["J+5"],  # less than seven days after the 16th: the eve does not fill the week
        }

    def test_an_agent_hears_on_the_days_themselves(self) -> None:
        assert calendar(step(FRIDAY, audience=Audience.AGENT), days=53) == {
            WEEK_BEFORE: ["J-7"],
            DAY_BEFORE: ["J-1"],
            AFTER: ["J+5"],
        }

    def test_after_that_an_agent_reads_it_every_monday_for_twelve_weeks(self) -> None:
        mondays = list(calendar(step(FRIDAY, audience=Audience.AGENT), days=200))[3:]
        assert mondays == [
            # Easter Monday is not among them, Whit Monday is: its week begins on the Tuesday
            date(2026, 4, 27) + timedelta(weeks=n, days=n == 4)
            for n in range(12)
        ]

    def test_what_an_agent_answers_to_a_weekly_line_counts(self) -> None:
        one = step(FRIDAY, audience=Audience.AGENT)
        ledger = run_until(one, date(2026, 4, 27))
        week = next(key for key in ledger.entries if key.code == "2026-W18")
        not_me = replace(ledger.entries[week], answer=Answer.NOT_ME)
        after = replace(ledger, entries={**ledger.entries, week: not_me})
        assert reasons(plan([one], after, date(2026, 5, 4))) == [("semaine", "not_me")]

    def test_a_milestone_is_announced_two_weeks_before(self) -> None:
        assert list(calendar(step(FRIDAY, milestone=True), days=46).values()) == [
            ["J-14"],
            ["J-7"],
            ["J-1"],
        ]
        assert date(2026, 4, 3) in calendar(step(FRIDAY, milestone=True))

    def test_who_said_yes_to_a_milestone_hears_nothing_more_before_it(self) -> None:
        one = step(FRIDAY, milestone=True)
        agreed = already(one, OccasionCode.MILESTONE, answer=Answer.AGREED)
        assert list(calendar(one, ledger=agreed)) == [AFTER]

    def test_the_day_before_a_monday_is_the_friday_before(self) -> None:
        monday = date(2026, 4, 20)
        assert date(2026, 4, 17) in calendar(step(monday))

    def test_the_day_before_the_tuesday_after_easter_is_before_good_friday_in_alsace(self) -> None:
        tuesday = date(2026, 4, 7)
        alsace = replace(VAL, holiday_zone="alsace-moselle")
        assert calendar(step(tuesday))[date(2026, 4, 3)] == ["J-1"]
        assert calendar(step(tuesday, territory=alsace))[date(2026, 4, 2)] == ["J-1"]

    def test_what_chases_waits_for_the_next_worked_day(self) -> None:
        saturday_after = step(date(2026, 4, 20), audience=Audience.AGENT)
        assert calendar(saturday_after)[date(2026, 4, 27)] == ["J+5"]

    def test_nothing_leaves_on_a_day_off_not_even_late(self) -> None:
        sunday = date(2026, 4, 12)
        decision = plan([step(FRIDAY)], Ledger(), sunday)
        assert not decision.mails
        assert reasons(decision) == [("J-7", Reason.DAY_OFF)]

    def test_after_the_last_relance_the_automat_is_silent(self) -> None:
        assert len(calendar(step(FRIDAY), days=400)) == 3

    @pytest.mark.parametrize("kind", list(OrganisationKind))
    def test_only_the_collectivite_and_the_chamber_are_agents(self, kind: OrganisationKind) -> None:
        agents = {OrganisationKind.COLLECTIVITE, OrganisationKind.CHAMBER}
        assert (audience_of(kind) is Audience.AGENT) == (kind in agents)


class TestCatchingUp:
    def test_after_a_month_of_silence_one_mail_tells_the_present_state(self) -> None:
        decision = plan([step(FRIDAY)], Ledger(), date(2026, 5, 18))
        assert told(decision) == [("Lucie Perrin", 1, "J+5")]
        assert reasons(decision) == [("J-7", Reason.SUPERSEDED), ("J-1", Reason.SUPERSEDED)]

    def test_a_mail_missed_on_its_day_leaves_on_the_next_one(self) -> None:
        monday = date(2026, 4, 13)
        assert told(plan([step(FRIDAY)], Ledger(), monday)) == [("Lucie Perrin", 1, "J-7")]

    def test_a_date_that_has_passed_is_not_announced_any_more(self) -> None:
        monday = date(2026, 4, 20)
        assert reasons(plan([step(FRIDAY)], Ledger(), monday)) == [
            ("J-7", Reason.SUPERSEDED),
            ("J-1", Reason.TOO_LATE),
        ]

    def test_the_same_day_again_writes_nothing(self) -> None:
        facts = [step(FRIDAY), step(date(2026, 4, 1), id=2)]
        first = plan(facts, Ledger(), WEEK_BEFORE)
        again = plan(facts, first.ledger, WEEK_BEFORE)
        assert first.mails and first.drops
        assert not again.mails and not again.drops

    def test_what_becomes_due_after_the_mail_of_the_day_waits_for_the_next_day(self) -> None:
        first = plan([step(FRIDAY)], Ledger(), WEEK_BEFORE)
        reopened = step(date(2026, 4, 11), id=2)
        second = plan([step(FRIDAY), reopened], first.ledger, WEEK_BEFORE)
        assert not second.mails
        assert ("J-1", Reason.ONE_A_DAY) in reasons(second)

    def test_a_clock_set_back_repeats_nothing(self) -> None:
        ledger = plan([step(FRIDAY)], Ledger(), WEEK_BEFORE).ledger
        earlier = plan([step(FRIDAY), step(date(2026, 4, 10), id=2)], ledger, date(2026, 4, 9))
        assert not earlier.mails


class TestTheHour:
    """A mail that the relay delayed arrives by day, on a working day."""

    @pytest.mark.parametrize(
        ("now", "leaves"),
        [
            ("2026-04-17T08:00", None),
            ("2026-04-17T19:59", None),
            ("2026-04-17T07:59", "2026-04-17T08:00"),
            ("2026-04-16T20:00", "2026-04-17T08:00"),
            ("2026-04-17T20:00", "2026-04-20T08:00"),
            ("2026-04-19T15:00", "2026-04-20T08:00"),
            ("2026-04-04T10:00", "2026-04-07T08:00"),  # Easter Monday is off
        ],
    )
    def test_by_day_on_a_working_day(self, now: str, leaves: str | None) -> None:
        def instant(text: str) -> datetime:
            return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Paris"))

        answered = next_hour(
            instant(now), time_zone="Europe/Paris", holiday_zone="metropole", send_hour=8
        )
        assert answered == (instant(leaves) if leaves else None)


class TestTheStart:
    def test_nobody_is_told_before_the_pilot_has_started(self) -> None:
        waiting = step(FRIDAY, territory=replace(VAL, started_on=None))
        assert reasons(plan([waiting], Ledger(), WEEK_BEFORE)) == [("J-7", Reason.NOT_STARTED)]

    def test_what_was_due_before_the_start_is_dropped(self) -> None:
        late_start = replace(VAL, started_on=date(2026, 4, 13))
        assert calendar(step(FRIDAY, territory=late_start)) == {
            DAY_BEFORE: ["J-1"],
            AFTER: ["J+5"],
        }

    def test_a_step_past_due_at_the_start_is_never_chased(self) -> None:
        two_days_later = replace(VAL, started_on=date(2026, 4, 19))
        decision = plan([step(FRIDAY, territory=two_days_later)], Ledger(), AFTER)
        assert not decision.mails
        assert {reason for _, reason in reasons(decision)} == {Reason.BEFORE_START}

    def test_a_project_that_is_launched_or_resumed_chases_nothing_of_before(self) -> None:
        resumed = step(FRIDAY, project_since=date(2026, 4, 30))
        decision = plan([resumed], Ledger(), date(2026, 5, 4))
        assert not decision.mails
        assert {reason for _, reason in reasons(decision)} == {Reason.BEFORE_RESUME}
        told = already(resumed, OccasionCode.DAY_BEFORE)
        assert plan([resumed], told, date(2026, 5, 4)).mails  # they knew the date before the pause
        assert calendar(step(FRIDAY, project_since=date(2026, 4, 13))) == {
            DAY_BEFORE: ["J-1"],
            AFTER: ["J+5"],
        }

    def test_a_step_typed_in_after_its_date_is_never_chased(self) -> None:
        typed_late = step(FRIDAY, scheduled_on=date(2026, 4, 30), audience=Audience.AGENT)
        decision = plan([typed_late], Ledger(), date(2026, 5, 18))
        assert ("J+5", Reason.ENTERED_PAST) in reasons(decision)


class TestWhatHolds:
    @pytest.mark.parametrize(
        ("held", "reason"),
        [
            (step(FRIDAY, blocked=True), Reason.BLOCKED),
            (step(FRIDAY, project_active=False), Reason.PROJECT_IDLE),
            (step(FRIDAY, news_on=WEEK_BEFORE), Reason.NEWS_PROMISED),
            (step(FRIDAY, territory=replace(VAL, paused_until=FRIDAY)), Reason.PAUSED),
            (step(FRIDAY, recipient=replace(LUCIE, paused_until=FRIDAY)), Reason.PAUSED),
            (step(FRIDAY, scheduled_on=date(2026, 4, 9)), Reason.TOO_RECENT),
            (step(FRIDAY, recipient=replace(LUCIE, rhythm=MailRhythm.WEEKLY)), Reason.DIGEST),
        ],
    )
    def test_nothing_is_decided_while_something_holds(
        self, held: StepFacts, reason: Reason
    ) -> None:
        decision = plan([held], Ledger(), WEEK_BEFORE)
        assert not decision.mails and not decision.drops
        assert reasons(decision) == [("J-7", reason)]

    def test_a_barrier_lifted_lets_the_present_state_be_told(self) -> None:
        assert told(plan([step(FRIDAY)], Ledger(), date(2026, 4, 29))) == [
            ("Lucie Perrin", 1, "J+5")
        ]

    def test_news_promised_for_a_day_are_waited_for_until_that_day_is_over(self) -> None:
        promised = step(FRIDAY, news_on=date(2026, 4, 28))
        assert list(calendar(promised)) == [date(2026, 4, 29)]

    def test_a_weekly_reader_hears_on_the_first_worked_day_of_the_week(self) -> None:
        weekly = replace(LUCIE, rhythm=MailRhythm.WEEKLY)
        days = calendar(step(date(2026, 4, 10), recipient=weekly))
        assert list(days) == [date(2026, 4, 7), date(2026, 4, 20)]  # the 6th is Easter Monday

    def test_a_new_step_is_announced_two_days_after_it_was_typed(self) -> None:
        typed = step(FRIDAY, scheduled_on=date(2026, 4, 13))
        assert next(iter(calendar(typed))) == date(2026, 4, 15)

    def test_a_step_typed_the_day_before_its_date_is_not_announced(self) -> None:
        typed = step(FRIDAY, scheduled_on=DAY_BEFORE)
        assert list(calendar(typed)) == [AFTER]

    def test_a_firm_gets_one_mail_in_seven_days_except_the_day_before(self) -> None:
        facts = [step(FRIDAY), step(date(2026, 4, 20), id=2), step(date(2026, 4, 21), id=3)]
        assert calendar(*facts) == {
            WEEK_BEFORE: ["J-7"],
            DAY_BEFORE: ["J-1", "J-7", "J-7"],
            FRIDAY: ["J-1"],
            date(2026, 4, 20): ["J-1"],
            # seven days after the 16th, whose mail told more than an eve; the last one's is due
            # on the 26th, a Sunday
            date(2026, 4, 23): ["J+5"],
            date(2026, 4, 30): ["J+5", "J+5"],
        }

    def test_a_mail_that_tells_more_than_an_eve_fills_the_week(self) -> None:
        assert calendar(step(FRIDAY), step(date(2026, 4, 24), id=2)) == {
            WEEK_BEFORE: ["J-7"],
            DAY_BEFORE: ["J-1"],
            FRIDAY: ["J-7"],  # the day after an eve, seven after a mail that filled its week
            date(2026, 4, 23): ["J+5", "J-1"],  # more than an eve
            date(2026, 4, 30): ["J+5"],  # so the 29th waits
        }

    def test_after_an_eve_alone_one_mail_a_day_is_still_one(self) -> None:
        made = plan([step(FRIDAY)], already(step(FRIDAY), OccasionCode.WEEK_BEFORE), DAY_BEFORE)
        reopened = step(date(2026, 4, 11), id=2)
        again = plan([step(FRIDAY), reopened], made.ledger, DAY_BEFORE)
        assert told(made) and not again.mails
        assert ("J+5", Reason.ONE_A_DAY) in reasons(again)
