"""A small world in which a mail comes about by the real verbs, and is read as it would leave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.accounts.links import Links
from app.accounts.models import Organisation, Person, Territory
from app.core.folding import fold
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.outbox import registry
from app.outbox.message import Letter, build
from app.outbox.models import Mail
from app.privacy.kinds import Means
from app.privacy.services.noticing import note_told
from tests.cast import NOW, Cast

SENDER = "maillage@example.org"
# as long as people write them, with words that no line holds
LONG_TITLE = (
    "Caractérisation physico-chimique anticonstitutionnellement différée des coproduits de "
    "panification et dimensionnement de l’installation de compostage mutualisée"
)
LONG_PROJECT = f"{LONG_TITLE}, seconde tranche"
LONG_FIRM = "Société coopérative d’approvisionnement agroalimentaire interdépartementale de Sorne"


@dataclass(frozen=True)
class Scene:
    """The cast on a database of this occasion alone. `now` is when things happen."""

    app: Flask
    engine: Engine
    session: Session
    now: datetime = NOW

    @property
    def cast(self) -> Cast:
        return Cast(self.session)

    @property
    def links(self) -> Links:
        links = self.app.extensions["maillage_links"]
        assert isinstance(links, Links)
        return links

    def id_of(self, first_name: str) -> int:
        return self.cast.person(first_name).id

    def firm(self, name: str = "Le Fournil") -> Organisation:
        return self.cast.organisation(name)

    def acts(self, first_name: str = "Anne") -> int:
        """From here on this person acts; answers their id."""
        person_id = self.id_of(first_name)
        acting(self.session, person_id, Via.PAGE, self.now)
        return person_id

    def mail(self, kind: str, first_name: str | None = None) -> Mail:
        """The last mail of a kind, to this person where one is named."""
        self.session.flush()
        wanted = select(Mail).where(Mail.kind == kind).order_by(Mail.id.desc())
        if first_name:
            wanted = wanted.where(Mail.recipient_id == self.id_of(first_name))
        return self.session.scalars(wanted.limit(1)).one()


Occasion = Callable[[Scene], Mail]


@dataclass(frozen=True)
class Sample:
    """A mail as it left: what it says, and its bytes."""

    name: str
    kind: str
    letter: Letter
    raw: bytes


def sample(name: str, scene: Scene, occasion: Occasion) -> Sample:
    """What leaves on an occasion, a few minutes after it came about."""
    mail = occasion(scene)
    leaves_at = max(mail.not_before, scene.now) + timedelta(minutes=5)
    kind = registry.find(mail.kind)
    assert kind is not None, f"no room registers {mail.kind}"
    letter = kind.renew(scene.session, mail, leaves_at)
    assert isinstance(letter, Letter), f"{name}: {letter}"
    letter = registry.completed(scene.session, mail, letter, leaves_at)
    raw = build(letter, sender=SENDER, to=mail.to, public_id=mail.public_id, written_at=leaves_at)
    return Sample(name, mail.kind, letter, raw)


def furnish(session: Session) -> None:
    """The cast as it reads in mails: with telephones, and told what is done with their data."""
    acting(session, None, Via.COMMAND, NOW)
    people = session.scalars(select(Person)).all()
    for number, person in enumerate(people):
        person.phone = f"06 12 34 56 {number:02d}"
    places = list(session.scalars(select(Territory.id)))
    for person in people:
        note_told(session, person_id=person.id, territory_ids=places, means=Means.PAGE, now=NOW)
    session.commit()


def stretch(scene: Scene) -> None:
    """The longest titles and names that people type, everywhere at once."""
    scene.acts()
    scene.cast.project().title = LONG_PROJECT
    scene.cast.step().title = LONG_TITLE
    firm = scene.firm()
    firm.name, firm.search_key = LONG_FIRM, fold(LONG_FIRM)
    scene.session.commit()
