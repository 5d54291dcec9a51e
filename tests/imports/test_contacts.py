"""Lists of contacts: each person once, each fault with its place, however long the list is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Membership, Organisation, Person
from app.imports.cells import Table
from app.imports.contacts import KnownContact, KnownContacts, Reader
from app.imports.kinds import Field, Outcome
from app.imports.models import Import
from app.imports.names import Names
from app.imports.services.preparing import bring, prepare
from app.plans.models import Step
from app.sheets.reading import read_file
from tests.cast import NOW, Cast
from tests.imports.samples import HEADINGS, line
from tests.imports.test_services import applied
from tests.sheets.samples import xlsx_of

pytestmark = pytest.mark.usefixtures("anne_acts")
HEAD = ["Nom", "Téléphone", "Courriel", "Entreprise", "SIRET"]
ONE, OTHER = "35600000000048", "35600000049837"


def workbook(session: Session, cast: Cast, **sheets: list[list[str]]) -> Import:
    rows = {name: [HEADINGS if name == "Suivi" else HEAD, *told] for name, told in sheets.items()}
    return bring(
        session,
        plan=cast.plan(),
        file_name="suivi.xlsx",
        sheets=read_file("suivi.xlsx", xlsx_of(rows)),
        person_id=cast.person("Anne").id,
        now=NOW,
    )


def told(found: Import, session: Session) -> list[tuple[str, int, str, list[tuple[str, str]]]]:
    """Sheet, line, what becomes of it, and each fault as its column and the value there."""
    return [
        (
            found.tables[row.place.table]["name"],
            row.place.line + 1,
            row.outcome.value,
            [(HEAD[one.column or 0], one.value) for one in row.faults],
        )
        for row in prepare(session, found).contacts
    ]


def people_of(session: Session, name: str) -> list[tuple[str, str | None, str | None]]:
    query = (
        select(Person.name, Person.email, Person.phone)
        .join(Membership)
        .join(Organisation)
        .where(Organisation.name == name)
        .order_by(Person.id)
    )
    return [tuple(row) for row in session.execute(query)]


def test_an_address_in_two_sheets_is_a_fault_of_the_second(session: Session, cast: Cast) -> None:
    found = workbook(
        session,
        cast,
        Contacts=[["Zoé Lambert", "", "zoe@example.org", "Vallon", ""]],
        Autres=[["Ali Benz", "", "ZOE@example.org", "Vallon", ""]],
    )
    assert told(found, session) == [
        ("Contacts", 2, "check", []),
        ("Autres", 2, "refused", [("Courriel", "zoe@example.org")]),
    ]
    applied(session, cast, found)
    assert people_of(session, "Vallon") == [("Zoé Lambert", "zoe@example.org", None)]


def test_a_siret_of_two_organisations_is_a_fault_of_the_second(
    session: Session, cast: Cast
) -> None:
    found = workbook(
        session,
        cast,
        Contacts=[
            ["Zoé Lambert", "", "", "Le Fournil", ONE],
            ["Ali Benz", "", "", "Atelier Bois", ONE],
            ["Léa Roy", "", "", "Le Fournil", OTHER],
        ],
    )
    assert told(found, session) == [
        ("Contacts", 2, "create", []),
        ("Contacts", 3, "check", [("SIRET", ONE)]),
        ("Contacts", 4, "check", [("SIRET", OTHER)]),
    ]
    applied(session, cast, found)
    assert cast.organisation("Le Fournil").siret == ONE
    assert cast.organisation("Atelier Bois").siret is None
    assert cast.person("Ali").name == "Ali Benz"


def test_an_address_known_here_stays(session: Session, cast: Cast) -> None:
    row = ["Zoé Lambert", "", "zoe@example.org", "Le Fournil", ""]
    applied(session, cast, workbook(session, cast, Contacts=[row]))
    other = ["Zoé Lambert", "03 53 01 02 03", "autre@example.org", "Le Fournil", ""]
    found = workbook(session, cast, Contacts=[other])
    assert told(found, session) == [("Contacts", 2, "check", [("Courriel", "autre@example.org")])]
    applied(session, cast, found)
    assert people_of(session, "Le Fournil")[1:] == [
        ("Zoé Lambert", "zoe@example.org", "03 53 01 02 03")
    ]


def test_whom_tracker_and_list_name_is_one_person(session: Session, cast: Cast) -> None:
    found = workbook(
        session,
        cast,
        Suivi=[line(action="Autre", step="Compter", lead="Vallon (M. Keller)")],
        Contacts=[
            ["Marc Keller", "03 53 01 02 03", "", "Vallon", ""],
            ["M. Marc Keller", "", "keller@example.org", "Vallon", ""],
        ],
    )
    applied(session, cast, found)
    assert people_of(session, "Vallon") == [("Marc Keller", "keller@example.org", "03 53 01 02 03")]
    step = session.scalars(select(Step).where(Step.title == "Compter")).one()
    assert step.lead_person and step.lead_person.name == "Marc Keller"


def test_of_two_numbers_the_first_one_is_kept_whole(session: Session, cast: Cast) -> None:
    typed = "03 53 01 02 03 / 06 12 34 56 78"
    found = workbook(session, cast, Contacts=[["Zoé Lambert", typed, "", "Le Fournil", ""]])
    assert told(found, session) == [("Contacts", 2, "check", [("Téléphone", typed)])]
    applied(session, cast, found)
    assert cast.person("Zoé").phone == "03 53 01 02 03"


class Walked(list[KnownContact]):
    """Counts how often somebody goes through it."""

    walks = 0

    def __iter__(self) -> Iterator[KnownContact]:
        self.walks += 1
        return super().__iter__()


def test_known_contacts_are_walked_once_however_long_the_list_is() -> None:
    places = Walked(
        KnownContact(n, "Le Fournil", f"Nom {n}", "", "", "", has_account=False) for n in range(300)
    )
    fields = [Field.NAME, Field.PHONE, Field.EMAIL, Field.ORGANISATION, Field.SIRET]
    rows = [HEAD, *([f"Nom {n}", "", "", "Le Fournil", ""] for n in range(300))]
    names = Names({"le fournil": "Le Fournil"}, {})
    reader = Reader(names, KnownContacts(places))
    found = list(reader.read(Table(0, 0, HEAD, fields, rows)))
    assert [row.outcome for row in found] == [Outcome.SAME] * 300
    assert places.walks == 1
