"""« En cours » said signed in, without a day for the next news: an answer to the first mail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.outbox.message import Letter, Skip
from app.outbox.models import Mail
from app.reminders.kinds import Reason, RelanceState
from tests.cast import Cast
from tests.reminders.conftest import (
    DAY_BEFORE,
    WEEK_BEFORE,
    Clockwork,
    at,
    mails,
    relances,
)

As = Callable[[str], FlaskClient]
AFTER = date(2026, 4, 22)


@pytest.fixture(autouse=True)
def the_morning() -> Iterator[None]:
    with time_machine.travel(at(WEEK_BEFORE, hour=9), tick=False):
        yield


def begin(client: FlaskClient, cast: Cast) -> None:
    url = f"/etapes/{cast.step().public_id}/statut"
    assert client.post(url, data={"status": "in_progress"}).status_code < 400


def to_lucie(session: Session) -> list[Mail]:
    return [one for one in mails(session) if one.to == "lucie@example.org"]


def days(session: Session) -> list[str]:
    return [str(one.refs["on"]) for one in to_lucie(session)]


def test_whoever_begins_after_the_first_mail_is_not_reminded_the_eve(
    as_: As, session: Session, started: Cast, clockwork: Clockwork
) -> None:
    clockwork.run(WEEK_BEFORE)
    begin(as_("Lucie"), started)
    clockwork.run(DAY_BEFORE)
    assert days(session) == ["2026-04-10"]
    eve = next(one for one in relances(session) if one.code == "J-1")
    assert (eve.state, eve.reason) == (RelanceState.DROPPED, Reason.ANSWERED)


def test_the_relance_after_the_date_stays(
    as_: As, session: Session, started: Cast, clockwork: Clockwork
) -> None:
    clockwork.run(WEEK_BEFORE)
    begin(as_("Lucie"), started)
    for day in (DAY_BEFORE, AFTER):
        clockwork.run(day)
    assert days(session) == ["2026-04-10", "2026-04-22"]


def test_begun_while_the_eves_mail_waits_it_does_not_leave(
    as_: As, session: Session, started: Cast, clockwork: Clockwork
) -> None:
    for day in (WEEK_BEFORE, DAY_BEFORE):
        clockwork.run(day)
    begin(as_("Lucie"), started)
    first, eve = to_lucie(session)
    assert clockwork.renew(session, eve, DAY_BEFORE) == Skip("answered")
    assert isinstance(clockwork.renew(session, first, WEEK_BEFORE), Letter)


def test_begun_before_anything_was_asked_the_first_mail_still_asks(
    as_: As, session: Session, started: Cast, clockwork: Clockwork
) -> None:
    with time_machine.travel(at(date(2026, 4, 8)), tick=False):
        begin(as_("Lucie"), started)
    for day in (WEEK_BEFORE, DAY_BEFORE):
        clockwork.run(day)
    assert days(session) == ["2026-04-10", "2026-04-16"]


def test_what_somebody_else_notes_is_no_answer(
    as_: As, session: Session, started: Cast, clockwork: Clockwork
) -> None:
    clockwork.run(WEEK_BEFORE)
    begin(as_("Anne"), started)
    clockwork.run(DAY_BEFORE)
    assert days(session) == ["2026-04-10", "2026-04-16"]
