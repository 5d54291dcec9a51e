"""What the tests of teams share: inviting, answering, and doing things at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import time_machine
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts.kinds import TerritoryRoleKind
from app.accounts.links import Links
from app.accounts.models import Person, TerritoryRole
from app.accounts.services import team
from app.accounts.services.team import Nominee
from app.core.refusals import RefusedError
from app.journal.kinds import Via
from app.journal.recorder import acting
from tests.cast import NOW, TODAY, Cast
from tests.conftest import SECRET

As = Callable[[str], FlaskClient]
LINKS = Links(SECRET, "http://localhost")
PILOT, FACILITATOR, OBSERVER = TerritoryRoleKind
CLAIRE = Nominee(
    "Claire Jonval", "claire@example.org", PILOT, "Chargée de mission", "Pour l’automne."
)
TYPED = {"name": "Claire Jonval", "email": "claire@example.org", "role": "pilot", "function": ""}
FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}


def invite(session: Session, cast: Cast, nominee: Nominee = CLAIRE, by: str = "Anne") -> str:
    """The path of the link in the mail; commits."""
    grant = team.invite_to_team(
        session, territory=cast.territory(), nominee=nominee, asker_id=cast.person(by).id, now=NOW
    )
    path = f"/invitation/{LINKS.token(grant.public_id)}"
    session.commit()
    return path


def answer(client: FlaskClient, link: str, answer: str = "accept", **typed: str) -> TestResponse:
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        return client.post(link, data={"answer": answer, "name": "Claire Jonval", **typed})


def roles(session: Session, name: str) -> list[tuple[TerritoryRoleKind, bool]]:
    """(role, whether it is present) of a person in the Val, the oldest first."""
    session.rollback()
    found = session.scalars(
        select(TerritoryRole)
        .join(TerritoryRole.person)
        .where(Person.name.startswith(name))
        .order_by(TerritoryRole.id)
    )
    return [(role.role, role.ended_on is None) for role in found]


def name_role(session: Session, cast: Cast, who: str, role: TerritoryRoleKind) -> None:
    """A further role, of somebody who has come in before; commits."""
    team.give_role(
        session,
        person_id=cast.person(who).id,
        territory_id=cast.territory().id,
        role=role,
        function=None,
        today=TODAY,
    )
    cast.person(who).password_hash = "chosen"
    session.commit()


def page_of(cast: Cast) -> str:
    path = f"/territoires/{cast.territory().public_id}/equipe"
    cast.session.commit()
    return path


def role_path(cast: Cast, who: str, verb: str) -> str:
    public_id = cast.person(who).public_id
    return f"{page_of(cast)}/{public_id}/{verb}"


def at_once(engine: Engine, *verbs: Callable[[Session], object]) -> list[object]:
    """Run each verb in a transaction of its own, all at the same moment; answers or refusals."""
    barrier = Barrier(len(verbs))

    def run(verb: Callable[[Session], object]) -> object:
        with Session(engine) as session:
            acting(session, None, Via.COMMAND, NOW)
            barrier.wait()
            try:
                answered = verb(session)
                session.commit()
            except (RefusedError, IntegrityError) as refusal:
                return type(refusal)
            return answered

    with ThreadPoolExecutor(len(verbs)) as threads:
        return list(threads.map(run, verbs))
