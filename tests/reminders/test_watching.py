"""What those who keep an eye on a project are told: in a line, once, and never up a company."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app.accounts.kinds import MailRhythm
from app.core.calendar import is_working_day
from app.reminders.kinds import Answer, Audience, NoticeCode, OccasionCode
from app.reminders.schedule.facts import (
    Ledger,
    Occasion,
    ProjectFacts,
    Recipient,
    StepFacts,
    StuckFacts,
    TerritoryFacts,
)
from app.reminders.schedule.fold import PlannedMail, outlook, over, plan
from app.reminders.schedule.policy import Patience, Policy
from app.reminders.schedule.watching import Watch
from tests.reminders.worlds import LUCIE, MARC, QUARTER, START, VAL, facts, step

ANNE = Recipient(id=20, public_id="anne", name="Anne Dervaux", email="anne@example.org")
KARIM = Recipient(id=21, public_id="karim", name="Karim Benhaddou", email="karim@example.org")
PROJECT = ProjectFacts(
    id=7,
    territory=VAL,
    title="Invendus",
    heard_on=START + timedelta(days=300),
    lead_organisation_id=30,
    lead=KARIM,
    pilot=ANNE,
)
FRIDAY = date(2026, 4, 17)


def watched(*known: StepFacts | StuckFacts, project: ProjectFacts = PROJECT) -> Watch:
    steps = tuple(one for one in known if isinstance(one, StepFacts))
    stuck = tuple(one for one in known if isinstance(one, StuckFacts))
    return Watch(steps, stuck, {project.id: project})


def said(
    known: StepFacts | StuckFacts, project: ProjectFacts = PROJECT, days: int = 100
) -> list[tuple[str, ...]]:
    """(day, to whom, code) of every line in a simulated time."""
    watch = watched(known, project=project)
    return [
        (day.isoformat(), mail.recipient.name.split()[0], line.code.value)
        for day, made in over(watch.steps, Ledger(), START, days, watch)
        for mail in made.mails
        for line in mail.notices
    ]


def blocked(on: date, territory: TerritoryFacts = VAL, spoken_to: int | None = None) -> StuckFacts:
    return StuckFacts(2, territory, project_id=7, blocked_on=on, spoken_to=spoken_to)


def patient(**days: int | None) -> TerritoryFacts:
    return replace(VAL, patience=Patience(**days))


def test_after_ten_days_the_pilot_reads_on_a_monday_what_is_stuck() -> None:
    assert said(blocked(date(2026, 3, 4))) == [("2026-03-16", "Anne", "bloque")]


def test_a_line_joins_the_mail_that_somebody_gets_anyway() -> None:
    own = step(date(2026, 3, 26), id=3, recipient=ANNE, audience=Audience.AGENT)
    stuck = blocked(date(2026, 3, 9))  # ten days are over on Thursday the 19th
    watch = watched(own, stuck)
    made = {
        day: decision.mails
        for day, decision in over([own], Ledger(), START, 25, watch)
        if decision.mails
    }
    assert list(made) == [date(2026, 3, 19), date(2026, 3, 25)]
    [mail] = made[date(2026, 3, 19)]
    assert ([one.rule.told_as for one in mail.told], len(mail.notices)) == (["J-7"], 1)


def test_an_unanswered_last_relance_goes_to_the_pilot_and_to_another_organisations_lead() -> None:
    quiet = step(FRIDAY, project_id=7, organisation_id=31)
    assert said(quiet) == [
        ("2026-04-27", "Anne", "muet"),
        ("2026-04-27", "Karim", "muet-lead"),
    ]


def test_inside_a_company_nothing_climbs() -> None:
    quiet = step(FRIDAY, project_id=7, organisation_id=30)
    assert said(quiet) == [("2026-04-27", "Anne", "muet")]


def test_who_is_spoken_to_about_a_step_is_told_no_line_about_it() -> None:
    assert said(blocked(date(2026, 3, 4), spoken_to=ANNE.id)) == []


def test_six_weeks_without_news_are_told_to_who_leads_and_to_the_pilot() -> None:
    silent = replace(PROJECT, heard_on=date(2026, 3, 5))
    done = step(date(2027, 1, 1))
    assert said(done, silent) == [
        ("2026-04-20", "Anne", "silence"),
        ("2026-04-20", "Karim", "silence-lead"),
    ]
    assert said(done, replace(silent, lead=ANNE)) == [("2026-04-20", "Anne", "silence")]
    assert said(done, replace(silent, is_active=False)) == []


def test_who_wants_no_mail_gets_no_line() -> None:
    silent = replace(PROJECT, pilot=replace(ANNE, rhythm=MailRhythm.OFF), lead=None)
    assert said(blocked(date(2026, 3, 4)), silent) == []


def test_a_territory_says_itself_how_long_it_waits() -> None:
    assert said(blocked(date(2026, 3, 4), patient(blocked_days=20))) == [
        ("2026-03-30", "Anne", "bloque")
    ]
    silent = replace(PROJECT, heard_on=date(2026, 3, 5), lead=None)
    done = step(date(2027, 1, 1))
    assert said(done, replace(silent, territory=patient(silent_days=14))) == [
        ("2026-03-23", "Anne", "silence")
    ]
    quiet = step(FRIDAY, project_id=7, organisation_id=30, territory=patient(unanswered_days=8))
    assert said(quiet) == [("2026-05-04", "Anne", "muet")]


def test_a_number_that_is_empty_says_nothing() -> None:
    nothing = patient(blocked_days=None, silent_days=None, unanswered_days=None)
    assert said(blocked(date(2026, 3, 4), nothing)) == []
    silent = replace(PROJECT, heard_on=date(2026, 3, 5), territory=nothing)
    assert said(step(date(2027, 1, 1)), silent) == []
    assert said(step(FRIDAY, project_id=7, organisation_id=31, territory=nothing)) == []


def test_numbers_that_change_in_the_middle_repeat_no_line() -> None:
    stuck, watch = blocked(date(2026, 3, 4)), watched(blocked(date(2026, 3, 4)))
    ledger = [made for _, made in over([], Ledger(), START, 20, watch)][-1].ledger
    for days in (1, 5, 30, 90):
        changed = watched(replace(stuck, territory=patient(blocked_days=days)))
        later = over([], ledger, START + timedelta(days=20), 120, changed)
        assert [mail for _, made in later for mail in made.mails] == []


def test_what_is_left_in_peace_is_told_once_it_may_be() -> None:
    rests = date(2026, 4, 22)
    silent = replace(PROJECT, heard_on=date(2026, 3, 5), lead_rests_until=rests)
    assert said(step(date(2027, 1, 1)), silent) == [
        ("2026-04-20", "Anne", "silence"),
        ("2026-04-27", "Karim", "silence-lead"),
    ]
    asleep = replace(PROJECT, pilot_rests_until=rests)
    assert said(blocked(date(2026, 3, 4)), asleep) == [("2026-04-27", "Anne", "bloque")]


def test_an_answer_ends_it() -> None:
    quiet = step(FRIDAY, project_id=7, organisation_id=31)
    ledger = [made for _, made in over([quiet], Ledger(), START, 53)][-1].ledger
    after = next(key for key in ledger.entries if key.code == "J+5")
    answered = replace(ledger.entries[after], answer=Answer.AGREED)
    ledger = replace(ledger, entries={**ledger.entries, after: answered})
    made = plan([quiet], ledger, date(2026, 4, 27), watched(quiet))
    assert made.mails == ()


distances = st.none() | st.integers(2, 20)
policies = st.builds(
    Policy,
    before_days=distances,
    eve=st.booleans(),
    after_days=distances,
    milestone_days=distances,
    gap=st.integers(1, 10),
    weekly=st.booleans(),
)
patiences = st.builds(
    Patience,
    silent_days=st.none() | st.integers(7, 60),
    blocked_days=st.none() | st.integers(1, 40),
    unanswered_days=distances,
    fresh_days=st.none() | st.integers(1, 14),
)
days = st.none() | st.integers(-30, 90).map(lambda n: START + timedelta(n))


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[StepFacts], Watch]:
    """Steps and projects of territories each with its own distances; pauses and closures."""
    own = {audience: draw(policies) for audience in Audience}
    patience = draw(patiences)

    def chosen(place: TerritoryFacts) -> TerritoryFacts:
        return replace(place, policies=own, patience=patience)

    known = [
        replace(
            one,
            territory=chosen(one.territory),
            project_id=draw(st.integers(1, 2)),
            organisation_id=draw(st.sampled_from([30, 31])),
            rests_until=draw(days),
        )
        for one in draw(facts())
    ]
    stuck = tuple(
        StuckFacts(
            100 + number,
            chosen(VAL),
            project_id=draw(st.integers(1, 2)),
            blocked_on=START + timedelta(days=draw(st.integers(-20, 60))),
            spoken_to=draw(st.sampled_from([None, ANNE.id, LUCIE.id])),
        )
        for number in range(draw(st.integers(0, 3)))
    )
    watchers = st.sampled_from([None, ANNE, KARIM, LUCIE, MARC])
    projects = {
        number: ProjectFacts(
            id=number,
            territory=chosen(VAL),
            is_active=draw(st.integers(0, 9)) > 0,
            heard_on=draw(days),
            lead_organisation_id=30,
            lead=draw(watchers),
            lead_rests_until=draw(days),
            pilot=draw(watchers),
            pilot_rests_until=draw(days),
        )
        for number in (1, 2)
    }
    return known, Watch(tuple(known), stuck, projects)


def left_day_by_day(known: list[StepFacts], watch: Watch) -> tuple[PlannedMail, ...]:
    """What the runs of a quarter write, each of them said twice."""
    ledger, left = Ledger(), []
    for offset in range(QUARTER):
        made = plan(known, ledger, START + timedelta(days=offset), watch)
        again = plan(known, made.ledger, START + timedelta(days=offset), watch)
        assert again.mails == ()
        left += made.mails
        ledger = made.ledger
    return tuple(left)


@given(worlds())
@settings(max_examples=40)
def test_preview_and_what_leaves_agree_exactly_over_a_quarter(
    world: tuple[list[StepFacts], Watch],
) -> None:
    known, watch = world
    assert left_day_by_day(known, watch) == outlook(known, Ledger(), START, QUARTER, watch).mails


def test_they_agree_where_every_kind_of_line_and_the_weeks_of_agents_occur() -> None:
    quiet = step(FRIDAY, project_id=7, organisation_id=31)
    agents = step(FRIDAY, id=4, recipient=MARC, audience=Audience.AGENT)
    silent = replace(PROJECT, heard_on=date(2026, 3, 5))
    watch = watched(quiet, blocked(date(2026, 3, 4)), project=silent)
    left = left_day_by_day([quiet, agents], watch)
    assert left == outlook([quiet, agents], Ledger(), START, QUARTER, watch).mails
    assert {line.code for mail in left for line in mail.notices} == set(NoticeCode)
    weeks = [one for mail in left for one in mail.told if one.rule.code is OccasionCode.EACH_WEEK]
    assert len(weeks) > 1


@given(worlds(), st.lists(st.integers(0, QUARTER), min_size=1, max_size=40))
def test_no_line_is_told_twice_none_on_a_day_off_and_no_mail_is_empty(
    world: tuple[list[StepFacts], Watch], offsets: list[int]
) -> None:
    known, watch = world
    ledger, told = Ledger(), Counter[Occasion]()
    for offset in offsets:
        day = START + timedelta(days=offset)
        made = plan(known, ledger, day, watch)
        ledger = made.ledger
        assert all(mail.occasions for mail in made.mails)
        assert len({mail.recipient.id for mail in made.mails}) == len(made.mails)
        lines = [line for mail in made.mails for line in mail.notices]
        assert not lines or is_working_day(day, VAL.holiday_zone)
        told.update(line.occasion for line in lines)
    assert all(times == 1 for times in told.values())


@given(worlds())
@settings(max_examples=40)
def test_nothing_is_told_while_it_or_they_are_left_in_peace(
    world: tuple[list[StepFacts], Watch],
) -> None:
    known, watch = world
    for day, made in over(known, Ledger(), START, QUARTER, watch):
        for mail in made.mails:
            assert all(
                one.step.rests_until is None or one.step.rests_until <= day for one in mail.told
            )
            assert all(one.rests_until is None or one.rests_until <= day for one in mail.notices)
