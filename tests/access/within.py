"""What stands within {project}: something to tick off, an exchange, a barrier, a wait."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.journal.kinds import Via
from app.journal.recorder import acting
from app.plans.kinds import BarrierKind
from app.plans.services.barriers import note_barrier
from app.plans.services.checks import add_checks
from app.plans.services.exchanges import note_exchange
from app.plans.services.waiting import wait_for
from tests.cast import BEGINNING, Cast


def furnish(session: Session, cast: Cast) -> dict[str, str]:
    """{name in braces: public id}."""
    acting(session, cast.person("Anne").id, Via.COMMAND, BEGINNING)
    project, day = cast.project(), BEGINNING.date()
    fournil, atelier = cast.organisation("Le Fournil").id, cast.organisation("Atelier Bois").id
    [check] = add_checks(session, cast.step(), ["Balance"])
    exchange = note_exchange(
        session, project, giver_id=fournil, user_id=atelier, label="Pain", since=day, today=day
    )
    barrier = note_barrier(
        session,
        project,
        kind=BarrierKind.REGULATORY,
        note="Pas de texte",
        lever="",
        helper_id=None,
        person_id=cast.person("Anne").id,
        today=day,
    )
    wait_for(session, cast.step("Réunir les partenaires"), cast.step())
    return {
        "check": check.public_id,
        "exchange": exchange.public_id,
        "barrier": barrier.public_id,
        "meeting_step": cast.step("Réunir les partenaires").public_id,
    }
