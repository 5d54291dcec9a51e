"""A person or a project left in peace until a day, in one territory."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

import html5lib
import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import MailPreference
from app.reminders.models import RelancePause
from tests.cast import Cast
from tests.reminders.conftest import WEEK_BEFORE, Clockwork, at, mails
from tests.reminders.test_pilot_page import words

As = Callable[[str], FlaskClient]


@pytest.fixture(autouse=True)
def the_day() -> Iterator[None]:
    with time_machine.travel(at(date(2026, 4, 7)), tick=False):
        yield


@pytest.fixture
def here(started: Cast) -> str:
    return f"/territoires/{started.territory().public_id}/relances"


@pytest.fixture
def lucie(started: Cast, here: str) -> str:
    return f"{here}/personnes/{started.person('Lucie').public_id}"


def told(session: Session) -> list[str]:
    return [mail.to for mail in mails(session)]


def until(client: FlaskClient, url: str, day: str) -> str:
    return words(client.post(f"{url}/pause", data={"until": day}, follow_redirects=True))


def test_who_is_left_in_peace_gets_nothing_and_the_page_says_why_and_until_when(
    as_: As, here: str, lucie: str, session: Session, clockwork: Clockwork
) -> None:
    page = until(as_("Anne"), lucie, "2026-05-12")
    assert "Lucie Perrin : aucun rappel ni relance avant le 12 mai 2026." in page
    assert "en pause jusqu’au 12 mai 2026" in page and "reprise le 12 mai 2026" in page
    clockwork.run(WEEK_BEFORE)
    assert "lucie@example.org" not in told(session)


def test_it_ends_on_its_day_or_before(
    as_: As, lucie: str, session: Session, clockwork: Clockwork
) -> None:
    anne = as_("Anne")
    until(anne, lucie, "2026-04-10")
    clockwork.run(WEEK_BEFORE)
    assert "lucie@example.org" in told(session)
    until(anne, lucie, "2026-06-01")
    resumed = words(anne.post(f"{lucie}/reprendre", follow_redirects=True))
    assert "Lucie Perrin : les relances reprennent." in resumed
    session.rollback()
    assert session.scalars(select(RelancePause)).all() == []


def test_a_person_s_own_choice_is_another_one(as_: As, lucie: str, session: Session) -> None:
    until(as_("Anne"), lucie, "2026-05-12")
    assert session.scalars(select(MailPreference)).all() == []


def test_a_day_that_has_passed_or_lies_too_far_is_refused(
    as_: As, lucie: str, session: Session
) -> None:
    anne = as_("Anne")
    assert "Choisissez un jour à venir." in until(anne, lucie, "2026-04-07")
    assert "Un an au plus" in until(anne, lucie, "2027-06-01")
    assert "Choisissez jusqu’à quel jour." in until(anne, lucie, "bientôt")
    session.rollback()
    assert session.scalars(select(RelancePause)).all() == []


def test_the_day_that_was_refused_stands_in_the_form_again(
    as_: As, started: Cast, lucie: str, here: str
) -> None:
    project = f"/projets/{started.project().public_id}/relances"
    for url, id_ in ((lucie, f"reprise-{started.person('Lucie').public_id}"), (project, "reprise")):
        answer = as_("Anne").post(f"{url}/pause", data={"until": "2027-06-01"})
        html5lib.HTMLParser(strict=True).parse(answer.text)
        assert answer.status_code == 422
        [field] = re.findall(f'<input [^>]*id="{id_}"[^>]*>', answer.text)
        assert 'value="2027-06-01"' in field and f'aria-describedby="{id_}-error"' in field
        assert answer.text.count("Un an au plus") == 1


def test_whose_form_is_no_longer_on_the_page_reads_why_all_the_same(
    as_: As, started: Cast, here: str
) -> None:
    nobody_soon = f"{here}/personnes/{started.person('Marc').public_id}"
    answer = as_("Anne").post(f"{nobody_soon}/pause", data={"until": "2027-06-01"})
    assert answer.status_code == 422
    assert answer.text.count("Un an au plus") == 1


def test_a_project_rests_as_a_whole_and_another_day_moves_its_pause(
    as_: As, started: Cast, session: Session, clockwork: Clockwork
) -> None:
    anne, url = as_("Anne"), f"/projets/{started.project().public_id}/relances"
    until(anne, url, "2026-04-09")
    page = until(anne, url, "2026-05-12")
    assert "En pause : aucun rappel ni relance avant le 12 mai 2026." in page
    clockwork.run(WEEK_BEFORE)
    assert told(session) == []
    assert len(session.scalars(select(RelancePause)).all()) == 1
    resumed = words(anne.post(f"{url}/reprendre", follow_redirects=True))
    assert "Mettre en pause jusqu’à une date" in resumed


def test_somebody_of_another_territory_is_not_known_here(as_: As, started: Cast, here: str) -> None:
    paul = f"{here}/personnes/{started.person('Paul').public_id}/pause"
    assert as_("Anne").post(paul, data={"until": "2026-05-12"}).status_code == 404
    assert as_("Lucie").post(paul, data={"until": "2026-05-12"}).status_code == 404
