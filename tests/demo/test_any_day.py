"""The story holds whatever the day on which it is told."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.calendar import is_working_day
from app.demo.days import ZONE, Days
from app.demo.projects import ProjectTale, StepTale
from app.demo.relances import first_decision, past_of
from app.demo.story import tell
from app.reminders.kinds import OccasionCode

ANY_DAY = st.dates(date(2025, 6, 1), date(2032, 12, 31))


def days_of(step: StepTale) -> list[date]:
    """When somebody worked on it, in the order in which it must have happened."""
    moves = [move.on for move in step.moves]
    blocked = [step.blocked.on] if step.blocked else []
    ended = [day for day in (step.done_on, step.dropped_on) if day]
    return [step.created_on, *moves, *blocked, *ended]


def days_of_project(project: ProjectTale) -> list[date]:
    stages = [day for _, day in project.stages]
    return [project.opened_on, *stages, *([project.ending.on] if project.ending else [])]


@settings(max_examples=60)
@given(ANY_DAY)
def test_what_happened_happened_in_order_and_before_the_visit(today: date) -> None:
    story = tell(today)
    for project in story.projects:
        course = days_of_project(project)
        assert course == sorted(course)
        assert project.ending is None or course[-1] == project.ending.on
        named = {p.organisation: p.named_on for p in project.partners}
        for step in project.steps:
            past = days_of(step)
            assert past == sorted(past), step.title
            assert past[-1] < story.days.first_day <= today
            assert step.begun_on is None or step.created_on <= step.begun_on < today
            assert step.created_on >= named[step.organisation] >= project.opened_on
        for partner in project.partners:
            joined = story.organisation(partner.organisation).joined_on
            assert joined <= partner.named_on <= (partner.confirmed_on or today)
            assert partner.retired_on is None or partner.retired_on > partner.named_on


@settings(max_examples=60)
@given(ANY_DAY)
def test_nobody_in_the_story_works_on_a_day_off(today: date) -> None:
    story = tell(today)
    days = [story.began_on, story.relances_started_on]
    for project in story.projects:
        days += days_of_project(project)
        days += [day for step in project.steps for day in days_of(step)]
        days += [step.due_on for step in project.steps if step.due_on]
        days += [remark.on for remark in project.remarks]
        days += [v.recorded_on for one in project.indicators for v in one.values]
    for reading in story.readings:
        days += [year.confirmed_on for year in reading.years]
        days += [proof.added_on for proof in reading.proofs]
    assert [day for day in days if not is_working_day(day, ZONE)] == []


@settings(max_examples=60)
@given(ANY_DAY)
def test_people_speak_after_they_came(today: date) -> None:
    story = tell(today)
    came = {person.key: person.joined_on for person in story.people}
    for project in story.projects:
        assert came[project.person] <= project.opened_on
        for remark in project.remarks:
            assert came[remark.person] <= remark.on < today
        for step in project.steps:
            if step.person:
                assert came[step.person] <= min(step.done_on or today, step.created_on)
        for indicator in project.indicators:
            years = [value.year for value in indicator.values]
            assert years == sorted(years)
            assert all(came[indicator.person] <= v.recorded_on < today for v in indicator.values)


@settings(max_examples=25)
@given(ANY_DAY)
def test_a_handful_of_mails_leaves_on_the_first_day_and_one_is_the_bakers(today: date) -> None:
    decision = first_decision(tell(today))
    assert 4 <= len(decision.mails) <= 8
    (baker,) = [mail for mail in decision.mails if mail.recipient.name == "Nadège Corvellin"]
    (told,) = baker.told
    assert told.rule.code is OccasionCode.DAY_BEFORE
    assert told.step.title == "Peser les invendus deux semaines et donner le relevé"
    assert decision.drops == ()


@settings(max_examples=10)
@given(ANY_DAY)
def test_the_past_left_enough_to_look_at(today: date) -> None:
    past = past_of(tell(today))
    mails = [mail for _, decision in past.decisions for mail in decision.mails]
    assert 120 <= len(mails) <= 200
    assert len({mail.key for mail in mails}) == len(mails)
    assert 10 <= len(past.answers) <= len(mails)
    assert all(is_working_day(mail.on, ZONE) and mail.on < today for mail in mails)


@given(ANY_DAY)
def test_a_distance_never_crosses_the_first_day(today: date) -> None:
    days = Days(today)
    assert days.at(-1) < days.first_day <= today < days.at(1)


def test_the_same_day_tells_the_same_story() -> None:
    assert tell(date(2027, 5, 7)) == tell(date(2027, 5, 7))
