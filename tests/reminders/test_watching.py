"""What those who keep an eye on a project are told: in a line, once, and never up a company."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.accounts.kinds import MailRhythm
from app.core.calendar import is_working_day
from app.reminders.kinds import Answer, Audience
from app.reminders.schedule.facts import Ledger, Occasion, ProjectFacts, Recipient, StepFacts
from app.reminders.schedule.fold import outlook, over, plan
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


def watched(known: StepFacts, project: ProjectFacts = PROJECT) -> Watch:
    return Watch((known,), {project.id: project})


def said(
    known: StepFacts, project: ProjectFacts = PROJECT, days: int = 100
) -> list[tuple[str, ...]]:
    """(day, to whom, code) of every line in a simulated time."""
    return [
        (day.isoformat(), mail.recipient.name.split()[0], line.code.value)
        for day, made in over([known], Ledger(), START, days, watched(known, project))
        for mail in made.mails
        for line in mail.notices
    ]


def blocked(on: date, **changes: object) -> StepFacts:
    known = {"blocked": True, "blocked_on": on, "project_id": 7, "organisation_id": 31}
    return step(FRIDAY, **{**known, **changes})


def test_after_ten_days_the_pilot_reads_on_a_monday_what_is_stuck() -> None:
    assert said(blocked(date(2026, 3, 4))) == [("2026-03-16", "Anne", "bloque")]


def test_a_line_joins_the_mail_that_somebody_gets_anyway() -> None:
    own = step(date(2026, 3, 26), id=2, recipient=ANNE, audience=Audience.AGENT)
    stuck = blocked(date(2026, 3, 9))  # ten days are over on Thursday the 19th
    watch = Watch((own, stuck), {7: PROJECT})
    made = {
        day: decision.mails
        for day, decision in over([own, stuck], Ledger(), START, 25, watch)
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
    assert said(blocked(date(2026, 3, 4), recipient=ANNE)) == []


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


def test_an_answer_ends_it() -> None:
    quiet = step(FRIDAY, project_id=7, organisation_id=31)
    ledger = [made for _, made in over([quiet], Ledger(), START, 53)][-1].ledger
    after = next(key for key in ledger.entries if key.code == "J+5")
    answered = replace(ledger.entries[after], answer=Answer.AGREED)
    ledger = replace(ledger, entries={**ledger.entries, after: answered})
    made = plan([quiet], ledger, date(2026, 4, 27), watched(quiet))
    assert made.mails == ()


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[StepFacts], Watch]:
    known = [
        replace(
            one,
            project_id=draw(st.integers(1, 2)),
            organisation_id=draw(st.sampled_from([30, 31])),
            blocked_on=START + timedelta(days=draw(st.integers(-20, 60))) if one.blocked else None,
        )
        for one in draw(facts())
    ]
    watchers = st.sampled_from([None, ANNE, KARIM, LUCIE, MARC])
    projects = {
        number: ProjectFacts(
            id=number,
            territory=VAL,
            heard_on=draw(st.none() | st.integers(-30, 90).map(lambda n: START + timedelta(n))),
            lead_organisation_id=30,
            lead=draw(watchers),
            pilot=draw(watchers),
        )
        for number in (1, 2)
    }
    return known, Watch(tuple(known), projects)


@given(worlds())
def test_preview_and_what_leaves_agree_exactly_over_a_quarter(
    world: tuple[list[StepFacts], Watch],
) -> None:
    known, watch = world
    seen = outlook(known, Ledger(), START, QUARTER, watch).mails
    ledger, left = Ledger(), []
    for offset in range(QUARTER):
        made = plan(known, ledger, START + timedelta(days=offset), watch)
        again = plan(known, made.ledger, START + timedelta(days=offset), watch)
        assert again.mails == ()
        left += made.mails
        ledger = made.ledger
    assert tuple(left) == seen


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
