"""« Relancé par téléphone »: a call is a relance, and the pilot's list gets shorter by it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Membership
from app.core import clock
from app.initiatives.kinds.notes import NoteKind, NoteVisibility
from app.initiatives.models import ContactNote
from app.initiatives.services.notes import Said, take_note
from app.plans.kinds import StepStatus
from app.plans.models import Step
from app.reminders.facts import Ledger
from app.reminders.kinds import CallOutcome, Reason
from app.reminders.queries.calls import to_call
from app.reminders.queries.facts import facts_of
from app.reminders.queries.silence import quiet_until
from app.reminders.schedule import over, plan, why_untrue
from tests.cast import Cast, colleague
from tests.reminders.conftest import WEEK_BEFORE, Clockwork
from tests.reminders.worlds import START, facts, step

As = Callable[[str], FlaskClient]
Begin = Callable[[], None]
DUE = date(2026, 4, 17)


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


@pytest.fixture
def unreachable(started: Cast, session: Session, change: Begin, clockwork: Clockwork) -> Cast:
    """Lucie has no address: her step is to be called about."""
    change()
    started.person("Lucie").email = None
    session.commit()
    clockwork.run(WEEK_BEFORE)
    return started


@pytest.fixture
def page(unreachable: Cast) -> str:
    firm = unreachable.organisation("Le Fournil").public_id
    return f"/territoires/{unreachable.territory().public_id}/appels/{firm}"


def called(session: Session, cast: Cast, on: date, own: str = "CC du Val d’Aubrive") -> None:
    """Anne calls about Lucie's step; flushed."""
    now = clock.now()
    take_note(
        session,
        territory_id=cast.territory().id,
        organisation_id=cast.organisation("Le Fournil").id,
        author_id=cast.person("Anne").id,
        author_organisation_id=cast.organisation(own).id,
        said=Said(NoteKind.CALL, "", on, NoteVisibility.AUTHOR),
        now=now,
        today=on,
        steps=[cast.step()],
    )


def waiting_of_the_bakery(session: Session, cast: Cast, day: date) -> list[str]:
    """What Le Fournil is to be called about: Marc's step waits as well."""
    found = to_call(session, cast.territory().id, day)
    return [one.title for one in found if one.organisation == "Le Fournil"]


def test_for_seven_days_after_a_call_no_mail_speaks_of_the_step() -> None:
    call = date(2026, 4, 9)
    spoken = step(DUE, quiet_until=quiet_until(call, None))
    told = {day for day, decision in over([spoken], Ledger(), call, 20) if decision.mails}
    # the week before is over; the eve is the first day that may speak again
    assert min(told) == date(2026, 4, 16)


def test_a_step_put_off_is_silent_until_that_day() -> None:
    put_off = step(DUE, quiet_until=quiet_until(None, date(2026, 5, 11)))
    days = [day for day, one in over([put_off], Ledger(), date(2026, 4, 9), 60) if one.mails]
    assert days[0] == date(2026, 5, 11)


def test_a_mail_that_waits_is_not_sent_after_a_call() -> None:
    spoken = step(DUE, quiet_until=date(2026, 4, 20))
    assert why_untrue(spoken, DUE, 1, date(2026, 4, 14)) is Reason.CALLED
    assert why_untrue(spoken, DUE, 1, date(2026, 4, 20)) is None


@given(facts(), st.integers(0, 90), st.integers(1, 60))
def test_nobody_is_mailed_about_what_rests(steps: list, first: int, rest: int) -> None:
    until = START + timedelta(days=first + rest)
    quiet = [type(one)(**{**one.__dict__, "quiet_until": until}) for one in steps]
    decision = plan(quiet, Ledger(), START + timedelta(days=first))
    assert decision.mails == ()


def test_a_call_and_a_day_to_which_it_was_put_off_hold_as_long_as_the_longer() -> None:
    assert quiet_until(None, None) is None
    assert quiet_until(date(2026, 4, 1), None) == date(2026, 4, 8)
    assert quiet_until(date(2026, 4, 1), date(2026, 5, 1)) == date(2026, 5, 1)
    assert quiet_until(date(2026, 4, 1), date(2026, 4, 2)) == date(2026, 4, 8)


def test_a_call_is_read_into_the_facts(started: Cast, session: Session, change: Begin) -> None:
    change()
    called(session, started, date(2026, 4, 9))
    [fact] = facts_of(session, [started.step().id]).values()
    assert fact.quiet_until == date(2026, 4, 16)


def test_a_firm_does_not_silence_its_own_step(
    started: Cast, session: Session, change: Begin
) -> None:
    change()
    called(session, started, date(2026, 4, 9), own="Le Fournil")
    [fact] = facts_of(session, [started.step().id]).values()
    assert fact.quiet_until is None


def test_who_was_called_leaves_the_list_for_seven_days(
    unreachable: Cast, session: Session, change: Begin
) -> None:
    def listed(day: date) -> list[str]:
        return waiting_of_the_bakery(session, unreachable, day)

    call = WEEK_BEFORE + timedelta(days=1)
    assert listed(call) == ["Peser les invendus"]
    change()
    called(session, unreachable, call)
    assert listed(call) == []
    assert listed(call + timedelta(days=6)) == []
    assert listed(call + timedelta(days=7)) == ["Peser les invendus"]


@pytest.mark.parametrize(
    ("outcome", "days", "expected"),
    [
        (CallOutcome.DONE, None, (StepStatus.DONE, DUE, None)),
        (CallOutcome.NEW_DATE, 40, (StepStatus.TODO, 40, None)),
        (CallOutcome.IN_PROGRESS, 20, (StepStatus.IN_PROGRESS, DUE, 20)),
        (CallOutcome.NOTHING, None, (StepStatus.TODO, DUE, None)),
    ],
)
def test_a_call_says_how_a_step_goes(
    as_: As,
    page: str,
    unreachable: Cast,
    session: Session,
    outcome: CallOutcome,
    days: int | None,
    expected: tuple[StepStatus, date | int, int | None],
) -> None:
    today = clock.now().date()
    step_id = unreachable.step().public_id
    data = {f"issue-{step_id}": outcome.value, "body": "Vu", "visibility": "organisation"}
    if days:
        data[f"jour-{step_id}"] = (today + timedelta(days=days)).isoformat()
    assert as_("Anne").post(page, data=data).status_code == 303
    session.rollback()
    found = session.scalars(select(Step).where(Step.title == "Peser les invendus")).one()

    def day(value: date | int | None) -> date | None:
        return today + timedelta(days=value) if isinstance(value, int) else value

    assert (found.status, found.due_on, found.news_on) == (
        expected[0],
        day(expected[1]),
        day(expected[2]),
    )
    [note] = session.scalars(select(ContactNote)).all()
    assert (note.kind, note.body, [one.id for one in note.steps]) == (
        NoteKind.CALL,
        "Vu",
        [found.id],
    )


def test_a_new_date_that_is_missing_keeps_what_was_typed(
    as_: As, page: str, unreachable: Cast, session: Session
) -> None:
    data = {
        f"issue-{unreachable.step().public_id}": "date",
        "body": "Elle propose juin",
        "visibility": "organisation",
    }
    answer = as_("Anne").post(page, data=data)
    assert answer.status_code == 422
    assert "Elle propose juin" in answer.text
    assert "quelle nouvelle date" in answer.text
    assert session.scalars(select(ContactNote)).all() == []


def test_the_ledger_says_who_called_and_never_what_was_said(
    as_: As, page: str, unreachable: Cast
) -> None:
    anne = as_("Anne")
    anne.post(page, data={"body": "Elle hésite beaucoup", "visibility": "author"})
    here = f"/territoires/{unreachable.territory().public_id}/relances"
    ledger = anne.get(here).text
    assert "relancé par téléphone, par Anne Vasseur, le" in ledger
    project = as_("Karim").get(f"/projets/{unreachable.project().public_id}/relances").text
    assert "relancé par téléphone, par Anne Vasseur" in project
    assert "Elle hésite" not in ledger + project


def test_a_firm_is_left_in_peace_for_a_month_and_that_is_taken_back(
    as_: As, page: str, unreachable: Cast, session: Session
) -> None:
    anne = as_("Anne")
    today = clock.local_day(clock.now(), unreachable.territory().time_zone)
    session.rollback()
    assert anne.post(f"{page}/reposer").status_code == 303
    session.rollback()
    [note] = session.scalars(select(ContactNote)).all()
    assert note.follow_up_on == today + timedelta(days=30)
    assert waiting_of_the_bakery(session, unreachable, today) == []
    assert anne.post(f"/notes/{note.public_id}/annuler").status_code == 303
    session.rollback()
    assert waiting_of_the_bakery(session, unreachable, today) == ["Peser les invendus"]


def test_somebody_else_is_called_about_these_steps_or_about_everything(
    as_: As, page: str, unreachable: Cast, session: Session, change: Begin
) -> None:
    change()
    nadia = colleague(session, unreachable).person
    session.commit()
    anne = as_("Anne")
    data = {"personne": nadia.public_id, "pour": "etapes"}
    assert anne.post(f"{page}/contact", data=data).status_code == 303
    session.rollback()
    assert unreachable.step().lead_person_id == nadia.id
    anne.post(f"{page}/contact", data=data | {"pour": "toujours"})
    session.rollback()
    usual = session.scalars(
        select(Membership.person_id).where(
            Membership.organisation_id == unreachable.organisation("Le Fournil").id,
            Membership.is_default,
        )
    ).all()
    assert usual == [nadia.id]


def test_nobody_of_another_firm_becomes_its_contact(as_: As, page: str, unreachable: Cast) -> None:
    marc = unreachable.person("Marc").public_id
    answer = as_("Anne").post(f"{page}/contact", data={"personne": marc, "pour": "toujours"})
    assert answer.status_code == 404


def test_the_pilots_first_page_offers_the_three_ways(as_: As, page: str) -> None:
    today = as_("Anne").get("/aujourdhui").text
    assert f'href="{page}"' in today
    assert f'href="{page}#contacts"' in today
    assert f'formaction="{page}/reposer"' in today
    assert 'href="tel:0353010010"' in today
