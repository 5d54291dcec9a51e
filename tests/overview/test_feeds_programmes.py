"""Dates of programmes in people's own calendars: for who follows the territory, and true."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.maturity.kinds import CriterionStatus
from app.maturity.models import Assessment
from app.maturity.services.assessing import confirm_status, open_assessment
from app.maturity.services.deadlines import set_deadline
from tests.cast import NOW, Cast
from tests.conftest import QueryCount
from tests.core.ical import Component
from tests.maturity.samples import CALL_KEY, follow_call
from tests.overview.test_feeds import act, address, read

As = Callable[[str], FlaskClient]
DIAGNOSIS, SUPPORT = "Livrable : Diagnostic actions", "L’appui administratif"
SIXTY_ONE = timedelta(days=61)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def call(session: Session, cast: Cast, clock: time_machine.Traveller) -> Assessment:
    dates = {"aac.1.1": date(2026, 4, 20), "aac.2.1": date(2026, 6, 1), "aac.3.2": date(2026, 5, 4)}
    return follow_call(session, cast, dates)


def of_the_call(events: dict[str, Component]) -> dict[str, Component]:
    return {title: one for title, one in events.items() if "-aac." in one["UID"]}


def move(session: Session, made: Assessment, seen: date, due_on: date | None) -> None:
    set_deadline(session, made, ref="aac.1.1", due_on=due_on, seen=seen)


@pytest.mark.usefixtures("call")
def test_who_follows_the_territory_has_its_dates_and_nobody_else(app: Flask, as_: As) -> None:
    for follower in ("Anne", "Sylvie", "Henri"):
        found = of_the_call(read(app, address(as_(follower))))
        # phase 3 is not open to a new territory: its date was called off
        assert {DIAGNOSIS, SUPPORT} < found.keys()
        assert found[DIAGNOSIS]["DTSTART;VALUE=DATE"] == "20260420"
        assert found[DIAGNOSIS]["STATUS"] == "CONFIRMED"
        assert "#point-aac.1.1" in found[DIAGNOSIS]["URL"]
        assert found["Livrable : Programme d’investissements"]["STATUS"] == "CANCELLED"
    for other in ("Lucie", "Karim", "Paul", "Odile"):
        assert of_the_call(read(app, address(as_(other)))) == {}


def test_a_moved_a_done_and_a_cleared_date_are_the_same_entry_and_its_sequence_rises(
    app: Flask,
    as_: As,
    call: Assessment,
    session: Session,
    cast: Cast,
    clock: time_machine.Traveller,
) -> None:
    feed = address(as_("Anne"))

    def entry() -> Component:
        found = of_the_call(read(app, feed))
        return next(one for one in found.values() if one["UID"].endswith("-aac.1.1@localhost"))

    def say(status: CriterionStatus, seen: int | None) -> None:
        confirm_status(
            session,
            call,
            ref="aac.1.1",
            status=status,
            person_id=None,
            now=NOW,
            seen_version=seen,
        )

    seen = [entry()]
    first, second = date(2026, 4, 20), date(2026, 4, 27)
    for deed in (
        lambda: move(session, call, first, second),
        lambda: say(CriterionStatus.DONE, None),
        lambda: move(session, call, second, None),
    ):
        clock.shift(timedelta(minutes=5))
        act(session, cast)
        deed()
        session.commit()
        seen.append(entry())
    assert len({one["UID"] for one in seen}) == 1
    for name, kind in (("SEQUENCE", int), ("LAST-MODIFIED", str)):
        values = [kind(one[name]) for one in seen]
        assert values == sorted(set(values)), name
    assert [one["SUMMARY"] for one in seen] == [
        DIAGNOSIS,
        DIAGNOSIS,
        f"✓ {DIAGNOSIS}",
        "Diagnostic actions",
    ]
    assert [one["STATUS"] for one in seen] == [*["CONFIRMED"] * 3, "CANCELLED"]
    assert seen[-1]["DTSTART;VALUE=DATE"] == "20260427"
    clock.shift(SIXTY_ONE)
    assert DIAGNOSIS.removeprefix("Livrable : ") not in read(app, feed)


def test_what_the_former_year_left_undone_is_called_off_and_what_it_did_stays(
    app: Flask,
    as_: As,
    call: Assessment,
    session: Session,
    cast: Cast,
    clock: time_machine.Traveller,
) -> None:
    confirm_status(
        session,
        call,
        ref="aac.1.1",
        status=CriterionStatus.DONE,
        person_id=None,
        now=NOW,
        seen_version=None,
    )
    session.commit()
    feed = address(as_("Anne"))
    clock.move_to(datetime(2027, 1, 12, 8, 0, tzinfo=UTC))
    act(session, cast)
    place = cast.territory().id
    open_assessment(session, territory_id=place, framework_key=CALL_KEY, year=2027)
    session.commit()
    found = of_the_call(read(app, feed))
    assert found[f"✓ {DIAGNOSIS}"]["STATUS"] == "CONFIRMED"
    assert found[SUPPORT]["STATUS"] == "CANCELLED"
    clock.shift(SIXTY_ONE)
    assert SUPPORT not in read(app, feed)


@pytest.mark.parametrize("dated", [1, 4])
def test_many_dates_run_as_many_queries_as_one(
    app: Flask, as_: As, session: Session, cast: Cast, queries: QueryCount, dated: int
) -> None:
    refs = ("aac.1.1", "aac.1.2", "aac.2.1", "aac.2.2")[:dated]
    follow_call(session, cast, dict.fromkeys(refs, date(2026, 4, 20)))
    feed = address(as_("Anne"))
    queries.reset()
    read(app, feed)
    assert len(queries) <= 24, (len(queries), queries.statements)
