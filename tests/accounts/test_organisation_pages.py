"""What a page of an organisation shows to whom, and who may change it."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Membership, Organisation
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.plans.kinds import PartnerState, ProjectState
from tests.accounts.test_organisations import As, edited, list_of, page_of
from tests.cast import NOW, Cast


def test_a_partner_sees_the_public_part_and_whom_to_call(
    as_: As, cast: Cast, session: Session
) -> None:
    acting(session, None, Via.COMMAND, NOW)
    lucie, fournil = cast.person("Lucie"), cast.organisation("Le Fournil")
    lucie.phone = "06 39 98 00 03"
    fournil.address, fournil.city = "4 rue du Four", "Aubrive"
    session.add(
        Membership(
            person_id=cast.person("Henri").id, organisation_id=fournil.id, started_on=NOW.date()
        )
    )
    session.commit()
    page = as_("Karim").get(page_of(cast)).text
    for shown in ("Aubrive", "Lucie Perrin", "06 39 98 00 03"):
        assert shown in page
    for hidden in (
        "lucie@example.org",
        "Henri",
        "4 rue du Four",
        "03 53 01 00 10",
        "/modifier",
        "/inviter",
        "nom-public",
    ):
        assert hidden not in page


def test_a_partner_who_has_not_confirmed_calls_nobody(
    as_: As, cast: Cast, session: Session
) -> None:
    acting(session, None, Via.COMMAND, NOW)
    part = next(
        one
        for one in cast.project().partners
        if one.organisation_id == cast.organisation("Atelier Bois").id
    )
    part.state, part.confirmed_at = PartnerState.INVITED, None
    session.commit()
    page = as_("Marc").get(page_of(cast))
    assert page.status_code == 200
    assert "Lucie Perrin" not in page.text


def test_when_the_project_is_over_the_page_closes_its_contacts(
    as_: As, cast: Cast, session: Session
) -> None:
    acting(session, None, Via.COMMAND, NOW)
    cast.project().state = ProjectState.CLOSED
    session.commit()
    page = as_("Karim").get(page_of(cast)).text
    assert "Lucie Perrin" not in page


def test_a_retired_partner_is_met_no_more(as_: As, cast: Cast, session: Session) -> None:
    acting(session, None, Via.COMMAND, NOW)
    fonds = cast.organisation("Agence du Cycle")
    assert as_("Karim").get(page_of(cast, "Agence du Cycle")).status_code == 200
    next(
        p for p in cast.project().partners if p.organisation_id == fonds.id
    ).state = PartnerState.RETIRED
    session.commit()
    assert as_("Karim").get(page_of(cast, "Agence du Cycle")).status_code == 404


def test_a_page_names_only_territories_that_its_reader_knows(as_: As, cast: Cast) -> None:
    page = page_of(cast, "CCI des Deux Rives")
    assert "Plaine de Sorne" not in as_("Lucie").get(page).text
    assert "Plaine de Sorne" in as_("Karim").get(page).text


@pytest.mark.parametrize(
    ("who", "status"),
    [("Anne", 200), ("Odile", 200), ("Lucie", 403), ("Sylvie", 403), ("Karim", 403), ("Paul", 404)],
)
def test_who_may_add_an_organisation(as_: As, cast: Cast, who: str, status: int) -> None:
    assert as_(who).get(f"{list_of(cast)}/nouvelle").status_code == status


@pytest.mark.parametrize(
    ("who", "status"),
    [("Anne", 200), ("Odile", 200), ("Lucie", 200), ("Sylvie", 403), ("Marc", 403), ("Paul", 404)],
)
def test_who_may_edit_an_organisation(as_: As, cast: Cast, who: str, status: int) -> None:
    assert as_(who).get(f"{page_of(cast)}/modifier").status_code == status
    page = as_(who).get(page_of(cast)).text
    assert ("/modifier" in page) == (status == 200)


def test_an_edit_is_saved_and_counted(as_: As, cast: Cast, session: Session) -> None:
    answer = as_("Lucie").post(f"{page_of(cast)}/modifier", data=edited(1, name="Fournil du Val"))
    assert answer.status_code == 303
    found = cast.organisation("Fournil du Val")
    assert (found.version, found.search_key) == (2, "fournil du val")


def test_a_stale_edit_shows_both_texts_and_loses_nothing(
    as_: As, cast: Cast, session: Session
) -> None:
    url = f"{page_of(cast)}/modifier"
    as_("Lucie").post(url, data=edited(1, phone="03 11 11 11 11"))
    stale = as_("Anne").post(url, data=edited(1, phone="03 22 22 22 22"))
    assert stale.status_code == 409
    assert "03 11 11 11 11" in stale.text
    assert 'value="03 22 22 22 22"' in stale.text
    assert 'name="version" type="hidden" value="2"' in stale.text
    assert cast.organisation("Le Fournil").phone == "03 11 11 11 11"
    session.commit()
    assert as_("Anne").post(url, data=edited(2, phone="03 22 22 22 22")).status_code == 303


@pytest.mark.parametrize("version", ["", "abc", "-1", "9" * 40])
def test_a_form_without_its_version_does_not_overwrite(
    as_: As, cast: Cast, version: str, session: Session
) -> None:
    typed = {**edited(1, name="Volé"), "version": version}
    assert as_("Lucie").post(f"{page_of(cast)}/modifier", data=typed).status_code in (409, 422)
    assert session.scalar(select(Organisation).where(Organisation.name == "Volé")) is None
