"""Where an organisation belongs: attached, taken off, asked for by strangers who learn nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.kinds import OrganisationKind
from app.accounts.models import (
    ActivityZone,
    Claim,
    Departure,
    Organisation,
)
from app.accounts.services.belonging import take_back
from app.accounts.services.organisations import OrganisationText, create_organisation
from app.core import clock
from app.core.refusals import RefusedError
from app.journal.kinds import Via
from app.journal.models import Change
from app.journal.recorder import acting
from app.outbox.models import Mail
from tests.accounts.claims import NEW, SIRET, SORNE, As, ids, known, paul_types
from tests.cast import NOW, Cast
from tests.conftest import QueryCount

__all__ = ["known"]  # fixtures


@pytest.mark.parametrize("answer", ["", "perhaps"])
def test_an_answer_is_yes_or_no(
    as_: As, cast: Cast, known: str, session: Session, answer: str
) -> None:
    paul_types(as_, cast)
    claim = session.scalars(select(Claim.public_id)).one()
    page = f"/organisations/{ids(cast, f='Le Fournil')['f']}/demandes/{claim}"
    assert as_("Lucie").post(page, data={"answer": answer}).status_code == 400


def test_another_siret_withdraws_the_question(
    as_: As, cast: Cast, known: str, session: Session
) -> None:
    path = paul_types(as_, cast)
    typed = {**NEW, "siret": "35600000000048", "version": "1"}
    assert as_("Paul").post(f"{path}/modifier", data=typed).status_code == 303
    assert session.scalars(select(Claim)).all() == []
    local = cast.organisation("Métal")
    assert local.siret == local.sole_siret == "35600000000048"
    assert local.siren == "356000000"


def test_typing_a_known_siret_later_asks_as_well(
    as_: As, cast: Cast, known: str, session: Session
) -> None:
    path = paul_types(as_, cast, siret="")
    assert session.scalars(select(Claim)).all() == []
    session.rollback()
    as_("Paul").post(f"{path}/modifier", data={**NEW, "siret": SIRET, "version": "1"})
    assert session.scalars(select(Claim)).one().local.name == "Métal"
    session.rollback()
    # saved again as it stands, it is asked once
    as_("Paul").post(f"{path}/modifier", data={**NEW, "siret": SIRET, "version": "2"})
    assert session.scalar(select(func.count(Claim.id))) == 1
    assert session.scalar(select(func.count(Mail.id))) == 1


def test_a_record_of_no_territory_asks_nobody(
    as_: As, cast: Cast, known: str, session: Session
) -> None:
    acting(session, None, Via.COMMAND, NOW)
    atelier = cast.organisation("Atelier Bois")
    atelier.territories.clear()
    session.commit()
    page = f"/organisations/{ids(cast, a='Atelier Bois')['a']}/modifier"
    typed = {**NEW, "siret": SIRET, "version": "1"}
    assert as_("Marc").post(page, data=typed).status_code == 303
    assert session.scalars(select(Claim)).all() == []
    assert cast.organisation("Métal").sole_siret is None


def test_the_same_siret_twice_in_one_territory_leads_to_the_first(
    as_: As, cast: Cast, known: str, session: Session
) -> None:
    path = paul_types(as_, cast)
    assert paul_types(as_, cast, name="Métal encore") == path
    assert session.scalar(select(func.count(Claim.id))) == 1


def test_who_keeps_the_other_record_is_led_to_it(
    as_: As, cast: Cast, known: str, session: Session
) -> None:
    names = ids(cast, sorne=SORNE, fournil="Le Fournil")
    answer = as_("Odile").post(
        f"/territoires/{names['sorne']}/organisations/nouvelle", data={**NEW, "siret": SIRET}
    )
    assert answer.location == f"/organisations/{names['fournil']}"
    page = as_("Odile").get(answer.location).text
    assert f"Rattacher à\u00a0{SORNE}" in page
    attach = f"/organisations/{names['fournil']}/territoires"
    assert as_("Odile").post(attach, data={"territory": names["sorne"]}).status_code == 303
    assert as_("Paul").get(answer.location).status_code == 200
    session.rollback()
    assert len(cast.organisation("Le Fournil").territories) == 2
    session.rollback()
    odile = as_("Odile")
    again = odile.post(attach, data={"territory": names["sorne"]})
    assert "fait déjà partie" in odile.get(again.location or "").text


@pytest.mark.parametrize(
    ("who", "status"), [("Anne", 404), ("Lucie", 403), ("Paul", 404), ("Karim", 403)]
)
def test_nobody_brings_an_organisation_where_they_do_not_animate(
    as_: As, cast: Cast, who: str, status: int
) -> None:
    names = ids(cast, sorne=SORNE, fournil="Le Fournil")
    answer = as_(who).post(
        f"/organisations/{names['fournil']}/territoires", data={"territory": names["sorne"]}
    )
    assert answer.status_code in (status, 404 if who == "Lucie" else status)
    assert len(cast.organisation("Le Fournil").territories) == 1


def a_firm(session: Session, cast: Cast, zone: ActivityZone | None = None) -> Organisation:
    text = OrganisationText(
        "Vieille Usine", OrganisationKind.COMPANY, zone_id=zone.id if zone else None
    )
    return create_organisation(session, territory=cast.territory(), text=text, now=NOW)


def test_what_leaves_the_territory_comes_back_within_a_day(
    as_: As, cast: Cast, session: Session
) -> None:
    acting(session, None, Via.COMMAND, NOW)
    zone = ActivityZone(territory_id=cast.territory().id, name="Les Prés")
    session.add(zone)
    session.flush()
    a_firm(session, cast, zone)
    session.commit()
    names = ids(cast, val="Val d’Aubrive", usine="Vieille Usine")
    list_page = f"/territoires/{names['val']}/organisations"
    as_("Anne").post(f"{list_page}/{names['usine']}/detacher")
    page = as_("Anne").get(list_page).text
    assert "Vieille Usine ne fait plus partie du territoire" in page
    assert f'href="/organisations/{names["usine"]}"' not in page
    assert as_("Anne").get(f"/organisations/{names['usine']}").status_code == 404
    assert "Vieille Usine" not in as_("Sylvie").get(list_page).text
    back = page.partition(f"/territoires/{names['val']}/departs/")[2].partition('"')[0]
    as_("Anne").post(f"/territoires/{names['val']}/departs/{back}")
    again = cast.organisation("Vieille Usine")
    assert [one.name for one in again.territories] == ["Val d’Aubrive"]
    assert again.zone is not None and again.zone.name == "Les Prés"
    told = session.scalars(select(Change).where(Change.entity == "Departure")).all()
    assert [line.action.value for line in told] == ["created", "updated"]
    assert {line.territory_id for line in told} == {cast.territory().id}


def test_after_a_day_it_is_too_late(cast: Cast, session: Session) -> None:
    acting(session, None, Via.COMMAND, NOW)
    firm = a_firm(session, cast)
    departure = Departure(
        organisation_id=firm.id, territory_id=cast.territory().id, left_at=NOW, left_by_id=1
    )
    session.add(departure)
    session.flush()
    with pytest.raises(RefusedError, match="Plus d’un jour"):
        take_back(session, departure, cast.territory(), NOW + timedelta(hours=25))


@pytest.mark.parametrize("name", ["Le Fournil", "Atelier Bois", "Agence du Cycle"])
def test_an_organisation_that_a_live_project_needs_stays(
    as_: As, cast: Cast, name: str, session: Session
) -> None:
    names = ids(cast, val="Val d’Aubrive", firm=name)
    anne = as_("Anne")
    answer = anne.post(f"/territoires/{names['val']}/organisations/{names['firm']}/detacher")
    page = anne.get(answer.location or "").text
    assert "participe encore au projet « Invendus du Fournil »" in page.replace("\u00a0", " ")
    assert len(cast.organisation(name).territories) == 1


def test_a_need_of_another_territory_keeps_it_nowhere_else(
    as_: As, cast: Cast, session: Session
) -> None:
    acting(session, None, Via.COMMAND, NOW)
    fournil = cast.organisation("Le Fournil")
    fournil.territories.append(cast.territory(SORNE))
    session.commit()
    names = ids(cast, sorne=SORNE, firm="Le Fournil")
    as_("Paul").post(f"/territoires/{names['sorne']}/organisations/{names['firm']}/detacher")
    assert [one.name for one in cast.organisation("Le Fournil").territories] == ["Val d’Aubrive"]


def test_consent_is_the_organisations_own_dated_and_taken_back_at_once(
    as_: As, cast: Cast, session: Session
) -> None:
    page = f"/organisations/{ids(cast, f='Le Fournil')['f']}"
    assert as_("Lucie").post(f"{page}/nom-public", data={"answer": "yes"}).status_code == 303
    found = cast.organisation("Le Fournil")
    assert found.named_publicly
    assert found.naming_decided_by_id == cast.person("Lucie").id
    first = found.naming_decided_at
    session.rollback()
    assert "Dit par Lucie Perrin" in as_("Anne").get(page).text
    as_("Lucie").post(f"{page}/nom-public", data={"answer": "yes"})
    assert cast.organisation("Le Fournil").naming_decided_at == first
    session.rollback()
    as_("Lucie").post(f"{page}/nom-public", data={"answer": "no"})
    found = cast.organisation("Le Fournil")
    assert not found.named_publicly
    assert first is not None and found.naming_decided_at is not None
    assert found.naming_decided_at > first
    changes = session.scalars(
        select(Change).where(Change.entity == "Organisation", Change.entity_id == found.id)
    )
    said = [line.fields["named_publicly"] for line in changes if "named_publicly" in line.fields]
    assert said == [[False, True], [True, False]]


@pytest.mark.parametrize("who", ["Anne", "Odile", "Karim", "Marc", "Sylvie"])
def test_nobody_else_gives_it(as_: As, cast: Cast, who: str) -> None:
    page = f"/organisations/{ids(cast, f='Le Fournil')['f']}/nom-public"
    assert as_(who).post(page, data={"answer": "yes"}).status_code == 403
    assert not cast.organisation("Le Fournil").named_publicly


def test_no_form_about_the_organisation_gives_it(as_: As, cast: Cast) -> None:
    page = f"/organisations/{ids(cast, f='Le Fournil')['f']}/modifier"
    typed = {**NEW, "version": "1", "named_publicly": "y", "naming_decided_at": "2026-01-01"}
    assert as_("Anne").post(page, data=typed).status_code == 303
    assert not cast.organisation("Métal").named_publicly


def test_a_pilot_keeps_the_list_of_zones(as_: As, cast: Cast, session: Session) -> None:
    path = f"/territoires/{ids(cast, v='Val d’Aubrive')['v']}/zones"
    anne = as_("Anne")
    assert "Aucune zone" in anne.get(path).text
    assert anne.post(path, data={"name": " ", "dominant_use": "x"}).status_code == 422
    assert anne.post(path, data={"name": "Les Prés", "dominant_use": "mixte"}).status_code == 303
    twice = anne.post(path, data={"name": "Les Prés"})
    assert twice.status_code == 422
    assert "déjà une zone de ce nom" in twice.text
    zone = session.scalars(select(ActivityZone)).one()
    page = f"{path}/{zone.public_id}"
    session.rollback()
    assert anne.post(page, data={"name": "Prés Hauts", "version": "1"}).status_code == 303
    stale = anne.post(page, data={"name": "Prés Bas", "version": "1"})
    assert stale.status_code == 409
    assert 'value="Prés Bas"' in stale.text
    assert ">Prés Hauts<" in stale.text
    assert session.scalars(select(ActivityZone.name)).one() == "Prés Hauts"


def test_the_zones_page_counts_organisations_in_one_query(
    as_: As, cast: Cast, session: Session, queries: QueryCount
) -> None:
    path = f"/territoires/{ids(cast, v='Val d’Aubrive')['v']}/zones"
    anne, counts = as_("Anne"), []
    for number in (1, 3, 30):
        acting(session, None, Via.COMMAND, NOW)
        for place in range(number):
            zone = ActivityZone(territory_id=cast.territory().id, name=f"Z {number}-{place}")
            session.add(zone)
            session.flush()
            a_firm(session, cast, zone)
        session.commit()
        queries.reset()
        text = anne.get(path).text
        counts.append(len(queries))
    assert len(set(counts)) == 1
    assert "1 organisation" in text or "une organisation" in text


def test_nobody_reads_a_departure_or_a_claim_of_another_territory(
    as_: As, app: Flask, cast: Cast, session: Session
) -> None:
    acting(session, None, Via.COMMAND, NOW)
    firm = a_firm(session, cast)
    departure = Departure(
        organisation_id=firm.id,
        territory_id=cast.territory().id,
        left_at=clock.now(),
        left_by_id=cast.person("Anne").id,
    )
    session.add(departure)
    session.commit()
    names = ids(cast, sorne=SORNE)
    address = f"/territoires/{names['sorne']}/departs/{departure.public_id}/annuler"
    session.rollback()
    assert as_("Paul").post(address).status_code == 404
