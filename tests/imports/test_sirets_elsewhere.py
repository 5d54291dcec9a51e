"""A SIRET that stands in another territory: asked as on a page, attached where one keeps both."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import MembershipRole, TerritoryRoleKind
from app.accounts.models import Claim, Membership, Organisation, Person, TerritoryRole
from app.accounts.services.claims import accept
from app.imports.models import Import
from app.imports.services.applying import apply
from app.imports.services.preparing import prepare
from app.imports.services.undoing import undo
from app.outbox.models import Mail
from tests.cast import BEGINNING, NOW, TODAY, Cast
from tests.imports.test_contacts import ONE, OTHER, people_of, workbook
from tests.imports.test_pages import paste
from tests.imports.test_services import applied, everything

As = Callable[[str], FlaskClient]
pytestmark = pytest.mark.usefixtures("anne_acts")
ROW = ["Zoé Lambert", "", "zoe@example.org", "Le Fournil", ONE]


@pytest.fixture
def mill(session: Session, cast: Cast) -> Organisation:
    """Of the Sorne, that Anne knows nothing of; Henri answers for it."""
    found = cast.organisation("Scierie de la Sorne")
    found.siret = ONE
    place = Membership(person_id=cast.person("Henri").id, organisation_id=found.id,
                       role=MembershipRole.MANAGER, started_on=BEGINNING.date())  # fmt: skip
    session.add(place)
    cast.person("Henri").password_hash = "x"
    session.commit()
    return found


def animates_both(session: Session, cast: Cast) -> None:
    sorne = cast.territory("Plaine de Sorne")
    session.add(
        TerritoryRole(
            person_id=cast.person("Anne").id,
            territory_id=sorne.id,
            role=TerritoryRoleKind.PILOT,
            started_on=BEGINNING.date(),
        )
    )
    session.commit()


def by_mail(session: Session, cast: Cast, found: Import) -> None:
    lead = cast.organisation("CC du Val d’Aubrive").id
    apply(session, found, default_lead_id=lead, launches=False, now=NOW, today=TODAY, mails=True)
    session.commit()


def claims(session: Session) -> list[tuple[str, str]]:
    return [(one.local.name, one.known.name) for one in session.scalars(select(Claim))]


def mails(session: Session) -> list[str]:
    return list(session.scalars(select(Mail.to)))


def test_it_is_asked_on_the_other_page_and_nobody_is_mailed(
    session: Session, cast: Cast, mill: Organisation
) -> None:
    applied(session, cast, workbook(session, cast, Contacts=[ROW]))
    bakery = cast.organisation("Le Fournil")
    assert (bakery.siret, bakery.sole_siret) == (ONE, None)
    assert claims(session) == [("Le Fournil", "Scierie de la Sorne")]
    assert mails(session) == []


def test_whoever_answers_for_it_is_mailed_where_that_was_ticked(
    session: Session, cast: Cast, mill: Organisation
) -> None:
    by_mail(session, cast, workbook(session, cast, Contacts=[ROW]))
    assert claims(session) == [("Le Fournil", "Scierie de la Sorne")]
    assert mails(session) == [cast.person("Henri").email]


def test_the_preview_is_the_same_whether_it_is_known_elsewhere_or_not(
    as_: As, cast: Cast, mill: Organisation
) -> None:
    anne = as_("Anne")
    pages = [
        anne.get(paste(anne, cast, f"Nom\tEntreprise\tSIRET\nZoé Lambert\tLe Fournil\t{siret}"))
        for siret in (ONE, OTHER)
    ]
    known, unknown = (page.text.replace(ONE, "S").replace(OTHER, "S") for page in pages)
    assert "SIRET S inscrit sur la fiche du\u00a0Fournil" in known
    assert 'name="asks"' in known
    assert "Scierie" not in known
    assert _without_ids(known) == _without_ids(unknown)


def _without_ids(page: str) -> list[str]:
    main = page[page.index('id="preview"') : page.index("</main>")]
    return [part for part in main.split('"') if "importations" not in part and len(part) < 60]


def test_a_claim_is_taken_back_with_its_import(
    session: Session, cast: Cast, mill: Organisation
) -> None:
    before = everything(session)
    new = ["Ali Benz", "", "", "Vallon", OTHER]
    found = workbook(session, cast, Contacts=[ROW, new])
    applied(session, cast, found)
    undo(session, found, now=NOW)
    session.commit()
    assert claims(session) == []
    assert cast.organisation("Le Fournil").siret is None
    assert everything(session) == before


def test_a_new_organisation_with_a_claim_is_taken_back_too(
    session: Session, cast: Cast, mill: Organisation
) -> None:
    before = everything(session)
    found = workbook(session, cast, Contacts=[["Ali Benz", "", "", "Scierie Sorne", ONE]])
    applied(session, cast, found)
    [claim] = session.scalars(select(Claim))
    accept(claim, person_id=cast.person("Henri").id, now=NOW)
    session.commit()
    assert undo(session, found, now=NOW) == []
    session.commit()
    assert everything(session) == before


def test_whoever_keeps_both_territories_attaches_the_record(
    session: Session, cast: Cast, mill: Organisation
) -> None:
    animates_both(session, cast)
    before, there = everything(session), people_of(session, mill.name)
    found = workbook(session, cast, Contacts=[["Zoé Lambert", "", "", "La Scierie", ONE]])
    prepared = prepare(session, found)
    assert prepared.questions == {}
    [row] = prepared.contacts
    assert (row.organisation, row.attaches, row.bears) == (mill.name, True, False)
    applied(session, cast, found)
    session.refresh(mill)
    assert {one.name for one in mill.territories} == {"Plaine de Sorne", "Val d’Aubrive"}
    assert people_of(session, mill.name) == [*there, ("Zoé Lambert", None, None)]
    assert claims(session) == []
    assert undo(session, found, now=NOW) == []
    session.commit()
    session.refresh(mill)
    assert [one.name for one in mill.territories] == ["Plaine de Sorne"]
    assert everything(session) == before


def test_a_record_that_left_its_own_territory_meanwhile_is_not_lost(
    session: Session, cast: Cast, mill: Organisation
) -> None:
    """Taking the import back never destroys what it only attached."""
    animates_both(session, cast)
    found = workbook(session, cast, Contacts=[["Zoé Lambert", "", "", "La Scierie", ONE]])
    applied(session, cast, found)
    mill.territories.remove(cast.territory("Plaine de Sorne"))
    session.commit()
    undo(session, found, now=NOW)
    session.commit()
    assert cast.organisation("Scierie de la Sorne").id == mill.id
    assert session.scalars(select(Person).where(Person.name == "Zoé Lambert")).all() == []


def test_who_looks_at_the_preview_decides_what_it_tells(
    session: Session, cast: Cast, mill: Organisation, as_: As
) -> None:
    """Anne keeps both; whoever animates the Val alone learns nothing of the Sorne."""
    text = f"Nom\tEntreprise\tSIRET\nZoé Lambert\tLa Scierie\t{ONE}"
    session.add(
        TerritoryRole(person_id=cast.person("Lucie").id, territory_id=cast.territory().id,
                      role=TerritoryRoleKind.PILOT, started_on=BEGINNING.date())
    )  # fmt: skip
    animates_both(session, cast)
    anne = as_("Anne")
    where = paste(anne, cast, text)
    assert "reconnue à son SIRET" in anne.get(where).text
    page = as_("Lucie").get(where).text
    assert "Scierie de la Sorne" not in page
    assert "Noms à confirmer" in page


def test_two_records_of_one_organisation_are_told_to_be_joined(
    session: Session, cast: Cast, mill: Organisation
) -> None:
    animates_both(session, cast)
    found = workbook(session, cast, Contacts=[ROW])
    [row] = prepare(session, found).contacts
    assert (row.organisation, row.attaches) == ("Le Fournil", False)
    assert [one.wanted for one in row.faults] == [
        "un SIRET par organisation : celui-ci est déjà celui de Scierie de la Sorne"
    ]
