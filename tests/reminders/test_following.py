"""What a mail says comes next is what the schedule then does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.outbox.message import Letter
from app.reminders.kinds import Audience, Following, Manner, OccasionCode
from app.reminders.models import RelanceManner
from app.reminders.schedule.facts import Ledger, StepFacts
from app.reminders.schedule.fold import over
from app.reminders.schedule.following import follows
from app.reminders.schedule.policy import Policy
from app.reminders.words import what_follows
from tests.cast import Cast
from tests.reminders.conftest import WEEK_BEFORE, Clockwork, mails
from tests.reminders.deciding import FRIDAY
from tests.reminders.worlds import START, VAL, facts, step

HORIZON = 300
distances = st.none() | st.integers(2, 30)
policies = st.builds(
    Policy,
    before_days=distances,
    eve=st.booleans(),
    after_days=distances,
    milestone_days=distances,
    gap=st.integers(1, 30),
    weekly=st.booleans(),
)
_SAYS = {
    Following.BEFORE: "à l’approche de la date",
    Following.EVE: "la veille",
    Following.AFTER: "une seule fois après la date",
    Following.AFTER_THEN_WEEKLY: "puis l’étape figurera dans votre point du lundi",
    Following.EACH_WEEK: "elle figure dans votre point du lundi",
    Following.NOTHING: "dernier message automatique",
}


def codes_after(a_step: StepFacts, ledger: Ledger, day: date) -> list[OccasionCode]:
    """What the fold goes on to tell, day by day."""
    days = over([a_step], ledger, day + timedelta(days=1), HORIZON)
    return [one.rule.code for _, made in days for mail in made.mails for one in mail.told]


def meant(codes: list[OccasionCode]) -> Following:
    """The messages of the future in one word."""
    if not codes:
        return Following.NOTHING
    match codes[0]:
        case OccasionCode.DAY_BEFORE:
            return Following.EVE
        case OccasionCode.MILESTONE | OccasionCode.WEEK_BEFORE:
            return Following.BEFORE
        case OccasionCode.EACH_WEEK:
            return Following.EACH_WEEK
        case _:
            return Following.AFTER_THEN_WEEKLY if codes[1:] else Following.AFTER


@given(facts(), policies, st.integers(0, 120))
@settings(max_examples=60)
def test_what_is_announced_is_what_the_schedule_tells_next(
    known: list[StepFacts], policy: Policy, until: int
) -> None:
    one = known[0]
    own = replace(one.territory, policies=dict.fromkeys(Audience, policy))
    a_step, ledger = replace(one, territory=own), Ledger()
    for day, made in over([a_step], Ledger(), START - timedelta(days=40), until):
        ledger = made.ledger
        if made.mails:
            coming = meant(codes_after(a_step, ledger, day))
            assert follows(a_step, ledger, day) is coming
            said = what_follows([coming], "Anne", is_past=False)
            assert [kind for kind, words in _SAYS.items() if words in said] == [coming]


def announced(a_step: StepFacts) -> list[tuple[str, Following]]:
    """(occasion, what its mail says comes next) of every mail about a step."""
    return [
        (one.rule.code.value, follows(a_step, made.ledger, day))
        for day, made in over([a_step], Ledger(), START, 80)
        for mail in made.mails
        for one in mail.told
    ]


def test_each_mail_of_a_milestone_announces_the_next_one() -> None:
    assert announced(step(FRIDAY, milestone=True)) == [
        ("J-14", Following.BEFORE),
        ("J-7", Following.EVE),
        ("J-1", Following.AFTER),
        ("J+5", Following.NOTHING),
    ]


def test_where_only_one_word_is_wanted_no_other_is_promised() -> None:
    assert announced(step(FRIDAY, manner=Manner.ONCE)) == [("J-7", Following.NOTHING)]


def test_without_the_eve_or_a_relance_after_the_date_neither_is_promised() -> None:
    def of(policy: Policy) -> StepFacts:
        return step(FRIDAY, territory=replace(VAL, policies=dict.fromkeys(Audience, policy)))

    assert announced(of(Policy(eve=False))) == [
        ("J-7", Following.AFTER),
        ("J+5", Following.NOTHING),
    ]
    assert announced(of(Policy(after_days=None))) == [
        ("J-7", Following.EVE),
        ("J-1", Following.NOTHING),
    ]


def test_an_agent_is_told_of_every_monday_before_the_date_too() -> None:
    said = announced(step(FRIDAY, audience=Audience.AGENT))
    assert said[:3] == [
        ("J-7", Following.EVE),
        ("J-1", Following.AFTER_THEN_WEEKLY),
        ("J+5", Following.EACH_WEEK),
    ]


def test_steps_that_differ_are_told_apart() -> None:
    def said(*comes: Following) -> str:
        return what_follows(comes, "Anne", is_past=False)

    assert "la veille ou après la date, selon l’étape." in said(Following.AFTER, Following.EVE)
    both = said(Following.NOTHING, Following.EVE)
    assert "viendra la veille. Pour d’autres étapes, c’est notre dernier message" in both
    assert "selon l’étape" not in both


def test_the_mail_itself_says_so(started: Cast, session: Session, clockwork: Clockwork) -> None:
    a_step = started.step()
    session.add(
        RelanceManner(
            territory_id=a_step.territory_id,
            project_id=a_step.project_id,
            step_id=a_step.id,
            manner=Manner.ONCE,
        )
    )
    session.commit()
    clockwork.run(WEEK_BEFORE)
    lucie = started.person("Lucie").id
    [mail] = [one for one in mails(session) if one.recipient_id == lucie]
    letter = clockwork.renew(session, mail, WEEK_BEFORE)
    assert isinstance(letter, Letter)
    assert "la veille" not in letter.text
    assert "dernier message automatique sur cette date" in letter.text
