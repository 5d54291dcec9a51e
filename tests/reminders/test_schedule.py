"""When a relance is due: the promises made to people (domain.md §5–§7), on plain values."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.kinds import MailRhythm, OrganisationKind
from app.reminders.kinds import Answer, Audience, Manner, OccasionCode, Reason, RelanceState
from app.reminders.schedule.facts import Entry, Ledger, StepFacts, audience_of
from app.reminders.schedule.fold import Decision, over, plan
from app.reminders.schedule.occasions import next_hour
from app.reminders.schedule.policy import DEFAULT_POLICIES, Policy
from tests.reminders.worlds import LUCIE, MARC, START, VAL, step

FRIDAY = date(2026, 4, 17)
WEEK_BEFORE = date(2026, 4, 10)
DAY_BEFORE = date(2026, 4, 16)
AFTER = date(2026, 4, 22)


def told(decision: Decision) -> list[tuple[str, int, str]]:
    return [
        (mail.recipient.name, one.step.id, one.rule.code)
        for mail in decision.mails
        for one in mail.told
    ]


def calendar(
    *steps: StepFacts, days: int = 120, ledger: Ledger | None = None
) -> dict[date, list[str]]:
    """The codes told on each day of a simulated time from START."""
    decisions = over(steps, ledger or Ledger(), START, days)
    return {day: [code for *_, code in told(made)] for day, made in decisions if made.mails}


def run_until(a_step: StepFacts, last: date) -> Ledger:
    """The ledger that a run of every day from START leaves."""
    days = (last - START).days + 1
    return [made for _, made in over([a_step], Ledger(), START, days)][-1].ledger


def reasons(decision: Decision) -> list[tuple[str, str]]:
    return [(one.rule.code, one.reason) for one in decision.drops + decision.holds]


def already(a_step: StepFacts, code: OccasionCode, **entry: object) -> Ledger:
    """A ledger in which one occasion of the step was told to its recipient."""
    rule = next(rule for rule in a_step.rules if rule.code is code)
    known = {"recipient_id": a_step.recipient.id if a_step.recipient else None, **entry}
    return Ledger({a_step.occasion(rule): Entry(RelanceState.TOLD, **known)})  # type: ignore[arg-type]


class TestTheDays:
    def test_a_firm_hears_a_week_before_the_day_before_and_five_days_after(self) -> None:
        assert calendar(step(FRIDAY)) == {
            WEEK_BEFORE: ["J-7"],
            DAY_BEFORE: ["J-1"],
            date(2026, 4, 23): ["J+5"],  # the 22nd is less than seven days after the 16th
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
            date(2026, 4, 23): ["J+5"],
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
            date(2026, 4, 23): ["J+5"],
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
            date(2026, 4, 27): ["J+5", "J+5", "J+5"],
        }

    def test_two_people_of_one_firm_do_not_silence_each_other(self) -> None:
        facts = [step(FRIDAY), step(date(2026, 4, 20), id=2, recipient=MARC)]
        assert calendar(*facts)[date(2026, 4, 13)] == ["J-7"]


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
