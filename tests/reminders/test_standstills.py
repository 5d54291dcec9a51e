"""From the clock's tick to the relay when time is not as it should be: one mail, a true one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.outbox.jobs import deliver_due, new_holder
from app.outbox.kinds import MailState
from app.outbox.smtp import SmtpTransport
from app.reminders import jobs
from app.reminders.services.starting import pause, resume
from config import Smtp
from tests.cast import Cast
from tests.outbox.test_message import read
from tests.parts.relay import Received, Relay
from tests.reminders.conftest import WEEK_BEFORE, Clockwork, at, mails

PARIS = ZoneInfo("Europe/Paris")
SENDER = "maillage@example.org"
LUCIE = "lucie@example.org"
Change = Callable[[], None]


@dataclass
class House:
    """The two ticks that matter, as often and as late as a test wants them."""

    engine: Engine
    relay: Relay
    now: datetime = field(default_factory=lambda: at(WEEK_BEFORE))
    arrived: list[tuple[str, datetime]] = field(default_factory=list)

    def decide(self, now: datetime) -> None:
        jobs.run_due(lambda: Session(self.engine), now)

    def tick(self, now: datetime) -> None:
        self.now = now
        self.decide(now)
        deliver_due(
            lambda: Session(self.engine),
            SmtpTransport(Smtp(self.relay.host, self.relay.port), SENDER),
            sender=SENDER,
            holder=new_holder(),
            now=lambda: now,
        )

    def tick_every(self, step: timedelta, first: datetime, last: datetime) -> None:
        now = first
        while now <= last:
            self.tick(now)
            now += step

    def note(self, mail: Received) -> None:
        self.arrived.append((mail.rcpt_to[0], self.now))

    def to_lucie(self) -> list[datetime]:
        return [when for to, when in self.arrived if to == LUCIE]

    def subjects(self) -> list[str]:
        """What Lucie read, in order."""
        own = [one.content for one in self.relay.received if one.rcpt_to == (LUCIE,)]
        return [str(read(content)["Subject"]) for content in own]


@pytest.fixture
def house(clockwork: Clockwork, relay: Relay, started: Cast) -> House:
    made = House(clockwork.engine, relay)
    relay.keep = made.note
    return made


def test_off_over_the_due_minute_the_mail_leaves_later_that_day(house: House) -> None:
    house.tick(at(WEEK_BEFORE, hour=4))
    assert house.arrived == []
    house.tick_every(timedelta(minutes=1), at(WEEK_BEFORE, hour=13), at(WEEK_BEFORE, hour=13))
    house.tick(at(WEEK_BEFORE, hour=14))
    assert house.to_lucie() == [at(WEEK_BEFORE, hour=13)]


def test_off_over_a_weekend_the_mail_leaves_on_monday_once(house: House) -> None:
    friday, monday = WEEK_BEFORE, date(2026, 4, 13)
    house.tick(at(friday, hour=4))
    house.tick_every(timedelta(hours=1), at(monday, hour=5), at(monday, hour=20))
    assert house.to_lucie() == [at(monday, hour=6)]


def test_off_for_a_month_one_mail_tells_the_present_state(house: House) -> None:
    after = date(2026, 5, 18)
    house.tick(at(date(2026, 4, 3)))
    house.arrived.clear()
    house.relay.received.clear()
    house.tick_every(timedelta(hours=1), at(after, hour=5), at(after, hour=20))
    assert house.to_lucie() == [at(after)]
    assert "où en êtes-vous" in house.subjects()[0]


def test_a_mail_that_was_written_and_waited_for_a_month_is_still_the_only_one(
    house: House, session: Session
) -> None:
    """Decided, then everything stood still before it left: it does not leave beside a new one."""
    after = date(2026, 5, 18)
    house.decide(at(WEEK_BEFORE, hour=5))
    house.tick_every(timedelta(hours=1), at(after, hour=5), at(after, hour=20))
    house.tick(at(after + timedelta(days=1)))
    assert len(house.to_lucie()) == 1
    assert "où en êtes-vous" in house.subjects()[0]


def test_a_clock_set_back_repeats_nothing(house: House) -> None:
    house.tick(at(WEEK_BEFORE))
    once = Counter(to for to, _ in house.arrived)
    assert once[LUCIE] == 1
    for day in (WEEK_BEFORE - timedelta(days=1), WEEK_BEFORE):
        house.tick_every(timedelta(hours=1), at(day, hour=5), at(day, hour=18))
    assert Counter(to for to, _ in house.arrived) == once


def test_a_clock_that_was_years_ahead_for_a_moment_does_not_end_the_deciding(
    house: House,
) -> None:
    """On a Sunday to come, so that it mailed nobody: who was mailed waits for that day to pass."""
    house.tick(at(date(2031, 4, 13)))
    assert house.arrived == []
    house.tick(at(WEEK_BEFORE))
    assert house.to_lucie() == [at(WEEK_BEFORE)]


@pytest.mark.parametrize("monday", [date(2026, 3, 30), date(2026, 10, 26)])
def test_over_both_nights_of_the_time_change_one_mail_leaves_at_the_local_hour(
    house: House, session: Session, started: Cast, change: Change, monday: date
) -> None:
    change()
    started.step().due_on = monday + timedelta(days=7)
    session.commit()
    saturday = at(monday - timedelta(days=2), hour=0)
    house.tick_every(timedelta(minutes=30), saturday, at(monday, hour=18))
    assert [when.astimezone(PARIS) for when in house.to_lucie()] == [
        datetime(monday.year, monday.month, monday.day, 8, tzinfo=PARIS)
    ]
    # nobody was written to at night or on the Sunday
    hours = {
        (when.astimezone(PARIS).date(), when.astimezone(PARIS).hour) for _, when in house.arrived
    }
    assert hours == {(monday, 8)}


def test_one_person_whose_mail_cannot_be_written_keeps_nobody_else_s(
    house: House, session: Session, started: Cast, change: Change
) -> None:
    change()
    started.person("Marc").email = "marc@bois..example"
    session.commit()
    house.tick(at(WEEK_BEFORE))
    assert len(house.to_lucie()) == 1
    (parked,) = [one for one in mails(session) if one.state is MailState.FAILED]
    assert parked.recipient_id == started.person("Marc").id
    assert "is no address" in str(parked.last_error)
    house.tick(at(WEEK_BEFORE + timedelta(days=3)))
    assert len(house.to_lucie()) == 1


def test_suspended_between_the_decision_and_the_hour_nothing_leaves_until_resumed(
    house: House, session: Session, started: Cast, change: Change
) -> None:
    house.decide(at(WEEK_BEFORE, hour=5))
    change()
    pause(session, started.territory().id, until=None)
    session.commit()
    house.tick(at(WEEK_BEFORE))
    assert house.arrived == []
    change()
    resume(session, started.territory().id)
    session.commit()
    monday = WEEK_BEFORE + timedelta(days=3)
    house.tick_every(timedelta(hours=1), at(monday, hour=5), at(monday, hour=18))
    assert house.to_lucie() == [at(monday)]


def test_an_hour_of_sending_that_is_changed_meanwhile_repeats_nothing(
    house: House, session: Session, started: Cast, change: Change
) -> None:
    house.decide(at(WEEK_BEFORE, hour=5))
    change()
    started.territory().send_hour = 14
    session.commit()
    house.tick_every(timedelta(minutes=30), at(WEEK_BEFORE, hour=5), at(WEEK_BEFORE, hour=18))
    assert len(house.to_lucie()) == 1
