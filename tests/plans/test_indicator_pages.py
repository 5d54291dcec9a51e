"""Indicators of a project: noted in ten seconds, read by the partners, never counted twice."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.plans.kinds import ElipseAxis, MeasureMethod
from app.plans.models import Indicator, Measurement, Target
from tests.cast import NOW, Cast
from tests.conftest import QueryCount

As = Callable[[str], FlaskClient]


@pytest.fixture
def engine_name() -> str:
    """What the pages say does not hang on the engine."""
    return "sqlite"


@pytest.fixture
def where(cast: Cast) -> str:
    return f"/projets/{cast.project().public_id}/indicateurs"


@pytest.fixture
def year() -> int:
    """Last year: whatever the day, it is over."""
    return clock.now().year - 1


@pytest.fixture
def indicator(as_: As, session: Session, where: str, year: int) -> Indicator:
    """Anne's « Pain sauvé », with a target for this year that its partners read."""
    told = {
        "label": "Pain sauvé",
        "unit": "t",
        "axis": "results",
        "target_value": "50",
        "target_year": f"{year + 1}",
    }
    assert as_("Anne").post(f"{where}/nouveau", data=told).status_code == 303
    session.rollback()
    return session.scalars(select(Indicator)).one()


def version(client: FlaskClient, address: str) -> str:
    found = re.search(r'name="version"[^>]*value="(\d+)"', client.get(address).text)
    assert found
    return found[1]


def note(
    client: FlaskClient, indicator: Indicator, year: int, value: str = "32", **changed: str
) -> int:
    told = {"value": value, "year": f"{year}", "part": "year", "method": "measured"} | changed
    return client.post(f"/indicateurs/{indicator.public_id}/valeur", data=told).status_code


def values(session: Session) -> list[Measurement]:
    session.rollback()
    found = select(Measurement).where(Measurement.removed_at.is_(None))
    return list(session.scalars(found.order_by(Measurement.starts_on)))


def test_an_indicator_comes_with_its_first_target(
    session: Session, indicator: Indicator, year: int
) -> None:
    assert (indicator.label, indicator.unit, indicator.axis) == (
        "Pain sauvé",
        "t",
        ElipseAxis.RESULTS,
    )
    target = session.scalars(select(Target)).one()
    assert (target.year, target.value) == (year + 1, 50)


def test_a_firm_notes_the_figure_of_the_year_from_the_project_page(
    as_: As, session: Session, cast: Cast, where: str, indicator: Indicator
) -> None:
    lucie = as_("Lucie")
    panel = lucie.get(where, headers={"HX-Request-Type": "partial"}).text
    form = panel[panel.index("<form") : panel.index("</form>")]
    told = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    told.pop("csrf_token", None)
    assert "Le chiffre de" in form and "en t" in form
    answer = lucie.post(
        f"/indicateurs/{indicator.public_id}/valeur",
        data=told | {"value": "1 032,5", "method": "declared"},
    )
    assert answer.location == f"/projets/{cast.project().public_id}"
    [one] = values(session)
    assert (one.value, one.method) == (Decimal("1032.5"), MeasureMethod.DECLARED)
    assert one.organisation_id == cast.organisation("Le Fournil").id
    assert (one.starts_on, one.ends_on) == (
        date(int(told["year"]), 1, 1),
        date(int(told["year"]), 12, 31),
    )
    assert "/retirer" in lucie.get(answer.location).text


def test_progress_is_one_sentence_for_each_nature(
    as_: As, where: str, indicator: Indicator, year: int
) -> None:
    lucie = as_("Lucie")
    assert note(lucie, indicator, year, "20") == 303
    assert note(lucie, indicator, year, "4,5", method="estimated") == 303
    page = lucie.get(where).text
    assert f"20 t en {year}, sur 50 t attendues en {year + 1}, valeurs mesurées." in page
    assert f"4,5 t en {year}, sur 50 t attendues en {year + 1}, valeurs estimées." in page
    assert "24,5" not in page
    assert note(lucie, indicator, year + 1, "32", part="1", method="estimated") == 303
    said = f"32 t sur 50 t attendues en {year + 1}, valeurs estimées, pour une partie de l’année."
    assert said in lucie.get(where).text


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"part": "year"}, "Cette période a déjà une valeur de même nature (mesuré)"),
        ({"part": "2"}, "Une partie de cette période a déjà une valeur de même nature (mesuré)"),
    ],
)
def test_a_period_that_meets_another_of_its_nature_is_refused_by_its_name(
    as_: As, session: Session, indicator: Indicator, year: int, other: dict[str, str], words: str
) -> None:
    lucie = as_("Lucie")
    assert note(lucie, indicator, year) == 303
    told = {"value": "3", "year": f"{year}", "method": "measured"} | other
    answer = lucie.post(f"/indicateurs/{indicator.public_id}/valeur", data=told)
    assert answer.status_code == 422
    assert words in answer.text and f"{year}. Corrigez-la" in answer.text
    assert [one.value for one in values(session)] == [32]
    assert note(lucie, indicator, year, "3", method="declared", **other) == 303


def test_what_has_not_begun_is_no_measure(
    as_: As, session: Session, indicator: Indicator, year: int
) -> None:
    lucie = as_("Lucie")
    assert note(lucie, indicator, year + 2) == 422
    assert note(lucie, indicator, year + 2, method="estimated") == 303


def test_two_days_make_a_period(as_: As, session: Session, indicator: Indicator, year: int) -> None:
    days = {"starts_on": f"{year - 1}-11-01", "ends_on": f"{year}-01-31"}
    lucie = as_("Lucie")
    assert note(lucie, indicator, year, **days) == 303
    [one] = values(session)
    assert (one.starts_on, one.ends_on) == (date(year - 1, 11, 1), date(year, 1, 31))
    assert note(lucie, indicator, year, starts_on=f"{year}-02-01") == 422


def test_a_value_that_is_taken_back_comes_back_unless_another_took_its_place(
    as_: As, session: Session, where: str, indicator: Indicator, year: int
) -> None:
    lucie = as_("Lucie")
    note(lucie, indicator, year)
    [one] = values(session)
    lucie.post(f"/valeurs/{one.public_id}/retirer")
    assert values(session) == []
    lucie.post(f"/valeurs/{one.public_id}/remettre")
    assert [back.value for back in values(session)] == [32]
    lucie.post(f"/valeurs/{one.public_id}/retirer")
    note(lucie, indicator, year, "33")
    lucie.post(f"/valeurs/{one.public_id}/remettre")
    assert [other.value for other in values(session)] == [33]
    assert "déjà une valeur de même nature" in lucie.get(where).text


def test_an_older_form_overwrites_nothing(
    as_: As, session: Session, indicator: Indicator, year: int
) -> None:
    lucie = as_("Lucie")
    note(lucie, indicator, year)
    [one] = values(session)
    address = f"/valeurs/{one.public_id}/modifier"
    told = {
        "value": "33",
        "year": f"{year}",
        "part": "year",
        "method": "measured",
        "how": "pesée quai",
        "version": version(lucie, address),
    }
    assert lucie.post(address, data=told).status_code == 303
    answer = lucie.post(address, data=told | {"value": "34"})
    assert answer.status_code == 409
    assert 'value="34"' in answer.text and "33 (mesuré)" in answer.text
    [one] = values(session)
    assert (one.value, one.how) == (33, "pesée quai")


def test_who_looks_on_reads_what_is_measured_and_no_value(
    as_: As, where: str, indicator: Indicator, year: int
) -> None:
    note(as_("Lucie"), indicator, year, "31416", how="pesée quai")
    for who in ("Sylvie", "Henri", "Odile"):
        page = as_(who).get(where).text
        assert "Pain sauvé" in page and "mesuré" in page
        assert "31\u202f416" not in page and "50 t" not in page
    assert "pesée quai" not in as_("Sylvie").get(where).text
    assert "31\u202f416" in as_("Marc").get(where).text
    assert as_("Paul").get(where).status_code == 404


def test_a_partner_who_comes_later_reads_a_value_once_an_owner_shows_it(
    as_: As, session: Session, cast: Cast, where: str, indicator: Indicator, year: int
) -> None:
    note(as_("Lucie"), indicator, year, "31416")
    session.rollback()
    acting(session, None, Via.COMMAND, NOW)
    [marcs] = [p for p in cast.project().partners if p.organisation.name == "Atelier Bois"]
    marcs.confirmed_at = clock.now()
    session.commit()
    marc, karim = as_("Marc"), as_("Karim")
    assert "31\u202f416" not in marc.get(where).text
    assert marc.post(f"{where}/montrer").status_code == 403
    assert "Atelier Bois" in karim.get(where).text
    assert karim.post(f"{where}/montrer").status_code == 303
    assert "31\u202f416" in marc.get(where).text


def test_a_contributor_speaks_for_its_own_organisation_alone(
    as_: As, cast: Cast, indicator: Indicator, year: int
) -> None:
    other = f"{cast.organisation('CC du Val d’Aubrive').id}"
    assert note(as_("Marc"), indicator, year, organisation_id=other) == 422
    assert note(as_("Anne"), indicator, year, organisation_id=other) == 303


def test_an_indicator_comes_back_with_its_values(
    as_: As, session: Session, where: str, indicator: Indicator, year: int
) -> None:
    anne = as_("Anne")
    note(anne, indicator, year)
    anne.post(f"/indicateurs/{indicator.public_id}/retirer")
    page = anne.get(where).text
    assert f'formaction="/indicateurs/{indicator.public_id}/remettre"' in page
    assert "Rien ne se mesure encore" in page
    anne.post(f"/indicateurs/{indicator.public_id}/remettre")
    assert "Pain sauvé" in anne.get(where).text


def test_one_target_a_year(as_: As, session: Session, indicator: Indicator, year: int) -> None:
    anne, address = as_("Anne"), f"/indicateurs/{indicator.public_id}/objectif"
    told = {"value": "60", "year": f"{year + 1}", "baseline_value": "", "baseline_year": "0"}
    answer = anne.post(address, data=told)
    assert answer.status_code == 422
    assert f"Un objectif est déjà noté pour {year + 1}" in answer.text
    lower = told | {"year": f"{year + 2}", "baseline_value": "80", "baseline_year": f"{year}"}
    assert anne.post(address, data=lower).status_code == 303
    assert anne.post(address, data=lower | {"baseline_year": "0"}).status_code == 422
    session.rollback()
    target = session.scalars(select(Target).where(Target.baseline_year.is_not(None))).one()
    edit = f"/objectifs/{target.public_id}/modifier"
    seen = version(anne, edit)
    assert anne.post(edit, data=lower | {"value": "70", "version": seen}).status_code == 303
    assert anne.post(edit, data=lower | {"value": "71", "version": seen}).status_code == 409


def test_the_page_asks_the_same_however_many_indicators(
    as_: As, session: Session, cast: Cast, where: str, queries: QueryCount
) -> None:
    anne = as_("Anne")
    counted = []
    for batch, number in enumerate((1, 29)):
        session.rollback()
        acting(session, None, Via.COMMAND, NOW)
        project = cast.project()
        place = {"project_id": project.id, "territory_id": project.territory_id}
        for each in range(number):
            one = Indicator(label=f"Indicateur {batch} {each}", unit="t", **place)
            session.add(one)
            session.flush()
            session.add(
                Measurement(
                    indicator_id=one.id,
                    starts_on=date(2026, 1, 1),
                    ends_on=date(2026, 12, 31),
                    value=Decimal(3),
                    method=MeasureMethod.MEASURED,
                    organisation_id=cast.organisation("Le Fournil").id,
                    opened_at=NOW,
                    **place,
                )
            )
        session.commit()
        queries.reset()
        assert anne.get(where).status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1]
