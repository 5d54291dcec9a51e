"""Every page that a mail leads to without a sign-in, in one small world to be visited."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time

from sqlalchemy.orm import Session

from app.agreements.kinds import ProposalKind
from app.outbox.models import Mail
from app.plans.services.measuring import add_indicator
from app.plans.services.steps import add_step
from app.reminders.services.running import run
from app.reminders.services.starting import start
from tests.mails import gatherings, people, projects
from tests.mails.scene import Occasion, Scene, sample

READ_AT = datetime(2026, 4, 10, 7, 0, tzinfo=UTC)
STARTED = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
# Marc is asked about a day that has passed; two days later Lucie about ten to come
AFTER, WEEK_BEFORE = date(2026, 4, 8), date(2026, 4, 10)
TITLES = (
    "Trouver dix-huit caisses qui s’empilent",
    "Choisir le jour de passage avec le transporteur",
    "Demander l’agrément sanitaire pour les coproduits de panification",
    "Photographier le quai",
    "Former l’équipe du matin au tri",
    "Relever le poids des bacs pendant une semaine",
    "Écrire la fiche de réception",
    "Chiffrer le lavage des bacs",
    "Nommer un interlocuteur",
)


def relances(scene: Scene) -> None:
    """The mails of both days, written by the schedule."""
    session = scene.session
    start(session, scene.cast.territory().id, person_id=scene.acts(), now=STARTED)
    project, firm = scene.cast.project(), scene.firm()
    add_indicator(session, project, name="Pain valorisé", unit="t", axis=None)
    for title in TITLES:
        add_step(
            session,
            project,
            title=title,
            lead_organisation_id=firm.id,
            lead_person_id=scene.id_of("Lucie"),
            due_on=date(2026, 4, 17),
            now=STARTED,
        )
    late = scene.cast.step("Fabriquer les caisses")
    late.due_on, late.lead_person_id = date(2026, 4, 3), scene.id_of("Marc")
    session.commit()
    for day in (AFTER, WEEK_BEFORE):
        morning = datetime.combine(day, time(5), tzinfo=UTC)
        run(lambda: Session(scene.engine), now=morning, on=day)


def _to(first_name: str, scene: Scene) -> Mail:
    return scene.mail("relance", first_name)


# what is seen there, the mail that leads there, the beginning of the address
DOORS: Mapping[str, tuple[Occasion, str]] = {
    "one step": (functools.partial(_to, "Marc"), "/r/"),
    "ten steps": (functools.partial(_to, "Lucie"), "/r/"),
    "fewer mails": (functools.partial(_to, "Lucie"), "/desabonnement/"),
    "meeting": (gatherings.convocation, "/presence/"),
    "decision": (functools.partial(projects.shared_decision, ProposalKind.CLOSE), "/demande/"),
    "charter": (projects.adherence, "/demande/"),
    "sign-in": (people.sign_in_link, "/lien/"),
    "address": (people.address, "/adresse/"),
    "invitation": (people.invitation, "/invitation/"),
    "own data": (people.personal_data, "/mes-donnees/"),
}


def open_doors(scene: Scene) -> dict[str, str]:
    """The path of each page by what is seen there, as the mails say it."""
    relances(scene)
    found: dict[str, str] = {}
    for name, (occasion, beginning) in DOORS.items():
        letter = sample(name, scene, occasion).letter
        scene.session.commit()
        found[name] = _path(letter.text, beginning)
    return found


def _path(text: str, beginning: str) -> str:
    found = re.search(rf"http://localhost({re.escape(beginning)}[^\s?>]+)", text)
    assert found is not None, beginning
    return found[1]
