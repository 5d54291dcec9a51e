"""How soon people answer: what counts, from when on, and what the page says of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.outbox.kinds import MailState
from app.outbox.models import Mail
from app.reminders.figures import Share, Spoken, by_kind, by_week, tally
from app.reminders.kinds import Answer, OccasionCode
from app.reminders.models import Relance
from tests.cast import Cast
from tests.conftest import QueryCount
from tests.reminders.conftest import WEEK_BEFORE, Clockwork, at
from tests.reminders.test_pilot_page import words

As = Callable[[str], FlaskClient]
SENT = date(2026, 4, 10)
LATER = date(2026, 5, 4)

days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
messages = st.lists(
    st.builds(
        Spoken,
        st.sampled_from(list(OccasionCode)),
        days,
        st.none() | days,
        st.none() | days,
    )
)


def spoken(answered: int | None = None, moved: int | None = None) -> Spoken:
    return Spoken(
        OccasionCode.WEEK_BEFORE,
        SENT,
        None if answered is None else SENT + timedelta(days=answered),
        None if moved is None else SENT + timedelta(days=moved),
    )


@pytest.mark.parametrize(
    ("one", "soon", "in_a_week"),
    [
        (spoken(), 0, 0),
        (spoken(answered=0), 1, 1),
        (spoken(answered=3), 1, 1),
        (spoken(answered=4), 0, 1),
        (spoken(answered=7), 0, 1),
        (spoken(answered=8), 0, 0),
        (spoken(moved=2), 1, 1),
        (spoken(answered=9, moved=5), 0, 1),
        (spoken(moved=-1), 0, 0),
    ],
)
def test_an_answer_is_from_the_mail_or_a_step_that_moved_since(
    one: Spoken, soon: int, in_a_week: int
) -> None:
    found = tally([one], LATER)
    assert (found.soon, found.in_a_week) == (Share(1, soon), Share(1, in_a_week))


def test_a_message_enters_a_percentage_once_its_days_are_over() -> None:
    on_day_five = tally([spoken(answered=1)], SENT + timedelta(days=5))
    assert (on_day_five.soon, on_day_five.in_a_week) == (Share(1, 1), Share(0, 0))
    assert (on_day_five.soon.percent, on_day_five.in_a_week.percent) == (100, None)


@given(messages, days)
def test_kinds_and_weeks_hold_each_message_once_and_more_days_never_hold_fewer(
    found: list[Spoken], today: date
) -> None:
    whole = tally(found, today)
    for parts in (by_kind(found, today), by_week(found, today)):
        assert sum(one.sent for one in parts.values()) == whole.sent == len(found)
        assert sum(one.soon.came for one in parts.values()) == whole.soon.came
    assert whole.in_a_week.of <= whole.soon.of <= whole.sent
    assert all(one.came_within(7) for one in found if one.came_within(3))


@pytest.fixture(autouse=True)
def the_day() -> Iterator[None]:
    with time_machine.travel(at(LATER), tick=False):
        yield


@pytest.fixture
def here(started: Cast) -> str:
    return f"/territoires/{started.territory().public_id}/relances/chiffres"


def _left(session: Session, clockwork: Clockwork, answered_at: datetime | None) -> None:
    """The mail of Lucie's step left, and was answered."""
    clockwork.run(WEEK_BEFORE)
    session.rollback()
    mail = session.scalars(select(Mail).where(Mail.to == "lucie@example.org")).one()
    mail.state, mail.ended_at = MailState.SENT, at(WEEK_BEFORE)
    told = session.scalars(select(Relance).where(Relance.mail_id == mail.id)).one()
    if answered_at:
        told.answer = Answer.AGREED
        told.answered_at = told.first_answered_at = answered_at
    session.commit()


def test_the_page_says_how_many_answered_and_what_an_answer_is(
    as_: As, here: str, session: Session, clockwork: Clockwork
) -> None:
    _left(session, clockwork, at(WEEK_BEFORE + timedelta(days=2)))
    page = words(as_("Anne").get(here))
    assert "premier rappel" in page and "semaine du 6 avr. 2026" in page
    assert "100 % " in page.replace("</span>", " ") and "1 sur 1" in page
    assert "aucun traceur" in page


def test_a_year_without_messages_says_so(
    as_: As, here: str, session: Session, clockwork: Clockwork
) -> None:
    assert "Aucun message n’est parti cette année-là." in words(as_("Anne").get(here))
    _left(session, clockwork, None)
    with time_machine.travel(at(date(2027, 1, 5)), tick=False):
        page = words(as_("Anne").get(here))
        assert "Aucun message n’est parti" in page and "annee=2026" in page
        assert "semaine du 6 avr. 2026" in words(as_("Anne").get(f"{here}?annee=2026"))
        assert as_("Anne").get(f"{here}?annee=hier").status_code == 200


def test_only_who_animates_reads_the_figures_and_they_cost_the_same(
    as_: As, here: str, session: Session, clockwork: Clockwork, queries: QueryCount
) -> None:
    assert as_("Lucie").get(here).status_code == 404
    anne, counts = as_("Anne"), []
    anne.get(here)
    for _ in range(2):
        queries.reset()
        anne.get(here)
        counts.append(len(queries))
        _left(session, clockwork, None)
    assert counts[0] == counts[1]
