"""What holds for any facts, however the days are run: hypothesis over a simulated quarter."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.calendar import is_working_day
from app.reminders.kinds import Audience, OccasionCode
from app.reminders.schedule.facts import Ledger, Occasion, StepFacts
from app.reminders.schedule.fold import Decision, over, plan
from app.reminders.schedule.occasions import nominal_day
from tests.reminders.worlds import QUARTER, START, VAL, facts, step

days_run = st.lists(st.integers(0, QUARTER), min_size=1, max_size=60)


def told_in(decisions: list[Decision]) -> Counter[Occasion]:
    return Counter(one.occasion for made in decisions for mail in made.mails for one in mail.told)


def run_days(known: list[StepFacts], offsets: list[int]) -> list[Decision]:
    ledger, made = Ledger(), []
    for offset in offsets:
        made.append(plan(known, ledger, START + timedelta(days=offset)))
        ledger = made[-1].ledger
    return made


@given(facts(), days_run)
def test_no_occasion_is_told_twice_whatever_days_are_skipped_repeated_or_turned_back(
    known: list[StepFacts], offsets: list[int]
) -> None:
    assert all(times == 1 for times in told_in(run_days(known, offsets)).values())


@given(facts(), days_run)
def test_one_mail_a_person_and_day_and_none_empty(
    known: list[StepFacts], offsets: list[int]
) -> None:
    mails = [mail for made in run_days(known, offsets) for mail in made.mails]
    assert all(mail.told for mail in mails)
    assert len({mail.key for mail in mails}) == len(mails)


@given(facts(), days_run)
def test_every_due_occasion_of_an_open_step_ends_told_dropped_or_held(
    known: list[StepFacts], offsets: list[int]
) -> None:
    ledger = Ledger()
    for offset in sorted(offsets):
        day = START + timedelta(days=offset)
        made = plan(known, ledger, day)
        ledger = made.ledger
        accounted = set(ledger.entries) | {one.occasion for one in made.holds}
        for one in known:
            due = {one.occasion(rule) for rule in one.rules if nominal_day(one, rule) <= day}
            assert due <= accounted


@given(facts(), st.randoms())
def test_the_order_of_the_facts_is_irrelevant(known: list[StepFacts], random: object) -> None:
    shuffled = list(known)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    for (_, one), (_, other) in zip(
        over(known, Ledger(), START, 30), over(shuffled, Ledger(), START, 30), strict=True
    ):
        assert one == other


@given(facts())
@settings(max_examples=30)
def test_what_the_two_week_view_announces_is_what_each_day_then_decides(
    known: list[StepFacts],
) -> None:
    ledger = Ledger()
    for day, announced in over(known, Ledger(), START, QUARTER):
        made = plan(known, ledger, day)
        ledger = made.ledger
        assert made == announced


@given(facts())
def test_no_mail_leaves_on_a_day_off_nor_to_a_firm_within_seven_days_but_the_day_before(
    known: list[StepFacts],
) -> None:
    last: dict[int, date] = {}
    for day, made in over(known, Ledger(), START, QUARTER):
        for mail in made.mails:
            assert all(is_working_day(day, one.step.territory.holiday_zone) for one in mail.told)
            before = last.get(mail.recipient.id)
            gentle = all(one.step.audience is Audience.COMPANY for one in mail.told)
            urgent = any(one.rule.code is OccasionCode.DAY_BEFORE for one in mail.told)
            assert before is None or not gentle or urgent or (day - before).days >= 7
            if mail.fills_the_week:
                last[mail.recipient.id] = day


@given(st.dates(START + timedelta(days=20), START + timedelta(days=300)))
def test_run_every_day_each_date_is_spoken_of_once_before_or_on_it_and_once_after(
    due_on: date,
) -> None:
    decisions = list(over([step(due_on)], Ledger(), START, 340))
    before = [day for day, made in decisions if made.mails and day <= due_on]
    after = [day for day, made in decisions if made.mails and day > due_on]
    assert 1 <= len(before) <= 2
    assert len(after) == 1 and (after[0] - due_on).days >= 5


@given(facts(), st.integers(0, QUARTER), st.integers(1, 20))
def test_a_date_moved_is_a_new_occasion_and_the_old_one_is_never_told_again(
    known: list[StepFacts], offset: int, further: int
) -> None:
    ledger = run_days(known, list(range(offset + 1)))[-1].ledger
    moved = [step(one.due_on + timedelta(days=further), id=one.id) for one in known]
    later = [made for _, made in over(moved, ledger, START + timedelta(days=offset + 1), 60)]
    assert not set(told_in(later)) & set(ledger.entries)
    assert {one.territory for one in moved} == {VAL}
