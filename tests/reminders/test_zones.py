"""Nobody's day falls in two: whoever hears from several time zones gets one mail with all of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.accounts.models import Membership
from app.core.clock import local_instant
from app.plans.models import Step
from app.reminders import jobs
from app.reminders.queries.facts import territories, world
from app.reminders.schedule.clocks import Clock, day_decided
from app.reminders.schedule.fold import outlook
from app.reminders.services.starting import start
from tests.cast import BEGINNING, Cast
from tests.reminders.conftest import STARTED, Clockwork, mails, relances

Change = Callable[[], None]
REUNION, NOUMEA, PARIS = "Indian/Reunion", "Pacific/Noumea", "Europe/Paris"
FIRST, LAST = date(2026, 4, 7), date(2026, 5, 8)
DUE = date(2026, 4, 17)


def to_lucie(session: Session) -> dict[str, list[str]]:
    """The codes that each of her mails told, by its day."""
    by_mail: dict[int | None, list[str]] = {}
    for one in relances(session):
        by_mail.setdefault(one.mail_id, []).append(one.code)
    return {
        mail.key[-10:]: sorted(by_mail[mail.id])
        for mail in mails(session)
        if mail.to == "lucie@example.org"
    }


def tick_through(clockwork: Clockwork, first: date, last: date) -> None:
    """Every hour of these days, as the clockwork does each minute."""
    at, ends = (datetime(day.year, day.month, day.day, tzinfo=UTC) for day in (first, last))
    while at < ends:
        jobs.run_due(lambda: Session(clockwork.engine), at)
        at += timedelta(hours=1)


@pytest.fixture
def two_zones(started: Cast, session: Session, change: Change) -> Cast:
    """Lucie bakes in the Val, and saws on Réunion: a step of each is due on the same day."""
    change()
    sorne, scierie = (
        started.territory("Plaine de Sorne"),
        started.organisation("Scierie de la Sorne"),
    )
    sorne.time_zone = REUNION
    start(session, sorne.id, person_id=started.person("Paul").id, now=STARTED)
    session.add(
        Membership(
            person_id=started.person("Lucie").id,
            organisation_id=scierie.id,
            started_on=BEGINNING.date(),
        )
    )
    theirs = session.query(Step).filter(Step.territory_id == sorne.id).all()
    for step in theirs:
        step.due_on = DUE + timedelta(days=200)
    theirs[0].due_on = DUE
    theirs[0].lead_organisation_id, theirs[0].lead_person_id = (
        scierie.id,
        started.person("Lucie").id,
    )
    session.commit()
    return started


def previewed(session: Session, first: date, last: date) -> dict[str, list[str]]:
    session.rollback()
    seen = world(session, territories(session), first=first, last=last)
    session.rollback()
    found = outlook(seen.facts, seen.ledger, first, (last - first).days + 1, seen.watch)
    return {
        mail.on.isoformat(): sorted(one.code for one in mail.occasions)
        for mail in found.mails
        if mail.recipient.email == "lucie@example.org"
    }


def test_who_hears_from_two_zones_gets_what_the_preview_says(
    two_zones: Cast, session: Session, clockwork: Clockwork
) -> None:
    announced = previewed(session, FIRST, LAST)
    assert announced["2026-04-10"] == ["J-7", "J-7"]
    tick_through(clockwork, FIRST, LAST)
    assert to_lucie(session) == announced


@pytest.mark.parametrize(
    ("zone", "leaves_at"),
    [
        (PARIS, datetime(2026, 4, 10, 6, tzinfo=UTC)),
        (REUNION, datetime(2026, 4, 10, 4, tzinfo=UTC)),
        (NOUMEA, datetime(2026, 4, 9, 21, tzinfo=UTC)),
        ("America/Martinique", datetime(2026, 4, 10, 12, tzinfo=UTC)),
    ],
)
def test_a_mail_leaves_at_the_send_hour_of_its_readers_clock_whatever_the_territorys(
    started: Cast,
    session: Session,
    clockwork: Clockwork,
    change: Change,
    zone: str,
    leaves_at: datetime,
) -> None:
    change()
    started.person("Lucie").time_zone = zone
    session.commit()
    tick_through(clockwork, FIRST, date(2026, 4, 14))
    (mail,) = (one for one in mails(session) if one.to == "lucie@example.org")
    assert (mail.key[-10:], mail.not_before) == ("2026-04-10", leaves_at)


def test_an_hour_that_was_missed_is_made_up_for_in_both_zones_at_once(
    two_zones: Cast, session: Session, clockwork: Clockwork
) -> None:
    announced = previewed(session, FIRST, date(2026, 4, 14))
    for day in range(7, 14):
        now = datetime(2026, 4, day, 13, tzinfo=UTC)
        jobs.run_due(lambda: Session(clockwork.engine), now)
    assert to_lucie(session) == announced


zones = st.sampled_from(
    [PARIS, REUNION, NOUMEA, "America/Martinique", "Pacific/Tahiti", "Pacific/Wallis"]
)


@given(zones, st.integers(4, 20), st.frozensets(zones, min_size=1), st.integers(4, 20), st.data())
def test_each_day_of_a_person_is_decided_at_one_hour_at_most_a_day_before_it_begins_for_them(
    zone: str, hour: int, places: frozenset[str], zones_hour: int, data: st.DataObject
) -> None:
    clock = Clock(zone, hour, places)
    hours = dict.fromkeys(places, zones_hour - 1)
    first = data.draw(st.sampled_from([date(2026, 6, 1), date(2026, 12, 1)]))
    decided = []
    for offset in range(10):
        day = first + timedelta(days=offset)
        for place in places:
            found = day_decided(clock, hours, {place: day})
            if found is not None:
                decided.append((found, local_instant(day, hours[place], place)))
    assert sorted({day for day, _at in decided})[1:-1] == [
        min(day for day, _at in decided) + timedelta(days=n)
        for n in range(1, len({day for day, _at in decided}) - 1)
    ]
    for day, at in decided:
        opens = local_instant(day, hour, zone)
        assert at <= opens < at + timedelta(days=1)
    assert len({(day, at) for day, at in decided}) == len({day for day, _at in decided})
