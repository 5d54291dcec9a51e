"""« En cours » said signed in, without a day for the next news: an answer to the first mail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.outbox.message import Letter, Skip
from app.outbox.models import Mail
from app.reminders.kinds import Reason, RelanceState
from app.reminders.queries.calls import to_call
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


def titles(session: Session, territory_id: int, day: date) -> list[str]:
    session.rollback()
    return [one.title for one in to_call(session, territory_id, day)]


def stuck_and_lifted(cast: Cast, who: FlaskClient, pilot: FlaskClient) -> None:
    """« Ça coince », said signed in, and lifted by the pilot."""
    public_id = cast.step().public_id
    cast.session.rollback()
    said = {"barrier": "regulatory", "note": "Arrêté attendu"}
    assert who.post(f"/etapes/{public_id}/bloquer", data=said).status_code == 303
    assert pilot.post(f"/etapes/{public_id}/statut", data={"status": "todo"}).status_code < 400


def test_stuck_and_lifted_since_was_an_answer_to_the_first_mail(
    as_: As, session: Session, started: Cast, clockwork: Clockwork
) -> None:
    clockwork.run(WEEK_BEFORE)
    stuck_and_lifted(started, as_("Lucie"), as_("Anne"))
    for day in (DAY_BEFORE, AFTER):
        clockwork.run(day)
    assert days(session) == ["2026-04-10", "2026-04-22"]


def test_stuck_as_somebody_else_notes_it_is_none(
    as_: As, session: Session, started: Cast, clockwork: Clockwork
) -> None:
    clockwork.run(WEEK_BEFORE)
    stuck_and_lifted(started, as_("Anne"), as_("Anne"))
    clockwork.run(DAY_BEFORE)
    assert days(session) == ["2026-04-10", "2026-04-16"]


def test_after_the_last_relance_it_keeps_the_firm_from_being_called(
    as_: As, session: Session, started: Cast, clockwork: Clockwork
) -> None:
    val, pilot = started.territory().id, as_("Anne")
    session.rollback()
    for day in (WEEK_BEFORE, DAY_BEFORE, AFTER):
        clockwork.run(day)
    later = AFTER + timedelta(days=3)
    assert "Peser les invendus" in titles(session, val, later)
    with time_machine.travel(at(AFTER + timedelta(days=1), hour=9), tick=False):
        stuck_and_lifted(started, as_("Lucie"), pilot)
    assert "Peser les invendus" not in titles(session, val, later)
