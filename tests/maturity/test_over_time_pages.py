"""Comparing years, curves, taking over, and territories side by side: the pages."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import TerritoryRoleKind
from app.accounts.models import TerritoryRole
from app.frameworks.models import Framework
from app.maturity.kinds import CriterionStatus
from app.maturity.models import Assessment, Criterion, Evidence, SharedReading
from app.maturity.services.assessing import freeze
from app.maturity.services.evidence import link_evidence
from app.maturity.services.sharing import agree
from tests.cast import NOW, Cast
from tests.conftest import QueryCount
from tests.maturity.samples import (
    KEY,
    LADDER,
    SUCCESSOR_KEY,
    assess,
    import_ladder,
    import_successor,
    say,
)

As = Callable[[str], FlaskClient]


def framework_id(session: Session, key: str = KEY) -> str:
    return session.scalars(select(Framework.public_id).where(Framework.key == key)).one()


def prove(session: Session, cast: Cast, ref: str, **more: object) -> None:
    known = {"subject": cast.project(), "person_id": cast.person("Anne").id, "now": NOW}
    link_evidence(
        session,
        territory_id=cast.territory().id,
        framework_key=KEY,
        ref=ref,
        **{**known, **more},  # type: ignore[arg-type]
    )
    session.commit()


@pytest.fixture
def two_years(on_tuesday: None, session: Session, cast: Cast) -> str:
    """2025 frozen with 7.1 done; 2026 open with 7.2.1 too. The page's address."""
    import_ladder(session)
    past = assess(session, cast, 2025)
    say(session, cast, past, "7.1", comment="Votée")
    freeze(session, past, now=NOW, person_id=cast.person("Anne").id)
    session.commit()
    present = assess(session, cast)
    say(session, cast, present, "7.2.1")
    prove(session, cast, "7.2.1", subject=cast.step())
    return f"/territoires/{cast.territory().public_id}/maturite"


def test_two_years_are_compared_level_by_level(as_: As, two_years: str, session: Session) -> None:
    shown = as_("Anne").get(f"{two_years}/{framework_id(session)}/comparaison").text
    assert "2026 comparée à 2025" in shown
    assert "7.2.1 – Chercher" in shown and "7.1 – Vouloir</a>" not in shown
    assert "+30\u00a0points" in shown and "+30\u202f%" in shown
    assert "2025 est figée depuis le 7\u00a0avril 2026 par Anne Vasseur" in shown
    assert "Peser les invendus" in shown
    onlooker = as_("Henri").get(f"{two_years}/{framework_id(session)}/comparaison").text
    assert "Peser" not in onlooker and "Invendus du Fournil" in onlooker


def test_years_that_are_not_there_are_not_found_and_one_alone_compares_with_nothing(
    as_: As, opened: Assessment, session: Session, cast: Cast
) -> None:
    page = f"/territoires/{cast.territory().public_id}/maturite/{framework_id(session)}"
    assert "Il faut deux années" in as_("Anne").get(f"{page}/comparaison").text
    for query in ("annee=2020", "annee=2026&avec=2020", "avec=x"):
        assert as_("Anne").get(f"{page}/comparaison?{query}").status_code == 404


def test_a_text_that_changed_in_between_is_told(
    as_: As, two_years: str, session: Session, cast: Cast
) -> None:
    import_ladder(session, LADDER.replace("7.2.2", "7.2.3"))
    following = assess(session, cast, 2027)
    say(session, cast, following, "7.2.3")
    shown = as_("Anne").get(f"{two_years}/{framework_id(session)}/comparaison").text
    assert "Le texte a changé entre les deux" in shown
    assert "nouveau critère" in shown and "critère disparu" in shown


def test_curves_stand_on_the_page_as_soon_as_there_are_two_years(
    as_: As, two_years: str, session: Session
) -> None:
    for address in (two_years, f"{two_years}/courbes"):
        shown = as_("Henri").get(address).text
        assert "curve__dot--open" in shown
        assert "les mêmes chiffres" in shown
    assert 'href="/territoires/' in shown and "/comparaison" in shown


def test_one_year_makes_no_curve(as_: As, opened: Assessment, cast: Cast) -> None:
    page = f"/territoires/{cast.territory().public_id}/maturite"
    assert "curve__" not in as_("Anne").get(page).text


def test_what_carries_over_is_read_first_and_then_taken_by_a_click(
    as_: As, two_years: str, session: Session, cast: Cast
) -> None:
    import_successor(session)
    anne, base = as_("Anne"), f"{two_years}/{framework_id(session, SUCCESSOR_KEY)}"
    session.rollback()
    anne.post(f"{base}/ouvrir", data={"annee": "2026"})
    assert f'href="{base}/reprendre?annee=2026"' in anne.get(two_years).text
    shown = anne.get(f"{base}/reprendre").text
    assert "Reprendre de 2026" in shown
    assert "Le statut suit" in shown and "Statut à redemander" in shown
    assert "Peser les invendus" in shown
    anne.post(f"{base}/9.1", data={"status": "not_done", "comment": "Autre texte"})
    assert anne.post(f"{base}/reprendre").status_code == 303
    session.rollback()
    rows = _rows(session)
    assert rows == [("9.1", CriterionStatus.NOT_DONE, "Autre texte")]
    copied = session.scalars(select(Evidence).where(Evidence.framework_key == SUCCESSOR_KEY)).all()
    assert [(one.ref, one.subject_id) for one in copied] == [
        ("9.2", cast.step().id),
        ("9.3", cast.step().id),
    ]
    assert anne.post(f"{base}/reprendre").status_code == 303
    session.rollback()
    assert _rows(session) == rows
    assert "déjà repris" in anne.get(f"{base}/reprendre").text


def test_a_status_that_carries_over_keeps_who_and_when_and_says_where_from(
    as_: As, two_years: str, session: Session, cast: Cast
) -> None:
    import_successor(session)
    anne, base = as_("Anne"), f"{two_years}/{framework_id(session, SUCCESSOR_KEY)}"
    session.rollback()
    anne.post(f"{base}/ouvrir", data={"annee": "2026"})
    anne.post(f"{base}/reprendre")
    session.rollback()
    (row,) = session.scalars(select(Criterion).where(Criterion.ref.startswith("9"))).all()
    assert (row.ref, row.status, row.comment) == (
        "9.1",
        CriterionStatus.DONE,
        "Repris de 7.1 (echelle, 2026). Votée",
    )
    assert (row.confirmed_by_id, row.confirmed_at) == (cast.person("Anne").id, NOW)


def test_nothing_is_taken_into_a_frozen_year_or_by_an_onlooker(
    as_: As, two_years: str, session: Session
) -> None:
    import_successor(session)
    anne, base = as_("Anne"), f"{two_years}/{framework_id(session, SUCCESSOR_KEY)}"
    session.rollback()
    assert "Rien à reprendre" in anne.get(f"{base}/reprendre").text
    anne.post(f"{base}/ouvrir", data={"annee": "2026"})
    anne.post(f"{base}/figer", data={"annee": "2026"})
    anne.post(f"{base}/reprendre", data={"annee": "2026"})
    assert "Cette année est figée" in anne.get(two_years).text
    session.rollback()
    assert _rows(session) == []
    for method in ("get", "post"):
        assert getattr(as_("Henri"), method)(f"{base}/reprendre").status_code == 403
        assert getattr(as_("Paul"), method)(f"{base}/reprendre").status_code == 404


def _rows(session: Session) -> list[tuple[str, CriterionStatus, str | None]]:
    found = session.scalars(
        select(Criterion).where(Criterion.ref.startswith("9")).order_by(Criterion.ref)
    )
    return [(one.ref, one.status, one.comment) for one in found]


BESIDE = "/maturite/cote-a-cote"


@pytest.fixture
def agreed(two_years: str, session: Session, cast: Cast) -> str:
    """The Val and the Sorne both stand on the ladder; the Val alone agreed."""
    say(session, cast, assess(session, cast, territory="Plaine de Sorne"), "7.1")
    agree(session, territory_id=cast.territory().id, person_id=cast.person("Anne").id, now=NOW)
    session.commit()
    return two_years


def test_only_territories_that_agreed_stand_side_by_side(
    as_: As, agreed: str, session: Session, cast: Cast
) -> None:
    for reader in ("Odile", "Karim"):
        shown = as_(reader).get(BESIDE).text
        assert "Val d’Aubrive" in shown and "70\u202f%" in shown
        assert "Plaine de Sorne</th>" not in shown
        assert "Invendus" not in shown and "Peser" not in shown
    agree(session, territory_id=cast.territory("Plaine de Sorne").id, person_id=None, now=NOW)
    session.commit()
    shown = as_("Odile").get(BESIDE).text
    assert shown.index("Plaine de Sorne</th>") < shown.index("Val d’Aubrive</th>")


def test_who_works_in_one_territory_finds_no_such_page(
    as_: As, agreed: str, session: Session, cast: Cast
) -> None:
    for name in ("Anne", "Henri", "Lucie", "Paul"):
        for address in (BESIDE, f"{BESIDE}.csv", f"{BESIDE}.xlsx"):
            assert as_(name).get(address).status_code == 404
    session.add(
        TerritoryRole(
            person_id=cast.person("Sylvie").id,
            territory_id=cast.territory("Plaine de Sorne").id,
            role=TerritoryRoleKind.OBSERVER,
            started_on=NOW.date(),
        )
    )
    session.commit()
    assert "Val d’Aubrive" in as_("Sylvie").get(BESIDE).text


def test_a_pilot_agrees_and_withdraws_at_once(
    as_: As, two_years: str, session: Session, cast: Cast
) -> None:
    anne, address = as_("Anne"), f"{two_years}/lecture-partagee"
    settings = f"/territoires/{cast.territory().public_id}/reglages"
    assert address in anne.get(settings).text
    assert anne.post(address, data={"accord": "oui"}).status_code == 303
    assert anne.post(address, data={"accord": "oui"}).status_code == 303
    session.rollback()
    assert [one.agreed_by_id for one in session.scalars(select(SharedReading))] == [
        cast.person("Anne").id
    ]
    session.rollback()
    assert "Val d’Aubrive</th>" in as_("Odile").get(BESIDE).text
    shown = anne.get(address).text
    assert "par Anne Vasseur" in shown and "accord=non" in shown
    anne.post(f"{address}?accord=non")
    assert "Val d’Aubrive</th>" not in as_("Odile").get(BESIDE).text
    session.rollback()
    assert session.scalars(select(SharedReading)).all() == []
    assert as_("Henri").post(address, data={"accord": "oui"}).status_code == 403


def test_the_same_lines_leave_as_tables(as_: As, agreed: str) -> None:
    odile = as_("Odile")
    text = odile.get(f"{BESIDE}.csv?annee=2026").get_data(as_text=True)
    heading, line = csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";")
    assert heading[:2] == ["Référentiel", "Territoire"]
    assert line == [
        "Relier les ateliers",
        "Val d’Aubrive",
        "2026",
        "non",
        "2 / 2",
        "70",
        "0",
        "7.1 : 100, 7.2 : 50",
    ]
    book = odile.get(f"{BESIDE}.xlsx")
    assert book.data.startswith(b"PK")
    assert "maturite-2026.xlsx" in book.headers["Content-Disposition"]
    past = odile.get(f"{BESIDE}.csv?annee=2025").get_data(as_text=True)
    assert ";2025;oui;1 / 2;40;" in past
    assert odile.get(f"{BESIDE}.pdf").status_code == 404


@pytest.mark.parametrize("territories", [1, 2])
def test_side_by_side_runs_as_many_queries_for_two_territories_as_for_one(
    as_: As, agreed: str, session: Session, cast: Cast, queries: QueryCount, territories: int
) -> None:
    if territories == 2:
        agree(session, territory_id=cast.territory("Plaine de Sorne").id, person_id=None, now=NOW)
        session.commit()
    odile = as_("Odile")
    queries.reset()
    odile.get(BESIDE)
    # who looks (2), the territories, their assessments, nodes, criteria
    assert len(queries) <= 6, queries.statements


def test_a_page_with_curves_runs_three_queries_more(
    as_: As, two_years: str, session: Session, cast: Cast, queries: QueryCount
) -> None:
    anne = as_("Anne")
    queries.reset()
    anne.get(two_years)
    assert len(queries) <= 16, queries.statements
    queries.reset()
    anne.get(f"{two_years}/{framework_id(session)}/comparaison")
    assert len(queries) <= 19, queries.statements
