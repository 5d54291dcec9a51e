"""The record of a zone: what is declared beside what is known here, in one sentence and in full."""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.kinds import SizeBand
from app.accounts.models import ActivityZone
from app.accounts.portrait import AGES, SIZES, parts, remarks, size_class, summary
from app.accounts.services.zones import ZoneFigures, measure_zone
from app.core import clock
from app.journal.kinds import Via
from app.journal.recorder import acting
from tests.cast import NOW, Cast
from tests.conftest import QueryCount

As = Callable[[str], FlaskClient]
COUNTS = st.none() | st.integers(0, 1000)
TYPED = {
    "name": "Les Prés",
    "dominant_use": "industrielle",
    "specialisation": "agroalimentaire, bois",
    "created_year": "1984",
    "gross_area": "24,5",
    "establishments": "1 031",
    "vacancy_rate": "8,5",
    "figures_on": "2026-01-15",
    "figures_source": "Observatoire de la CCI",
    "size_none": "4",
    "size_1_9": "15",
    "age_over_10": "18",
    "latitude": "48,5734",
    "longitude": "7,7521",
    "note": "Une seule entrée,\nsaturée le matin.",
}


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


@pytest.fixture
def zone(session: Session, cast: Cast) -> ActivityZone:
    """Les Prés, with Le Fournil in it; committed."""
    acting(session, None, Via.COMMAND, clock.now())
    made = ActivityZone(territory_id=cast.territory().id, name="Les Prés")
    session.add(made)
    session.flush()
    cast.organisation("Le Fournil").zone_id = made.id
    cast.organisation("Le Fournil").size = SizeBand.FROM_6
    session.commit()
    return made


def plain(text: str) -> str:
    return html.unescape(text).replace("\u00a0", " ").replace("\u202f", " ")


def edit(zone: ActivityZone) -> str:
    return f"/territoires/{zone.territory.public_id}/zones/{zone.public_id}"


def test_numbers_are_typed_as_in_french_and_read_back_so(
    as_: As, session: Session, zone: ActivityZone
) -> None:
    page, record = edit(zone), f"/zones/{zone.public_id}"
    session.rollback()
    anne = as_("Anne")
    assert anne.post(page, data=TYPED | {"version": "1"}).location == record
    session.expire_all()
    assert (zone.gross_area, zone.establishments) == (Decimal("24.5"), 1031)
    assert (zone.vacancy_rate, zone.latitude) == (Decimal("8.5"), Decimal("48.5734"))
    assert zone.figures_on == date(2026, 1, 15)
    assert zone.note == "Une seule entrée,\nsaturée le matin."
    session.rollback()
    form = anne.get(page).text
    assert 'value="24,5"' in form and 'value="1031"' in form and 'value="48,5734"' in form
    shown = plain(anne.get(record).text)
    assert "Zone industrielle de 24,5 ha, créée en 1984" in shown
    assert "Chiffres déclarés : Observatoire de la CCI, 15 janv. 2026." in shown


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"establishments": "31,5"}, "Écrivez un nombre entier, par exemple 31."),
        ({"establishments": "trente"}, "Écrivez un nombre, par exemple 12,5."),
        ({"vacancy_rate": "108"}, "Un taux de 0 à 100, par exemple 8,5."),
        ({"gross_area": "-1"}, "Une surface en hectares, par exemple 24,5."),
        ({"created_year": "84"}, "Vérifiez cette année."),
        ({"size_none": "-2"}, "Écrivez un nombre entier, par exemple 31."),
        ({"latitude": "1048000"}, "En degrés, par exemple 48,5734."),
        ({"figures_on": "2099-01-01"}, "Ces chiffres seraient d’un jour à venir"),
        ({"figures_on": "0026-01-01"}, "Vérifiez l’année de cette date."),
        ({"name": " "}, "Indiquez le nom de la zone."),
    ],
)
def test_what_cannot_be_is_told_and_nothing_typed_is_lost(
    as_: As, session: Session, zone: ActivityZone, wrong: dict[str, str], told: str
) -> None:
    page = edit(zone)
    session.rollback()
    answer = as_("Anne").post(page, data=TYPED | {"version": "1"} | wrong)
    assert answer.status_code == 422
    assert told in plain(answer.text) and 'value="agroalimentaire, bois"' in answer.text
    session.expire_all()
    assert zone.specialisation is None


def test_two_who_write_at_once_see_what_the_other_one_stored(
    as_: As, session: Session, zone: ActivityZone
) -> None:
    page = edit(zone)
    session.rollback()
    anne = as_("Anne")
    anne.post(page, data=TYPED | {"version": "1"})
    answer = anne.post(page, data=TYPED | {"version": "1", "vacancy_rate": "12"})
    assert answer.status_code == 409
    shown = plain(answer.text)
    assert "<dt>Taux de vacance, en %</dt><dd>8,50</dd>" in shown and 'value="12"' in shown
    assert "<dt>Année de création</dt>" not in shown


def test_what_is_declared_and_what_is_known_here_stand_side_by_side(
    as_: As, session: Session, zone: ActivityZone
) -> None:
    zone.establishments, zone.size_1_9 = 31, 15
    page = f"/zones/{zone.public_id}"
    place = zone.territory.public_id
    session.commit()
    shown = plain(as_("Henri").get(page).text)
    assert '<th scope="row">1 à 9 salariés</th><td class="number">15</td>' in shown
    assert '<td class="number">15</td><td class="number">1</td>' in shown
    assert "Les tailles comptent 15 entreprises, le total déclaré en dit 31." in shown
    assert f'href="/territoires/{place}/organisations?zone={page[7:]}"' in shown
    listed = as_("Anne").get(f"/territoires/{place}/organisations?zone={page[7:]}").text
    assert "Le Fournil" in listed and "Atelier Bois" not in listed


def test_a_page_takes_as_many_queries_with_thirty_companies(
    as_: As, cast: Cast, session: Session, zone: ActivityZone, queries: QueryCount
) -> None:
    page, henri = f"/zones/{zone.public_id}", as_("Henri")
    session.rollback()
    henri.get(page)
    queries.reset()
    henri.get(page)
    few = len(queries)
    cast.organisation("Atelier Bois").zone_id = zone.id
    session.commit()
    queries.reset()
    henri.get(page)
    assert len(queries) == few <= 5


def test_who_imports_figures_is_their_source_unless_they_say_the_same(
    session: Session, zone: ActivityZone
) -> None:
    figures = ZoneFigures(establishments=31, latitude=Decimal("48.5"))
    measure_zone(session, zone, figures, source="Fichier CNIG", today=NOW.date())
    assert (zone.figures_source, zone.figures_on) == ("Fichier CNIG", NOW.date())
    zone.figures_source = "Visite"
    measure_zone(session, zone, figures, source="Fichier CNIG", today=NOW.date())
    assert zone.figures_source == "Visite"


def test_a_vocation_in_a_file_s_own_words_stays(
    as_: As, session: Session, zone: ActivityZone
) -> None:
    zone.dominant_use = "entrepôts, logistique"
    page = edit(zone)
    session.commit()
    anne = as_("Anne")
    assert '<option selected value="entrepôts, logistique">' in anne.get(page).text
    data = TYPED | {"version": "2", "dominant_use": "entrepôts, logistique"}
    assert anne.post(page, data=data).status_code == 303
    session.expire_all()
    assert plain(summary(zone)).startswith("Zone « entrepôts, logistique » de 24,5 ha")


@pytest.mark.parametrize(
    ("column", "value"), [("size_250", -1), ("age_3_10", -1), ("created_year", 26)]
)
def test_the_database_itself_refuses_what_is_no_count(
    session: Session, zone: ActivityZone, column: str, value: int
) -> None:
    setattr(zone, column, value)
    with pytest.raises(IntegrityError):
        session.flush()


def test_one_sentence_says_what_an_elected_official_reads_first() -> None:
    assert summary(ActivityZone(name="Les Prés")) == "Zone d’activités."
    zone = ActivityZone(
        dominant_use="artisanale",
        created_year=2006,
        establishments=1,
        size_1_9=9,
        size_none=4,
        age_under_3=2,
        vacancy_rate=Decimal("8.5"),
    )
    assert plain(summary(zone)) == (
        "Zone artisanale, créée en 2006. 1 entreprise déclarée, surtout de 1 à 9 salariés, "
        "le plus souvent créées il y a moins de 3 ans, 8,5 % de vacance."
    )


@given(st.fixed_dictionaries(dict.fromkeys([*SIZES, *AGES, "establishments"], COUNTS)))
def test_figures_that_disagree_are_told_and_only_those(figures: dict[str, int | None]) -> None:
    zone = ActivityZone(**figures)
    total = figures["establishments"]
    wrong = 0
    for names in (SIZES, AGES):
        said = [figures[name] for name in names if figures[name] is not None]
        wrong += bool(said) and total is not None and sum(map(int, said)) != total  # type: ignore[arg-type]  # no None left
    assert len(remarks(zone)) == wrong
    assert summary(zone).endswith(".")
    assert parts(zone)["taille des entreprises"] == any(figures[n] is not None for n in SIZES)


def test_every_band_of_insee_has_its_class() -> None:
    classes = [size_class(band) for band in SizeBand]
    assert set(classes) == set(SIZES) and classes == sorted(classes, key=list(SIZES).index)
    assert size_class(None) is None
