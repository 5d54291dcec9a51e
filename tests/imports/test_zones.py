"""CNIG « Sites économiques »: zones come in, and faults are told by line."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import ActivityZone
from app.imports.models import Import
from app.imports.services.applying import apply
from app.imports.services.preparing import bring, prepare
from app.imports.services.undoing import undo
from app.sheets.reading import read_file
from tests.cast import NOW, TODAY, Cast

pytestmark = pytest.mark.usefixtures("anne_acts")
HEADINGS = (
    "site_id;site_nom;site_vocadomi;site_surf_brute;site_nb_etab;site_taux_vacance;site_geompoint"
)
FILE = f"""{HEADINGS}
S1;Les Prés;industrielle;12,5;14;7,5 %;POINT(4.85 45.75)
S2;Le Port;mixte;8;3;0;POINT(842000.5 6519000)
S3;La Gare;artisanale;4;5;2;45.7;4.9
S4;;mixte;1;1;1;POINT(4.9 45.7)
S5;Les Vignes;mixte;beaucoup;1;1;45.8, 4.8
S6;Le Quai;mixte;4;5;2;5;POINT(4.9 45.7)
"""


def brought(session: Session, cast: Cast, text: str = FILE) -> Import:
    return bring(
        session,
        plan=cast.plan(),
        file_name="sites.csv",
        sheets=read_file("sites.csv", text.encode()),
        person_id=None,
        now=NOW,
    )


def test_each_fault_is_told_with_its_line(session: Session, cast: Cast) -> None:
    rows = prepare(session, brought(session, cast)).zones
    told = [
        (row.place.line + 1, row.outcome.value, [fault.wanted[:34] for fault in row.faults])
        for row in rows
    ]
    assert told == [
        (2, "create", []),
        (3, "check", ["des degrés (longitude, latitude) :"]),
        (4, "check", ["autant de cellules que l’en-tête :"]),
        (5, "refused", ["le nom du site"]),
        (6, "check", ["un nombre, par exemple 12,5"]),
        # 4,5 or 2,5: nobody can tell
        (7, "refused", ["autant de cellules que l’en-tête :"]),
    ]


def test_zones_come_in_once_and_are_taken_back(session: Session, cast: Cast) -> None:
    lead = cast.organisation("CC du Val d’Aubrive").id
    found = brought(session, cast)
    apply(session, found, default_lead_id=lead, launches=False, now=NOW, today=TODAY)
    session.commit()
    zones = {one.cnig_id: one for one in session.scalars(select(ActivityZone))}
    first, port, station = zones["S1"], zones["S2"], zones["S3"]
    assert (first.name, first.dominant_use, first.gross_area) == (
        "Les Prés",
        "industrielle",
        Decimal("12.5"),
    )
    assert (first.establishments, first.vacancy_rate) == (14, Decimal("7.5"))
    assert (first.latitude, first.longitude) == (Decimal("45.75"), Decimal("4.85"))
    assert (port.latitude, port.longitude) == (None, None)
    assert (station.vacancy_rate, station.latitude) == (Decimal(2), Decimal("45.7"))
    again = prepare(session, brought(session, cast))
    assert again.zones[0].outcome.value == "same"
    undo(session, found, now=NOW)
    session.commit()
    assert session.scalars(select(ActivityZone)).all() == []


def test_a_zone_that_stands_twice_is_a_fault_of_its_row(session: Session, cast: Cast) -> None:
    twice = f"""{HEADINGS}
S1;Les Prés;industrielle;12;14;7;
S2;les prés;mixte;8;3;0;
S1;Le Quai;mixte;4;5;2;
"""
    found = brought(session, cast, twice)
    told = [
        (row.place.line + 1, row.outcome.value, [(one.column, one.value) for one in row.faults])
        for row in prepare(session, found).zones
    ]
    assert told == [
        (2, "create", []),
        (3, "refused", [(1, "les prés")]),
        (4, "refused", [(0, "S1")]),
    ]
    apply(session, found, default_lead_id=0, launches=False, now=NOW, today=TODAY)
    assert session.scalars(select(ActivityZone.name)).all() == ["Les Prés"]


def test_a_number_of_one_zone_with_the_name_of_another_is_a_fault(
    session: Session, cast: Cast
) -> None:
    val = cast.territory().id
    session.add_all(
        ActivityZone(territory_id=val, name=name, cnig_id=number)
        for name, number in (("Les Prés", "S1"), ("Le Quai", "S2"))
    )
    session.flush()
    found = brought(session, cast, f"{HEADINGS}\nS1;Le Quai;mixte;4;5;2;\n")
    [row] = prepare(session, found).zones
    assert (row.outcome.value, [one.value for one in row.faults]) == ("refused", ["Le Quai"])
