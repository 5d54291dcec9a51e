"""What the preview of a quarter says is what then reaches people: a real database, the real ticks
of the clock, real delivery. Two zones, people of both, absences, closures, pauses, weekly readers.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from app.accounts.kinds import MailRhythm
from app.accounts.models import Absence, Closure, MailPreference, Membership
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.outbox.jobs import deliver_due
from app.outbox.kinds import MailState
from app.outbox.maildir import MaildirTransport
from app.outbox.models import Mail
from app.plans.models import Step
from app.reminders import jobs
from app.reminders.models import Relance
from app.reminders.queries.facts import territories, world, world_around
from app.reminders.schedule.facts import STEP
from app.reminders.schedule.fold import PlannedMail, outlook
from app.reminders.services.starting import start
from tests.cast import BEGINNING, Cast, colleague
from tests.conftest import make_app
from tests.outbox.posting import sessions

FIRST = date(2026, 4, 6)
BEGUN = datetime(2026, 4, 8, 1, tzinfo=UTC)
QUARTER = 92
LAST = FIRST + timedelta(days=QUARTER)
# of Greenwich: the hours at which a day is decided or a mail leaves in one of the zones
HOURS = (3, 5, 6, 21)
VAL, SORNE = "Invendus du Fournil", "Sciure pour la chaufferie"
PLACES = (
    (VAL, "Le Fournil", "Lucie"),
    (VAL, "Le Fournil", None),
    (VAL, "CCI des Deux Rives", "Karim"),
    (SORNE, "CCI des Deux Rives", "Karim"),
    (SORNE, "Scierie de la Sorne", "Lucie"),
    (SORNE, "Scierie de la Sorne", "Lucie"),
)
PEOPLE = ("Lucie", "Karim", "Nadia")
# who, on which day, and of what they hear: (kind, id, code)
Reached = set[tuple[int, date, frozenset[tuple[str, int, str]]]]

days = st.integers(0, QUARTER).map(lambda offset: FIRST + timedelta(days=offset))


@dataclass(frozen=True)
class Scene:
    steps: list[tuple[tuple[str, str, str | None], date, bool]]
    zones: list[str | None]
    rhythms: list[MailRhythm]
    paused_until: date | None
    away: date
    shut: list[date]


def _is_telling(scene: Scene) -> bool:
    """Both zones speak to Lucie, and on several days: else there is little to disagree about."""
    places = {place for place, _due_on, _is_milestone in scene.steps}
    days_due = {due_on for _place, due_on, _is_milestone in scene.steps}
    hers = {project for project, _firm, person in places if person == "Lucie"}
    return hers == {VAL, SORNE} and len(days_due) > 3


# what the Sorne tells Lucie on the third of June keeps the Val's mail of the fifth back
TOLD_BY_BOTH = Scene(
    steps=[
        (PLACES[4], date(2026, 6, 10), False),
        (PLACES[0], date(2026, 6, 12), False),
        (PLACES[1], date(2026, 5, 20), True),
        (PLACES[2], date(2026, 5, 28), False),
        (PLACES[3], date(2026, 6, 3), False),
        (PLACES[5], date(2026, 4, 30), False),
    ],
    zones=[None, "Pacific/Noumea", "Europe/Paris"],
    rhythms=[MailRhythm.AT_ONCE, MailRhythm.WEEKLY, MailRhythm.AT_ONCE],
    paused_until=date(2026, 5, 4),
    away=date(2026, 5, 11),
    shut=[date(2026, 4, 13), date(2026, 6, 22)],
)
scenes = st.builds(
    Scene,
    steps=st.lists(st.tuples(st.sampled_from(PLACES), days, st.booleans()), min_size=6, max_size=9),
    zones=st.lists(
        st.sampled_from([None, None, "Pacific/Noumea", "Europe/Paris"]), min_size=3, max_size=3
    ),
    rhythms=st.lists(
        st.sampled_from([MailRhythm.AT_ONCE, MailRhythm.WEEKLY]), min_size=3, max_size=3
    ),
    paused_until=st.none() | days,
    away=days,
    shut=st.lists(days, min_size=2, max_size=2),
).filter(_is_telling)


@pytest.fixture(scope="module")
def template(sqlite_templates: dict[bool, Path]) -> Iterator[Path]:
    """The cast's file, where the mails of an application are known."""
    with TemporaryDirectory() as folder:
        make_app(f"sqlite:///{sqlite_templates[True]}", Path(folder))
        yield sqlite_templates[True]


def build(session: Session, scene: Scene) -> None:
    cast = Cast(session)
    acting(session, None, Via.COMMAND, BEGINNING)
    sorne, scierie = cast.territory("Plaine de Sorne"), cast.organisation("Scierie de la Sorne")
    sorne.time_zone, sorne.holiday_zone = "Indian/Reunion", "reunion"
    for place, pilot in ((cast.territory(), "Anne"), (sorne, "Paul")):
        start(session, place.id, person_id=cast.person(pilot).id, now=BEGUN)
    colleague(session, cast)
    lucie = cast.person("Lucie")
    session.add(
        Membership(person_id=lucie.id, organisation_id=scierie.id, started_on=BEGINNING.date())
    )
    _habits(session, cast, scene)
    for number, ((project, firm, person), due_on, is_milestone) in enumerate(scene.steps):
        of = cast.project(project)
        session.add(
            Step(
                project_id=of.id,
                territory_id=of.territory_id,
                title=f"Étape {number}",
                lead_organisation_id=cast.organisation(firm).id,
                lead_person_id=cast.person(person).id if person else None,
                due_on=due_on,
                is_milestone=is_milestone,
                scheduled_at=BEGINNING,
                rank=f"z{number}i",
                created_at=BEGINNING,
            )
        )
    session.commit()


def _habits(session: Session, cast: Cast, scene: Scene) -> None:
    """Clocks, rhythms, a pause, an absence, and firms that are shut."""
    for name, zone, rhythm in zip(PEOPLE, scene.zones, scene.rhythms, strict=True):
        who = cast.person(name)
        who.time_zone = zone
        rests = scene.paused_until if name == "Karim" else None
        session.add(
            MailPreference(
                person_id=who.id, rhythm=rhythm, paused_until=rests, updated_at=BEGINNING
            )
        )
    session.add(
        Absence(
            person_id=cast.person("Lucie").id,
            substitute_id=cast.person("Nadia").id,
            starts_on=scene.away,
            ends_on=scene.away + timedelta(days=12),
        )
    )
    for firm, day in zip(("Le Fournil", "Scierie de la Sorne"), scene.shut, strict=True):
        session.add(
            Closure(
                organisation_id=cast.organisation(firm).id,
                starts_on=day,
                ends_on=day + timedelta(days=9),
            )
        )


def tick_through(make_session: sessionmaker[Session], mailbox: Path) -> None:
    """Every hour that matters of the quarter, and two days more; each delivers what is due."""
    for offset in range(-1, QUARTER + 2):
        for hour in HOURS:
            day = FIRST + timedelta(days=offset)
            now = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
            jobs.run_due(make_session, now)
            with make_session() as session:
                waits = session.scalar(
                    select(Mail.id).where(Mail.state == MailState.WAITING, Mail.not_before <= now)
                )
            if waits is not None:
                deliver_at(make_session, mailbox, now)


def deliver_at(make_session: sessionmaker[Session], mailbox: Path, now: datetime) -> None:
    deliver_due(
        make_session,
        MaildirTransport(mailbox),
        sender="maillage@val.example",
        holder="test",
        now=lambda: now,
    )


def announced(session: Session) -> Reached:
    seen = world(session, territories(session), first=FIRST, last=LAST)
    return _reached_by(outlook(seen.facts, seen.ledger, FIRST, QUARTER, seen.watch).mails)


def announced_to_the_pilot(session: Session, territory_id: int) -> Reached:
    """Of what her page is made: the mails that tell a step of her territory."""
    known = territories(session)
    seen = world_around(session, known, territory_id=territory_id, first=FIRST, last=LAST)
    mails = outlook(seen.facts, seen.ledger, FIRST, QUARTER, seen.watch).mails
    return _of_steps(
        _reached_by(mails),
        {step.id for step in seen.facts if step.territory.id == territory_id},
    )


def _reached_by(mails: tuple[PlannedMail, ...]) -> Reached:
    return {
        (
            mail.recipient.id,
            mail.on,
            frozenset((one.subject_kind, one.subject_id, one.code) for one in mail.occasions),
        )
        for mail in mails
    }


def _of_steps(reached: Reached, step_ids: set[int]) -> Reached:
    own = (
        (who, on, frozenset(one for one in told if one[0] == STEP and one[1] in step_ids))
        for who, on, told in reached
    )
    return {one for one in own if one[2]}


def delivered(session: Session) -> Reached:
    """What left, by the local day of its hour in its reader's zone."""
    found: dict[int, set[tuple[str, int, str]]] = {}
    for one in session.scalars(select(Relance).where(Relance.mail_id.is_not(None))):
        found.setdefault(one.mail_id or 0, set()).add((one.subject_kind, one.subject_id, one.code))
    sent = session.scalars(select(Mail).where(Mail.state == MailState.SENT)).all()
    assert not session.scalars(select(Mail).where(Mail.state != MailState.SENT)).all()
    return {
        (mail.recipient_id or 0, on, frozenset(found[mail.id]))
        for mail in sent
        if (on := date.fromisoformat(mail.refs["on"])) < LAST
    }


# a scene takes as long as a quarter: one that is known to tell, one drawn, and none shrunk
@settings(max_examples=1, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@example(TOLD_BY_BOTH)
@given(scenes)
def test_a_quarters_preview_is_what_reaches_people(template: Path, scene: Scene) -> None:
    with TemporaryDirectory() as folder:
        file = shutil.copyfile(template, Path(folder) / "quarter.sqlite3")
        make_session = sessions(f"sqlite:///{file}")
        with make_session() as session:
            build(session, scene)
            val = Cast(session).territory().id
            everything, own = announced(session), announced_to_the_pilot(session, val)
            steps = set(session.scalars(select(Step.id).where(Step.territory_id == val)))
        tick_through(make_session, Path(folder) / "mailbox")
        with make_session() as session:
            left = delivered(session)
        make_session.kw["bind"].dispose()
    assert len(everything) > 3
    assert left == everything
    assert _of_steps(left, steps) == own
