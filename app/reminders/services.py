"""The verbs of relances: decide a day and write it, start, pause, resume.

`run` opens its own short transactions: one that reads, one for some people's mails, one for what
is dropped.
The other verbs change rows in the caller's transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.clock import local_day, local_instant
from app.core.database import read_only
from app.journal.recorder import UNTRACKED
from app.reminders.facts import ProjectFacts, StepFacts, TerritoryFacts
from app.reminders.models import RelanceSetting
from app.reminders.queries.facts import World, territories, world
from app.reminders.schedule import Decision, PlannedMail, plan
from app.reminders.watching import Watch
from app.reminders.writing import MAILS_AT_ONCE, write_drops, write_mails

FOREVER = date(9999, 12, 31)

OpenSession = Callable[[], Session]


@dataclass(frozen=True)
class Written:
    """What a run wrote: mails, and occasions newly dropped. Both 0 when run again."""

    mails: int
    drops: int


def run(
    open_session: OpenSession,
    *,
    now: datetime,
    on: date | None = None,
    zones: Collection[str] | None = None,
    at_once: bool = False,
) -> Written:
    """Write the mails and drops of a day; any number of runs at once write each thing once.

    With `on`, everybody's day is that date; without it, each person's day is their local one.
    Mails wait for the send hour of that day unless they may leave `at_once`. `zones` limits the
    run to the territories of these time zones.
    """
    with open_session() as session:
        read_only(session)
        known = _started(session, zones)
        today = on or now.date()
        seen = world(session, known, first=today, last=today)
    mails = drops = 0
    for decision in _decide(seen, now, on):
        planned = [
            (mail, now if at_once else max(now, send_instant(mail))) for mail in decision.mails
        ]
        for start_at in range(0, len(planned), MAILS_AT_ONCE):
            some = planned[start_at : start_at + MAILS_AT_ONCE]
            mails += _committed(open_session, write_mails, some, now)
        drops += _committed(open_session, write_drops, decision.drops, now)
    return Written(mails, drops)


def _started(session: Session, zones: Collection[str] | None) -> Mapping[int, TerritoryFacts]:
    known = territories(session, started_only=True)
    return {id_: one for id_, one in known.items() if zones is None or one.time_zone in zones}


def _decide(seen: World, now: datetime, on: date | None) -> Iterator[Decision]:
    """One decision for each local day that it is now somewhere."""
    by_day: dict[date, list[StepFacts]] = defaultdict(list)
    for step in seen.facts:
        zone = step.recipient.time_zone if step.recipient else step.territory.time_zone
        by_day[on or local_day(now, zone)].append(step)
    watched: dict[date, dict[int, ProjectFacts]] = defaultdict(dict)
    for project in seen.projects.values():
        watched[on or local_day(now, project.territory.time_zone)][project.id] = project
    ledger = seen.ledger
    for day in sorted({*by_day, *watched}):
        decision = plan(by_day[day], ledger, day, Watch(seen.facts, watched[day]))
        ledger = decision.ledger
        yield decision


def send_instant(mail: PlannedMail) -> datetime:
    """The send hour of the recipient's clock on the mail's day; the earliest of its territories."""
    hour = min(territory.send_hour for territory in mail.territories)
    return local_instant(mail.on, hour, mail.recipient.time_zone)


def _committed(open_session: OpenSession, write: Callable[..., int], *given: Any) -> int:
    """Write in a transaction of its own; nothing written, nothing kept."""
    with open_session() as session:
        if count := write(session, *given):
            session.commit()
        return count


def setting_of(session: Session, territory_id: int) -> RelanceSetting:
    """The territory's setting, made when it has none; it starts unstarted."""
    setting = session.scalar(
        select(RelanceSetting).where(RelanceSetting.territory_id == territory_id)
    )
    if setting is None:
        setting = RelanceSetting(territory_id=territory_id)
        session.add(setting)
    return setting


def start(session: Session, territory_id: int, *, person_id: int | None, now: datetime) -> None:
    """« Démarrer les relances », after a look at who gets what. Said again, nothing changes.

    What was due before this day is never told (domain.md §6).
    """
    setting = setting_of(session, territory_id)
    if setting.started_at is None:
        setting.started_at = now
        setting.started_by_id = person_id
    session.flush()


def pause(session: Session, territory_id: int, *, until: date | None) -> None:
    """« Suspendre tout »: no mail leaves before `until`, or before `resume` without it."""
    setting_of(session, territory_id).paused_until = until or FOREVER
    session.flush()


def resume(session: Session, territory_id: int) -> None:
    """« Reprendre »: what is still worth telling leaves from the next run on."""
    setting_of(session, territory_id).paused_until = None
    session.flush()


def due_zones(session: Session, *, now: datetime, hours_ahead: int, last_hour: int) -> set[str]:
    """Time zones where a started territory's day waits to be decided.

    That is from `hours_ahead` before its send hour until `last_hour` o'clock.
    """
    read_only(session)
    known = territories(session, started_only=True)
    decided = session.execute(select(RelanceSetting.territory_id, RelanceSetting.run_on))
    zones = set()
    for territory_id, run_on in decided:
        if territory_id not in known:
            continue
        territory = known[territory_id]
        today = local_day(now, territory.time_zone)
        begins = local_instant(today, territory.send_hour - hours_ahead, territory.time_zone)
        ends = local_instant(today, last_hour, territory.time_zone)
        # not « before today »: a clock that was ahead for a moment would silence the time between
        if run_on != today and begins <= now < ends:
            zones.add(territory.time_zone)
    return zones


def mark_run(session: Session, zones: Collection[str], *, now: datetime) -> None:
    """Note that today is decided in these time zones."""
    for territory in territories(session, started_only=True).values():
        if territory.time_zone in zones:
            session.execute(
                update(RelanceSetting)
                .where(RelanceSetting.territory_id == territory.id)
                .values(run_on=local_day(now, territory.time_zone))
                .execution_options(**{UNTRACKED: True})
            )
