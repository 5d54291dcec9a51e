"""Flows: typed as people write numbers, read by those who carry the project."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.journal.kinds import Via
from app.journal.recorder import acting
from app.plans.models import Flow
from tests.cast import NOW, Cast

As = Callable[[str], FlaskClient]


def flow_fields(cast: Cast, **changed: object) -> dict[str, object]:
    return {
        "organisation_id": cast.organisation("Atelier Bois").id,
        "direction": "output",
        "resource": "material",
        "label": "Chutes de chêne",
        "quantity": "",
        "unit": "",
    } | changed


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("12 000,5", "12000.5"), ("12\u202f000", "12000"), ("0,125", "0.125"), ("7.5", "7.5")],
)
def test_a_quantity_is_read_as_it_is_written_here(
    as_: As, cast: Cast, session: Session, typed: str, kept: str
) -> None:
    address = f"/projets/{cast.project().public_id}/flux/nouveau"
    fields = flow_fields(cast, quantity=typed, unit="t par an")
    assert as_("Marc").post(address, data=fields).status_code == 303
    session.rollback()
    flow = session.scalars(select(Flow).where(Flow.label == "Chutes de chêne")).one()
    assert flow.quantity == Decimal(kept)


@pytest.mark.parametrize("typed", ["beaucoup", "NaN", "Infinity", "-3", "1e99"])
def test_what_is_no_quantity_is_refused_with_words(as_: As, cast: Cast, typed: str) -> None:
    address = f"/projets/{cast.project().public_id}/flux/nouveau"
    answer = as_("Marc").post(address, data=flow_fields(cast, quantity=typed, unit="t"))
    assert answer.status_code == 422
    assert "field__error" in answer.text


def test_a_quantity_comes_with_its_unit(as_: As, cast: Cast) -> None:
    address = f"/projets/{cast.project().public_id}/flux/nouveau"
    answer = as_("Marc").post(address, data=flow_fields(cast, quantity="3"))
    assert answer.status_code == 422
    assert "Donnez l’unité" in answer.text


def test_the_page_says_who_will_read_the_quantity(as_: As, cast: Cast) -> None:
    page = as_("Lucie").get(f"/projets/{cast.project().public_id}/flux/nouveau").text
    assert "Le Fournil" in page.split("Lue seulement par")[1][:400]


def test_a_company_declares_for_itself_alone(as_: As, cast: Cast) -> None:
    address = f"/projets/{cast.project().public_id}/flux/nouveau"
    assert as_("Lucie").post(address, data=flow_fields(cast)).status_code == 422


def test_a_flow_that_is_taken_back_leaves_the_page(as_: As, cast: Cast, session: Session) -> None:
    flow = session.scalars(select(Flow)).one()
    lucie, project = as_("Lucie"), f"/projets/{cast.project().public_id}"
    assert "Pain invendu" in lucie.get(project).text
    assert lucie.post(f"/flux/{flow.public_id}/retirer").status_code == 303
    assert "Pain invendu" not in lucie.get(project).text


def test_a_latecomer_reads_the_quantity_when_its_owner_says_so(
    as_: As, cast: Cast, session: Session
) -> None:
    acting(session, None, Via.COMMAND, NOW)
    [marcs] = [p for p in cast.project().partners if p.organisation.name == "Atelier Bois"]
    marcs.confirmed_at = NOW
    session.commit()
    project, flow = f"/projets/{cast.project().public_id}", session.scalars(select(Flow)).one()
    marc, lucie = as_("Marc"), as_("Lucie")
    assert "42 kg par semaine" not in marc.get(project).text
    assert marc.post(f"/flux/{flow.public_id}/ouvrir").status_code == 403
    assert "Atelier Bois</button>" in lucie.get(project).text
    assert lucie.post(f"/flux/{flow.public_id}/ouvrir").status_code == 303
    assert "42 kg par semaine" in marc.get(project).text
