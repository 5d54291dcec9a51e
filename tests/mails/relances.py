"""The mails of the schedule, in all the shapes that they take."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.accounts.kinds import MailRhythm
from app.accounts.models import Absence, MailPreference
from app.outbox.models import Mail
from app.plans.kinds import BarrierKind
from app.plans.models import Step
from app.plans.services.steps import add_step, block_step
from app.privacy.models import PrivacyNotice
from app.reminders.queries.facts import territories, world
from app.reminders.schedule.at_once import mail_now
from app.reminders.services.calls import Caller
from app.reminders.services.running import run
from app.reminders.services.starting import start
from app.reminders.services.superiors import write_to_superior
from app.reminders.services.writing import write_mail
from app.reminders.superiors import SUPERIOR
from app.reminders.words import plea
from tests.cast import colleague
from tests.initiatives.gatherings import delivered
from tests.mails.scene import LONG_TITLE, Occasion, Scene, stretch

RELANCE = "relance"
STARTED = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
WEEK_BEFORE, DAY_BEFORE = date(2026, 4, 10), date(2026, 4, 16)
# five days after the date, and seven after the last mail
THE_DAY, AFTER = date(2026, 4, 17), date(2026, 4, 23)


def _started(scene: Scene, *territory_names: str) -> None:
    pilot = scene.acts()
    for name in territory_names or ("Val d’Aubrive",):
        start(scene.session, scene.cast.territory(name).id, person_id=pilot, now=STARTED)
    scene.session.commit()


def _days(scene: Scene, *days: date, to: str = "Lucie") -> Mail:
    """The mail of the last of these days, all of which are decided in their order."""
    for day in days:
        delivered(scene.session)
        scene.session.commit()
        morning = datetime.combine(day, time(5), tzinfo=UTC)
        run(lambda: Session(scene.engine), now=morning, on=day)
    return scene.mail(RELANCE, to)


def first_ever(scene: Scene) -> Mail:
    """Nobody has told Lucie yet what is done with her data: her first mail does."""
    scene.session.execute(delete(PrivacyNotice))
    _started(scene)
    return _days(scene, WEEK_BEFORE)


def first(scene: Scene) -> Mail:
    _started(scene)
    return _days(scene, WEEK_BEFORE)


def long_words(scene: Scene) -> Mail:
    stretch(scene)
    return first(scene)


def eve(scene: Scene) -> Mail:
    _started(scene)
    return _days(scene, WEEK_BEFORE, DAY_BEFORE)


def after_the_date(scene: Scene) -> Mail:
    _started(scene)
    return _days(scene, WEEK_BEFORE, DAY_BEFORE, AFTER)


def long_words_after(scene: Scene) -> Mail:
    stretch(scene)
    return after_the_date(scene)


def several(scene: Scene) -> Mail:
    """Karim of the CCI, who works in two territories."""
    _started(scene, "Val d’Aubrive", "Plaine de Sorne")
    scene.acts()
    for title in ("Peser les invendus", "Fabriquer les caisses", "Chiffrer le transport"):
        step = scene.cast.step(title)
        step.lead_organisation_id = scene.firm("CCI des Deux Rives").id
        step.lead_person_id = scene.id_of("Karim")
        step.due_on = THE_DAY
    scene.session.commit()
    return _days(scene, WEEK_BEFORE, to="Karim")


def many(scene: Scene) -> Mail:
    """An adviser at the end of a quarter: as many steps as no phone shows at once."""
    stretch(scene)
    _started(scene)
    scene.acts()
    step = scene.cast.step(LONG_TITLE)
    for number in range(1, 40):
        add_step(
            scene.session,
            step.project,
            title=f"{LONG_TITLE}, lot {number}",
            lead_organisation_id=step.lead_organisation_id,
            due_on=THE_DAY,
            now=STARTED,
        )
    scene.session.commit()
    return _days(scene, WEEK_BEFORE)


def weekly(scene: Scene) -> Mail:
    """Lucie reads once a week what came up."""
    _started(scene)
    scene.acts()
    scene.session.add(
        MailPreference(
            person_id=scene.id_of("Lucie"), rhythm=MailRhythm.WEEKLY, updated_at=scene.now
        )
    )
    other = scene.cast.step("Fabriquer les caisses")
    other.lead_organisation_id, other.due_on = scene.firm().id, date(2026, 4, 20)
    scene.session.commit()
    return _days(scene, *(WEEK_BEFORE + timedelta(days=n) for n in range(5)))


def agent_after(scene: Scene) -> Mail:
    """Anne's own step, past its date: it comes back on Mondays."""
    _started(scene)
    days = (date(2026, 4, 13), date(2026, 4, 20), date(2026, 4, 23), date(2026, 4, 27))
    return _days(scene, *days, to="Anne")


def stand_in(scene: Scene) -> Mail:
    _started(scene)
    scene.acts()
    nadia = colleague(scene.session, scene.cast).person_id
    scene.session.add(
        Absence(
            person_id=scene.id_of("Lucie"),
            substitute_id=nadia,
            starts_on=date(2026, 4, 1),
            ends_on=date(2026, 5, 3),
        )
    )
    scene.session.commit()
    return _days(scene, WEEK_BEFORE, to="Nadia")


def watched(scene: Scene) -> Mail:
    """What Anne keeps an eye on, without a step of her own."""
    _started(scene)
    _stuck(scene)
    scene.cast.step("Réunir les partenaires").due_on = None
    scene.session.commit()
    return _days(scene, date(2026, 4, 27), to="Anne")


def watched_beside(scene: Scene) -> Mail:
    """Lines about others, below what she is asked herself."""
    _started(scene)
    _stuck(scene)
    return _days(scene, date(2026, 4, 13), to="Anne")


def _stuck(scene: Scene) -> None:
    scene.acts()
    block_step(
        scene.session,
        scene.cast.step(),
        barrier=BarrierKind.REGULATORY,
        note="Il manque l’agrément sanitaire.",
        today=date(2026, 4, 1),
    )
    scene.session.commit()


def at_once(scene: Scene) -> Mail:
    """« Envoyer maintenant », far ahead of its day."""
    _started(scene)
    scene.acts()
    step = scene.cast.step()
    step.due_on = date(2026, 5, 15)
    scene.session.commit()
    _send(scene, step)
    return scene.mail(RELANCE, "Lucie")


def _send(scene: Scene, step: Step) -> None:
    session, day = scene.session, scene.now.date()
    seen = world(session, territories(session), first=day, last=step.due_on or day)
    planned = mail_now(seen.facts, seen.ledger, day, step.id)
    assert not isinstance(planned, str), planned
    write_mail(session, planned, scene.now, scene.now)
    session.commit()


def superior(scene: Scene) -> Mail:
    """Lucie stays silent: Anne writes to somebody else at the bakery."""
    _started(scene)
    anne, step = scene.acts(), scene.cast.step()
    author = scene.cast.person("Anne")
    place = colleague(scene.session, scene.cast)
    assert step.due_on is not None
    said = [(step.title, step.due_on)]
    firm, callee = scene.firm().name, scene.cast.person("Lucie").name
    write_to_superior(
        scene.session,
        caller=Caller(anne, None, scene.firm().id, scene.cast.territory().id),
        place=place,
        steps=[step],
        body=plea(place.person.name, firm, said, callee, author.name),
        now=scene.now,
        today=scene.now.date(),
    )
    return scene.mail(SUPERIOR)


OCCASIONS: Mapping[str, Occasion] = {
    "relance-first-ever": first_ever,
    "relance-first": first,
    "relance-first-long-words": long_words,
    "relance-eve": eve,
    "relance-after": after_the_date,
    "relance-after-long-words": long_words_after,
    "relance-several": several,
    "relance-many": many,
    "relance-weekly": weekly,
    "relance-agent-after": agent_after,
    "relance-stand-in": stand_in,
    "relance-watched": watched,
    "relance-watched-beside": watched_beside,
    "relance-at-once": at_once,
    "superior": superior,
}
