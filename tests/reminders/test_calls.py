"""« Relancé par téléphone »: a call is a relance, and the pilot's list gets shorter by it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

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
from app.plans.kinds import BarrierKind, StepStatus
from app.plans.models import Step
from app.reminders.kinds import CallOutcome, Reason
from app.reminders.queries.calls import to_call
from app.reminders.queries.facts import facts_of
from app.reminders.queries.silence import quiet_until
from app.reminders.schedule.facts import Ledger
from app.reminders.schedule.fold import over, plan
from app.reminders.schedule.judging import why_untrue
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
    ask = partial(why_untrue, spoken, DUE, 1, announces=True, said=[])
    assert ask(date(2026, 4, 14)) is Reason.CALLED
    assert ask(date(2026, 4, 20)) is None


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
        (CallOutcome.BLOCKED, None, (StepStatus.BLOCKED, DUE, None)),
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
    # what the form sends besides stands for nothing else than « ça coince »
    data[f"frein-{step_id}"] = "regulatory"
    assert as_("Anne").post(page, data=data).status_code == 303
    session.rollback()
    found = session.scalars(select(Step).where(Step.title == "Peser les invendus")).one()

    def day(value: date | int | None) -> date | None:
        return today + timedelta(days=value) if isinstance(value, int) else value

    is_blocked = outcome is CallOutcome.BLOCKED
    assert found.barrier is (BarrierKind.REGULATORY if is_blocked else None)
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


def test_only_the_steps_that_the_page_showed_are_spoken_of(
    as_: As, page: str, unreachable: Cast, session: Session, change: Begin, clockwork: Clockwork
) -> None:
    """Another step of the firm waits since the page was opened: nobody spoke of it."""
    anne, shown = as_("Anne"), unreachable.step().public_id
    assert re.findall(r'name="issue-(\w+)"', anne.get(page).text)[0] == shown
    later = another_step(session, unreachable, change, clockwork)
    data = {f"issue-{shown}": "rien", "body": "", "visibility": "organisation"}
    assert anne.post(page, data=data).status_code == 303
    session.rollback()
    [note] = session.scalars(select(ContactNote)).all()
    assert [one.title for one in note.steps] == ["Peser les invendus"]
    today = clock.local_day(clock.now(), unreachable.territory().time_zone)
    assert waiting_of_the_bakery(session, unreachable, today) == [later.title]


def test_all_that_waits_at_a_firm_rests_as_the_button_says_and_nothing_that_came_since(
    as_: As, page: str, unreachable: Cast, session: Session, clockwork: Clockwork, change: Begin
) -> None:
    anne, first = as_("Anne"), unreachable.step().public_id
    today = clock.local_day(clock.now(), unreachable.territory().time_zone)
    session.rollback()
    change()
    own = unreachable.step()
    more = Step(
        project_id=own.project_id,
        territory_id=own.territory_id,
        title="Trier le pain",
        lead_organisation_id=own.lead_organisation_id,
        lead_person_id=own.lead_person_id,
        due_on=own.due_on,
        scheduled_at=own.scheduled_at,
        rank="zz",
        created_at=own.created_at,
    )
    session.add(more)
    session.commit()
    clockwork.run(WEEK_BEFORE)
    assert "Reposer un mois ses 2 étapes" in anne.get(page).text
    assert "Reposer un mois ses 2 étapes" in anne.get("/aujourdhui").text
    said = anne.post(f"{page}/reposer?etape={first}", follow_redirects=True).text
    assert "son étape en attente" in said
    session.rollback()
    assert waiting_of_the_bakery(session, unreachable, today) == ["Trier le pain"]
    session.rollback()
    said = anne.post(f"{page}/reposer", follow_redirects=True).text
    assert "ses 2 étapes en attente" in said
    session.rollback()
    assert waiting_of_the_bakery(session, unreachable, today) == []


def test_somebody_else_is_called_about_the_steps_that_the_page_showed(
    as_: As, page: str, unreachable: Cast, session: Session, change: Begin, clockwork: Clockwork
) -> None:
    anne, shown = as_("Anne"), unreachable.step().public_id
    session.rollback()
    change()
    nadia = colleague(session, unreachable).person
    session.commit()
    assert f"/contact?personne={nadia.public_id}&amp;pour=etapes&amp;etape={shown}" in (
        anne.get(page).text
    )
    later = another_step(session, unreachable, change, clockwork)
    chosen = f"personne={nadia.public_id}&pour=etapes&etape={shown}"
    assert anne.post(f"{page}/contact?{chosen}").status_code == 303
    session.rollback()
    assert unreachable.step().lead_person_id == nadia.id
    assert unreachable.step(later.title).lead_person_id == unreachable.person("Lucie").id


def another_step(session: Session, cast: Cast, change: Begin, clockwork: Clockwork) -> Step:
    """Le Fournil is to be called about this one, too."""
    session.rollback()
    change()
    first = cast.step()
    step = Step(
        project_id=first.project_id,
        territory_id=first.territory_id,
        title="Fermer le sas",
        lead_organisation_id=first.lead_organisation_id,
        lead_person_id=first.lead_person_id,
        due_on=first.due_on,
        scheduled_at=first.scheduled_at,
        rank="z",
        created_at=first.created_at,
    )
    session.add(step)
    session.commit()
    clockwork.run(WEEK_BEFORE)
    return step


def test_a_note_that_waits_since_the_page_was_opened_still_waits(
    as_: As, page: str, unreachable: Cast, session: Session, change: Begin
) -> None:
    anne = as_("Anne")
    seen, later = (put_off(session, unreachable, change, words) for words in ("Vu", "Pas vu"))
    assert anne.get(page).text.count('name="reprise"') == 2
    data = {"reprise": seen.public_id, "body": "", "visibility": "organisation"}
    assert anne.post(page, data=data).status_code == 303
    session.rollback()
    session.refresh(seen)
    session.refresh(later)
    assert (seen.followed_up_on is None, later.followed_up_on) == (False, None)


def put_off(session: Session, cast: Cast, change: Begin, words: str) -> ContactNote:
    """Anne wanted to speak with Le Fournil again by yesterday."""
    session.rollback()
    change()
    now = clock.now()
    note = take_note(
        session,
        territory_id=cast.territory().id,
        organisation_id=cast.organisation("Le Fournil").id,
        author_id=cast.person("Anne").id,
        author_organisation_id=None,
        said=Said(
            NoteKind.CALL,
            words,
            now.date() - timedelta(days=30),
            NoteVisibility.AUTHOR,
            follow_up_on=now.date() - timedelta(days=1),
        ),
        now=now,
        today=now.date(),
    )
    session.commit()
    return note


def test_a_call_that_was_sent_twice_is_one_call(
    as_: As, page: str, unreachable: Cast, session: Session
) -> None:
    anne = as_("Anne")
    shown = unreachable.step().public_id
    session.rollback()
    data = {f"issue-{shown}": "fait", "body": "Pesé", "visibility": "organisation"}
    for _tap in range(2):
        assert anne.post(page, data=data).status_code == 303
    session.rollback()
    [note] = session.scalars(select(ContactNote)).all()
    assert [one.title for one in note.steps] == ["Peser les invendus"]
    told = anne.get("/aujourdhui").text
    assert "entre-temps" not in told


def test_what_the_firm_has_said_meanwhile_is_not_overwritten_by_the_call(
    as_: As, page: str, unreachable: Cast, session: Session, change: Begin
) -> None:
    anne = as_("Anne")
    session.rollback()
    change()
    step = unreachable.step()
    step.status, step.done_on = StepStatus.DONE, clock.now().date()
    session.commit()
    soon = (clock.now().date() + timedelta(days=20)).isoformat()
    data = {
        f"issue-{step.public_id}": "date",
        f"jour-{step.public_id}": soon,
        "body": "",
        "visibility": "organisation",
    }
    told = anne.post(page, data=data, follow_redirects=True).text
    session.refresh(step)
    assert (step.status, step.due_on) == (StepStatus.DONE, DUE)
    assert "« Peser les invendus » a changé entre-temps" in told.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("said", "asked"), [("date", "quelle nouvelle date"), ("coince", "qu’est-ce qui coince")]
)
def test_what_is_missing_is_asked_for_and_keeps_what_was_typed(
    as_: As, page: str, unreachable: Cast, session: Session, said: str, asked: str
) -> None:
    data = {
        f"issue-{unreachable.step().public_id}": said,
        "body": "Elle propose juin",
        "visibility": "organisation",
    }
    answer = as_("Anne").post(page, data=data)
    assert answer.status_code == 422
    assert "Elle propose juin" in answer.text
    assert asked in answer.text
    assert session.scalars(select(ContactNote)).all() == []


def test_the_ledger_says_who_called_and_never_what_was_said(
    as_: As, page: str, unreachable: Cast, session: Session
) -> None:
    anne, shown = as_("Anne"), f"issue-{unreachable.step().public_id}"
    session.rollback()
    anne.post(page, data={shown: "rien", "body": "Elle hésite beaucoup", "visibility": "author"})
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
    shown = unreachable.step().public_id
    session.rollback()
    data = {"personne": nadia.public_id, "pour": "etapes", "etape": shown}
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
    assert f'formaction="{page}/reposer?etape=' in today
    assert 'href="tel:0353010010"' in today
