"""How many organisations adhere to the charter, as the annual meeting tells it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from time_machine import travel

from app.accounts.models import Departure, Organisation
from app.agreements.services.charter import adhere, leave_charter
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.reports.figures import Adherences
from app.reports.queries.plenary import plenary
from tests.agreements.worlds import words_of
from tests.cast import Cast
from tests.reports import making

TODAY = date(2026, 10, 1)


def adheres(session: Session, cast: Cast, name: str, number: int, day: date) -> Organisation:
    moment, firm = making.at(day), cast.organisation(name)
    acting(session, None, Via.COMMAND, moment)
    adhere(
        session,
        cast.territory(),
        firm,
        version=f"charter-{number}",
        person_id=cast.person("Anne").id,
        now=moment,
    )
    return firm


def test_before_a_charter_is_published_nobody_is_counted(session: Session, cast: Cast) -> None:
    making.charter(session, cast, "Un texte.", TODAY + timedelta(days=1))
    assert plenary(session, cast.territory(), 2026, TODAY).charter is None


def test_who_adheres_is_counted_as_on_the_day_and_with_what_was_in_force_then(
    session: Session, cast: Cast
) -> None:
    making.charter(session, cast, "Un texte.", date(2025, 1, 10))
    for name in ("Le Fournil", "Atelier Bois"):
        adheres(session, cast, name, 1, date(2025, 2, 3))
    making.charter(session, cast, "Un autre.", date(2026, 3, 10))
    adheres(session, cast, "Atelier Bois", 2, date(2026, 3, 12))
    adheres(session, cast, "CCI des Deux Rives", 2, TODAY)
    assert plenary(session, cast.territory(), 2026, TODAY).charter == (
        Adherences(3, 1),
        Adherences(2, 0),
    )


def test_who_withdrew_or_left_the_territory_was_there_a_year_before(
    session: Session, cast: Cast
) -> None:
    making.charter(session, cast, "Un texte.", date(2025, 1, 10))
    fournil = adheres(session, cast, "Le Fournil", 1, date(2025, 2, 3))
    atelier = adheres(session, cast, "Atelier Bois", 1, date(2025, 2, 3))
    moment = making.at(date(2026, 2, 3))
    acting(session, None, Via.COMMAND, moment)
    leave_charter(session, cast.territory(), fournil, now=moment)
    session.add(
        Departure(
            organisation=atelier,
            territory_id=cast.territory().id,
            left_at=moment,
            left_by_id=cast.person("Anne").id,
        )
    )
    atelier.territories.remove(cast.territory())
    session.flush()
    assert plenary(session, cast.territory(), 2026, TODAY).charter == (
        Adherences(0, 0),
        Adherences(2, 0),
    )


def test_the_page_tells_it_in_one_sentence(
    session: Session, cast: Cast, as_: Callable[[str], FlaskClient]
) -> None:
    making.charter(session, cast, "Un texte.", date(2025, 1, 10))
    adheres(session, cast, "Le Fournil", 1, date(2025, 2, 3))
    making.charter(session, cast, "Un autre.", date(2026, 3, 10))
    adheres(session, cast, "CCI des Deux Rives", 2, date(2026, 3, 12))
    url = f"/territoires/{cast.territory().public_id}/rencontre-annuelle"
    session.commit()
    with travel(making.at(TODAY), tick=False):
        told = words_of(as_("Henri").get(url).text)
    assert "2 organisations ont adhéré à la charte , dont 1 à une version antérieure" in told
    assert "1 un an plus tôt" in told
    assert "Le Fournil" not in told
