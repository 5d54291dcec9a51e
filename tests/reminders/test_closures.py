"""An organisation that is shut is spoken to before, and again after."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import LONGEST_CLOSURE, Closure
from tests.cast import Cast
from tests.reminders.conftest import WEEK_BEFORE, Clockwork, at, mails
from tests.reminders.test_pilot_page import words

As = Callable[[str], FlaskClient]
Begin = Callable[[], None]


@pytest.fixture(autouse=True)
def the_day() -> Iterator[None]:
    with time_machine.travel(at(date(2026, 4, 1)), tick=False):
        yield


def to_lucie(session: Session) -> list[str]:
    """The days on which Lucie was mailed, by the keys of her mails."""
    return [mail.key[-10:] for mail in mails(session) if mail.to == "lucie@example.org"]


def shut(session: Session, cast: Cast, change: Begin, first: date, last: date) -> Closure:
    change()
    fournil = cast.organisation("Le Fournil")
    closure = Closure(organisation_id=fournil.id, starts_on=first, ends_on=last)
    session.add(closure)
    session.commit()
    return closure


def test_who_is_shut_on_the_day_is_told_on_the_last_day_of_work_before(
    started: Cast, session: Session, clockwork: Clockwork, change: Begin
) -> None:
    shut(session, started, change, WEEK_BEFORE - timedelta(days=3), WEEK_BEFORE)
    for day in range(1, 12):
        clockwork.run(date(2026, 4, day))
    assert to_lucie(session) == ["2026-04-03"]


def test_a_long_closure_is_seen_from_before_it_begins(
    started: Cast, session: Session, clockwork: Clockwork, change: Begin
) -> None:
    change()
    started.step().due_on = date(2026, 7, 3)
    session.commit()
    shut(session, started, change, date(2026, 4, 3), date(2026, 4, 3) + LONGEST_CLOSURE)
    clockwork.run(date(2026, 4, 2))
    assert to_lucie(session) == ["2026-04-02"]


def test_a_closure_taken_off_holds_nothing(
    started: Cast, session: Session, clockwork: Clockwork, change: Begin
) -> None:
    closure = shut(session, started, change, WEEK_BEFORE, WEEK_BEFORE)
    change()
    closure.removed_at = at(WEEK_BEFORE)
    session.commit()
    clockwork.run(WEEK_BEFORE)
    assert to_lucie(session) == [WEEK_BEFORE.isoformat()]


class TestTheCard:
    """What the organisation's page says and takes."""

    @pytest.fixture
    def here(self, cast: Cast) -> str:
        return f"/organisations/{cast.organisation('Le Fournil').public_id}"

    def note(self, client: FlaskClient, here: str, first: str, last: str) -> str:
        data = {"starts_on": first, "ends_on": last}
        return words(client.post(f"{here}/fermetures", data=data, follow_redirects=True))

    def test_its_manager_notes_one_takes_it_off_and_puts_it_back(
        self, as_: As, here: str, session: Session
    ) -> None:
        lucie = as_("Lucie")
        assert "Aucune fermeture notée." in words(lucie.get(here))
        page = self.note(lucie, here, "2026-08-03", "2026-08-21")
        assert "C’est noté" in page and "du 3 août 2026 au 21 août 2026" in page
        session.rollback()
        closure = session.scalars(select(Closure)).one()
        taken = lucie.post(f"/fermetures/{closure.public_id}/retirer", follow_redirects=True)
        assert "La fermeture est retirée." in words(taken)
        assert "Aucune fermeture notée." in words(taken)
        back = lucie.post(f"/fermetures/{closure.public_id}/remettre", follow_redirects=True)
        assert "du 3 août 2026 au 21 août 2026" in words(back)

    def test_said_twice_it_stands_once(self, as_: As, here: str, session: Session) -> None:
        for _ in range(2):
            self.note(as_("Anne"), here, "2026-08-03", "2026-08-21")
        session.rollback()
        assert len(session.scalars(select(Closure)).all()) == 1

    @pytest.mark.parametrize(
        ("first", "last", "refusal"),
        [
            ("2026-08-10", "2026-08-30", "Une fermeture est déjà notée sur ces jours"),
            ("2026-08-25", "2026-12-01", "Trois mois d’affilée au plus"),
            ("2026-06-01", "2026-05-30", "Le dernier jour vient avant le premier."),
            ("2026-03-01", "2026-03-30", "Ces jours sont passés."),
            ("", "2026-05-30", "Donnez le premier jour."),
        ],
    )
    def test_days_that_make_no_sense_are_refused_and_stay_typed(
        self, as_: As, here: str, first: str, last: str, refusal: str
    ) -> None:
        lucie = as_("Lucie")
        self.note(lucie, here, "2026-08-03", "2026-08-21")
        page = self.note(lucie, here, first, last)
        assert refusal in page and f'value="{last}"' in page
