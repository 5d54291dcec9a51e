"""One mail in seven days to a firm, whoever reads it there, and nothing lost to that."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.accounts.kinds import MailRhythm
from app.reminders.kinds import Audience, Manner, Reason
from app.reminders.schedule.facts import Ledger, ProjectFacts, StepFacts
from app.reminders.schedule.fold import PlannedMail, over, plan
from app.reminders.schedule.judging import Told
from app.reminders.schedule.occasions import nominal_day
from app.reminders.schedule.pacing import LONGEST_WAIT
from app.reminders.schedule.policy import Rule
from app.reminders.schedule.watching import Watch
from tests.reminders.deciding import (
    AFTER,
    DAY_BEFORE,
    FRIDAY,
    WEEK_BEFORE,
    calendar,
    reasons,
    told,
)
from tests.reminders.worlds import LUCIE, MARC, NADIA, QUARTER, START, VAL, facts, step

FIRM, OTHER_FIRM = 30, 31
MONDAY = date(2026, 4, 20)


def hers(due_on: date = FRIDAY, **changes: object) -> StepFacts:
    return step(due_on, **{"organisation_id": FIRM, **changes})


def his(due_on: date = MONDAY, **changes: object) -> StepFacts:
    return step(due_on, **{"id": 2, "recipient": MARC, "organisation_id": FIRM, **changes})


def to(name: str, *steps: StepFacts, days: int = 120) -> dict[date, list[str]]:
    """The codes that one person is told, by day."""
    found = defaultdict(list)
    for day, made in over(steps, Ledger(), START, days):
        for who, _, code in told(made):
            if who == name:
                found[day].append(code)
    return dict(found)


def test_two_people_of_one_firm_share_its_week() -> None:
    assert calendar(hers(), his()) == {
        WEEK_BEFORE: ["J-7"],  # his would be due on the 13th: the eve tells it
        DAY_BEFORE: ["J-1"],
        FRIDAY: ["J-1"],
        AFTER: ["J+5"],
        date(2026, 4, 29): ["J+5"],  # due on the 27th, seven days after hers
    }
    held = plan([his()], Ledger(firm_on={FIRM: WEEK_BEFORE}), date(2026, 4, 13))
    assert reasons(held) == [("J-7", Reason.ONE_A_WEEK)]


def test_people_of_two_firms_do_not_silence_each_other() -> None:
    assert date(2026, 4, 13) in to("Marc Oudot", hers(), his(organisation_id=OTHER_FIRM))


def test_agents_of_one_organisation_do_not_wait_for_each_other() -> None:
    own, other = hers(audience=Audience.AGENT), his(audience=Audience.AGENT)
    assert date(2026, 4, 13) in to("Marc Oudot", own, other)


def test_of_two_due_on_one_day_who_has_waited_longest_is_told_first() -> None:
    older, newer = his(date(2026, 4, 14)), hers(date(2026, 4, 16))
    assert told(plan([newer, older], Ledger(), date(2026, 4, 21))) == [("Marc Oudot", 2, "J+5")]


def test_what_announces_waits_for_a_colleague_until_the_eve_and_is_told_then() -> None:
    once = his(FRIDAY, manner=Manner.ONCE)
    assert to("Marc Oudot", hers(date(2026, 4, 16)), once) == {DAY_BEFORE: ["J-7"]}


def test_what_chases_waits_for_colleagues_two_weeks_at_most() -> None:
    many = [
        step(FRIDAY, id=n, recipient=replace(LUCIE, id=n, name=f"P{n}"), organisation_id=FIRM)
        for n in range(1, 5)
    ]
    first = [day for day, codes in calendar(*many).items() if "J+5" in codes]
    # two of them wait for their colleagues' weeks, the last one for no more than that
    assert first == [AFTER, date(2026, 4, 29), date(2026, 5, 6)]
    assert calendar(*many)[date(2026, 5, 6)] == ["J+5", "J+5"]


def test_who_reads_once_a_week_waits_for_no_colleague_and_colleagues_wait_for_them() -> None:
    weekly = replace(MARC, rhythm=MailRhythm.WEEKLY)
    theirs = his(date(2026, 4, 27), recipient=weekly)
    assert date(2026, 4, 20) in to("Marc Oudot", hers(date(2026, 4, 24)), theirs)
    assert to("Lucie Perrin", hers(date(2026, 4, 30)), theirs) == {
        date(2026, 4, 27): ["J-7"],  # due on the 23rd, three days after his
        date(2026, 4, 29): ["J-1"],
        date(2026, 5, 11): ["J+5"],  # due on the 5th, the day after his
    }


def test_what_somebody_wrote_to_a_colleague_fills_the_firms_week() -> None:
    wrote = Ledger(firm_written_at={FIRM: datetime(2026, 4, 8, 12, tzinfo=UTC)})
    assert reasons(plan([hers()], wrote, WEEK_BEFORE)) == [("J-7", Reason.ONE_A_WEEK)]
    assert told(plan([hers()], wrote, date(2026, 4, 15)))


def test_a_line_alone_waits_for_the_firms_week_too_and_fills_it() -> None:
    silent = ProjectFacts(
        id=7,
        territory=VAL,
        heard_on=START - timedelta(days=40),
        lead_organisation_id=FIRM,
        lead_firm_id=FIRM,
        lead=NADIA,
    )
    watch = Watch(projects={7: silent})
    monday = START + timedelta(days=7)
    filled = Ledger(firm_on={FIRM: monday - timedelta(days=3)})
    assert not plan([], filled, monday, watch).mails
    made = plan([], Ledger(), monday, watch)
    assert made.mails and made.ledger.firm_on == {FIRM: monday}


def _could_wait(one: Told, day: date) -> bool:
    """Whether an occasion lost nothing by waiting for a colleague's mail."""
    eve = nominal_day(one.step, Rule(one.rule.code, -1))
    until = eve if one.rule.announces else one.nominal_on + LONGEST_WAIT
    return not one.rule.any_day and one.step.gap > 1 and day < until


def _shares(mail: PlannedMail, firm_id: int) -> bool:
    firms = {one.step.firm_id for one in mail.told if not one.rule.any_day}
    return firm_id in firms


@given(facts())
def test_no_seven_days_of_a_firm_hold_two_mails_that_could_have_waited(
    known: list[StepFacts],
) -> None:
    last: dict[int, date] = {}
    for day, made in over(known, Ledger(), START, QUARTER):
        asking = [
            mail
            for mail in made.mails
            if mail.recipient.rhythm is not MailRhythm.WEEKLY
            and all(one.step.firm_id and _could_wait(one, day) for one in mail.told)
        ]
        for firm_id in (1, 2):
            ours = [mail for mail in asking if _firms(mail) == {firm_id}]
            before = last.get(firm_id)
            assert len(ours) <= 1
            assert not ours or before is None or (day - before).days >= 7
            if any(_shares(mail, firm_id) for mail in made.mails):
                last[firm_id] = day


def _firms(mail: PlannedMail) -> set[int | None]:
    return {one.step.firm_id for one in mail.told}


colleagues = st.lists(
    st.builds(
        lambda days, person, manner: (days, person, manner),
        st.integers(20, QUARTER),
        st.sampled_from([LUCIE, MARC, NADIA]),
        st.sampled_from([Manner.USUAL, Manner.USUAL, Manner.ONCE]),
    ),
    min_size=1,
    max_size=8,
)


@given(colleagues)
def test_every_date_is_announced_and_chased_whatever_its_colleagues_are_told(
    drawn: list[tuple[int, object, Manner]],
) -> None:
    known = [
        hers(START + timedelta(days=days), id=number, recipient=person, manner=manner)
        for number, (days, person, manner) in enumerate(drawn, start=1)
    ]
    announced, chased = set(), {}
    for day, made in over(known, Ledger(), START, QUARTER + 60):
        for one in (one for mail in made.mails for one in mail.told):
            if one.rule.announces:
                announced.add(one.step.id)
            else:
                chased[one.step.id] = day - one.nominal_on
    assert announced == {one.id for one in known}
    assert set(chased) == {one.id for one in known if one.manner is Manner.USUAL}
    # its own people's week besides, and days off
    assert all(late <= LONGEST_WAIT + timedelta(days=11) for late in chased.values())
