"""Days away: named by the person, for themselves, with a colleague who can answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Absence, Person
from app.journal.kinds import Via
from app.journal.recorder import acting
from tests.cast import BEGINNING, NOW, Cast, colleague

As = Callable[[str], FlaskClient]
PAGE = "/compte/absences"


@pytest.fixture(autouse=True)
def in_april() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def nadia(session: Session, cast: Cast) -> Person:
    acting(session, None, Via.COMMAND, BEGINNING)
    person = colleague(session, cast).person
    session.commit()
    return person


def fields(person: Person, **changed: str) -> dict[str, str]:
    return {
        "starts_on": "2026-04-20",
        "ends_on": "2026-05-03",
        "substitute_id": str(person.id),
    } | changed


def test_alone_in_an_organisation_the_page_says_what_to_do(as_: As) -> None:
    page = as_("Lucie").get(PAGE).text
    assert "Invitez-la depuis la page de l’organisation" in page
    assert 'name="substitute_id"' not in page


def test_an_absence_is_noted_shown_and_taken_back(as_: As, session: Session, nadia: Person) -> None:
    lucie = as_("Lucie")
    assert lucie.post(PAGE, data=fields(nadia)).status_code == 303
    assert "Nadia Roy répond à votre place" in lucie.get(PAGE).text
    session.rollback()
    absence = session.scalars(select(Absence)).one()
    assert (absence.starts_on, absence.ends_on) == (date(2026, 4, 20), date(2026, 5, 3))
    taking_back = f"{PAGE}/{absence.public_id}/retirer"
    assert as_("Marc").post(taking_back).status_code == 404
    assert lucie.post(taking_back).status_code == 303
    session.rollback()
    assert session.scalars(select(Absence)).all() == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"ends_on": "2026-04-19"}, "Le dernier jour vient avant le premier"),
        ({"starts_on": "2026-03-01", "ends_on": "2026-03-02"}, "Ces jours sont passés"),
        ({"ends_on": "2029-01-01"}, "Un an au plus"),
        ({"starts_on": ""}, "Donnez le premier jour"),
        ({"substitute_id": "0"}, "field__error"),
    ],
)
def test_days_that_make_no_sense_are_refused_with_words(
    as_: As, nadia: Person, changed: dict[str, str], said: str
) -> None:
    answer = as_("Lucie").post(PAGE, data=fields(nadia, **changed))
    assert answer.status_code == 422
    assert said in answer.text


def test_days_are_noted_once(as_: As, nadia: Person) -> None:
    lucie = as_("Lucie")
    lucie.post(PAGE, data=fields(nadia))
    again = lucie.post(PAGE, data=fields(nadia, starts_on="2026-05-03", ends_on="2026-05-09"))
    assert again.status_code == 422
    assert "déjà notée sur ces jours" in again.text


def test_somebody_of_another_organisation_cannot_be_named(
    as_: As, session: Session, cast: Cast, nadia: Person
) -> None:
    answer = as_("Lucie").post(PAGE, data=fields(cast.person("Marc")))
    assert answer.status_code == 422
    assert session.scalars(select(Absence)).all() == []
