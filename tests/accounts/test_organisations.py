"""Organisations of a territory: found, described, and who may do so."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import NafEdition, OrganisationKind, SizeBand
from app.accounts.models import ActivityZone, Organisation, Territory
from app.accounts.services.organisations import OrganisationText, create_organisation
from app.core.folding import fold
from app.core.refusals import RefusedError
from app.journal.kinds import Via
from app.journal.models import Change
from app.journal.recorder import acting
from tests.cast import NOW, Cast
from tests.conftest import QueryCount

As = Callable[[str], FlaskClient]
FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}
SIRET = "73282932000074"
# what a browser sends of an empty form's choices
NEW = {"name": "Métal", "kind": "company", "naf_edition": "rev2", "size": "", "zone_id": "0"}
OWN_FIELDS = {
    *("name", "kind", "siret", "naf", "naf_edition", "size", "phone"),
    *("address", "postcode", "city", "commune_code", "zone_id"),
}


def list_of(cast: Cast, name: str = "Val d’Aubrive") -> str:
    path = f"/territoires/{cast.territory(name).public_id}/organisations"
    cast.session.commit()
    return path


def page_of(cast: Cast, name: str = "Le Fournil") -> str:
    path = f"/organisations/{cast.organisation(name).public_id}"
    cast.session.commit()
    return path


def names_in(text: str, *names: str) -> list[str]:
    return [name for name in names if f">{name}</a>" in text]


ALL = ("CC du Val d’Aubrive", "CCI des Deux Rives", "Le Fournil", "Atelier Bois", "Agence du Cycle")
OTHERS = ("CC de la Sorne", "Scierie de la Sorne")


def test_who_animates_sees_every_organisation_of_the_territory_and_no_other(
    as_: As, cast: Cast
) -> None:
    text = as_("Anne").get(list_of(cast)).text
    assert names_in(text, *ALL) == list(ALL)
    assert names_in(text, *OTHERS) == []
    assert "Nouvelle organisation" in text
    assert "Lucie Perrin" in text
    assert "03 53 01 00 10" in text


def test_a_company_sees_itself_and_those_it_meets_in_a_project(
    as_: As, cast: Cast, session: Session
) -> None:
    acting(session, None, Via.COMMAND, NOW)
    text = OrganisationText("Usine inconnue", OrganisationKind.COMPANY)
    create_organisation(session, territory=cast.territory(), text=text, now=NOW)
    session.commit()
    text = as_("Lucie").get(list_of(cast)).text
    assert names_in(text, *ALL, *OTHERS) == list(ALL)
    assert "Usine inconnue" not in text
    assert "Nouvelle organisation" not in text


def test_of_a_partner_the_list_shows_whom_to_call_and_of_a_funder_nobody(
    as_: As, cast: Cast, session: Session
) -> None:
    acting(session, None, Via.COMMAND, NOW)
    cast.person("Marc").phone = "06 39 98 00 04"
    cast.person("Sylvie").phone = "06 39 98 00 05"
    session.commit()
    text = as_("Lucie").get(list_of(cast)).text
    assert "Marc Oudot" in text
    assert "06 39 98 00 04" in text
    assert "Sylvie Lemaire" not in text
    assert "06 39 98 00 05" not in text
    assert text.count("03 53 01 00 10") == 1  # the firms' own numbers: hers alone


def test_who_looks_on_reads_names_and_no_telephone(as_: As, cast: Cast) -> None:
    text = as_("Sylvie").get(list_of(cast)).text
    assert names_in(text, *ALL) == list(ALL)
    assert text.count("03 53 01 00 10") == 1  # her own agency's
    page = as_("Sylvie").get(page_of(cast)).text
    assert "Lucie Perrin" in page
    assert "lucie@example.org" not in page
    assert "03 53 01 00 10" not in page


def test_a_stranger_learns_nothing(as_: As, cast: Cast) -> None:
    for path in (list_of(cast), page_of(cast), f"{page_of(cast)}/modifier"):
        assert as_("Paul").get(path).status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=fourn", ["Le Fournil"]),
        ("?q=LE%20four", ["Le Fournil"]),
        ("?q=d%27aubr%C3%8Bve", []),
        ("?q=aubrive%20cc", ["CC du Val d’Aubrive"]),
        ("?nature=funder", ["Agence du Cycle"]),
        ("?nature=company&q=bois", ["Atelier Bois"]),
        ("?nature=nonsense", list(ALL)),
        ("?q=%25", list(ALL)),
        ("?q=%00zz", []),
    ],
)
def test_the_search_forgives_accents_and_order_of_words(
    as_: As, cast: Cast, query: str, found: list[str]
) -> None:
    text = as_("Anne").get(list_of(cast) + query).text
    assert names_in(text, *ALL) == found


def test_a_search_by_htmx_answers_the_list_alone(as_: As, cast: Cast) -> None:
    answer = as_("Anne").get(f"{list_of(cast)}?q=bois", headers=FRAGMENT)
    assert "<html" not in answer.text
    assert answer.text.lstrip().startswith('<div id="organisations">')
    assert names_in(answer.text, *ALL) == ["Atelier Bois"]
    assert "HX-Request-Type" in answer.headers["Vary"]


def test_long_lists_come_by_pages_that_lose_and_repeat_nothing(
    as_: As, cast: Cast, session: Session
) -> None:
    acting(session, None, Via.COMMAND, NOW)
    territory = cast.territory()
    names = [f"Usine {number % 7} {'é' * (number % 3)}" for number in range(120)]
    session.add_all(
        Organisation(
            name=f"{name} n{place:03}",
            kind=OrganisationKind.COMPANY,
            search_key=fold(name),  # many share a key
            created_at=NOW,
            territories=[territory],
        )
        for place, name in enumerate(names)
    )
    session.commit()
    client, seen, url = as_("Anne"), [], f"{list_of(cast)}?q=usine"
    while url:
        text = client.get(url).text
        seen += [part.partition("<")[0] for part in text.split('">Usine ')[1:]]
        _before, found, _after = text.partition('rel="next"')
        url = (
            _before.rpartition('href="')[2].partition('"')[0].replace("&amp;", "&") if found else ""
        )
    assert len(seen) == len(set(seen)) == 120


def test_the_list_takes_as_many_queries_for_many_as_for_few(
    as_: As, cast: Cast, session: Session, queries: QueryCount
) -> None:
    client, url = as_("Anne"), list_of(cast)
    client.get(url)
    queries.reset()
    client.get(url)
    few = len(queries)
    acting(session, None, Via.COMMAND, NOW)
    for number in range(40):
        create_organisation(
            session,
            territory=cast.territory(),
            text=OrganisationText(f"Usine {number}", OrganisationKind.COMPANY),
            now=NOW,
        )
    session.commit()
    queries.reset()
    client.get(url)
    assert len(queries) == few


def test_a_pilot_adds_an_organisation(as_: As, cast: Cast, session: Session) -> None:
    acting(session, None, Via.COMMAND, NOW)
    zone = ActivityZone(territory_id=cast.territory().id, name="Les Prés")
    session.add(zone)
    session.flush()
    typed = {
        "name": "  Métal\u2028 & Fils ",
        "kind": "company",
        "siret": "732 829 320 00074",
        "naf": "2511z",
        "naf_edition": "rev2",
        "size": "11",
        "address": "3 rue des Forges",
        "postcode": "68 000",
        "commune_code": "2a004",
        "phone": "03 53 01 00 22",
        "city": "Aubrive",
        "zone_id": zone.id,
    }
    assert set(typed) == OWN_FIELDS
    session.commit()
    answer = as_("Anne").post(f"{list_of(cast)}/nouvelle", data=typed)
    made = session.scalars(select(Organisation).where(Organisation.siret == SIRET)).one()
    assert answer.location == f"/organisations/{made.public_id}"
    assert (made.name, made.naf, made.search_key) == (
        "Métal & Fils",
        "25.11Z",
        "metal fils aubrive",
    )
    assert [territory.name for territory in made.territories] == ["Val d’Aubrive"]
    assert made.zone is not None
    assert (made.siren, made.naf_edition, made.size) == (
        "732829320",
        NafEdition.REV2,
        SizeBand.FROM_10,
    )
    assert (made.address, made.postcode, made.commune_code) == (
        "3 rue des Forges",
        "68000",
        "2A004",
    )
    change = session.scalars(select(Change).order_by(Change.id.desc()).limit(1)).one()
    assert (change.entity, change.actor_id) == ("Organisation", cast.person("Anne").id)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", " \u00a0 ", "Indiquez le nom"),
        ("name", "x" * 201, "Restez sous 200"),
        ("siret", "73282932000075", "Ce SIRET n’est pas juste"),
        ("naf", "boulanger", "Ce code NAF ne se lit pas"),
        ("phone", "appelez-moi", "Ce numéro ne se lit pas"),
        ("kind", "pirate", "valide"),
        ("zone_id", "999999999999999999999", "valide"),
        ("siret", "7328293200007", "14 chiffres du SIRET"),
        ("siret", "732829321", "Ce SIREN n’est pas juste"),
        ("naf", "10.71Y", "choisissez-la à côté"),
        ("naf_edition", "rev1", "valide"),
        ("size", "99", "valide"),
        ("postcode", "6800", "cinq chiffres"),
        ("commune_code", "2C004", "cinq signes"),
        ("address", "x" * 301, "Restez sous 300"),
    ],
)
def test_what_cannot_be_read_is_said_and_kept(
    as_: As, cast: Cast, field: str, value: str, sentence: str
) -> None:
    typed = {**NEW, "city": "Aubrive", field: value}
    answer = as_("Anne").post(f"{list_of(cast)}/nouvelle", data=typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="Aubrive"' in answer.text


def test_a_siret_names_one_organisation(as_: As, cast: Cast, session: Session) -> None:
    client, url = as_("Anne"), f"{list_of(cast)}/nouvelle"
    first = {**NEW, "siret": SIRET}
    made = client.post(url, data=first)
    assert made.status_code == 303
    again = client.post(url, data={**first, "name": "Autre"})
    assert again.location == made.location
    assert "déjà dans votre territoire" in client.get(again.location).text
    assert session.scalar(select(Organisation).where(Organisation.name == "Autre")) is None


@pytest.mark.parametrize("siret", ["35600000000048", "35600000049837"])
def test_both_examples_of_la_poste_are_taken_and_are_two_establishments_of_one(
    as_: As, cast: Cast, session: Session, siret: str
) -> None:
    client, url = as_("Anne"), f"{list_of(cast)}/nouvelle"
    for one in ("35600000000048", "35600000049837"):
        assert client.post(url, data={**NEW, "siret": one}).status_code == 303
    found = session.scalars(select(Organisation).where(Organisation.siren == "356000000")).all()
    assert siret in [one.siret for one in found]
    assert len(found) == 2


def test_a_siren_alone_is_enough(as_: As, cast: Cast, session: Session) -> None:
    as_("Anne").post(f"{list_of(cast)}/nouvelle", data={**NEW, "siret": "732 829 320"})
    made = cast.organisation("Métal")
    assert (made.siret, made.siren) == (None, "732829320")
    assert ">732829320<" in as_("Anne").get(page_of(cast, "Métal")).text


def test_the_siren_follows_the_siret(as_: As, cast: Cast, session: Session) -> None:
    url = f"{page_of(cast)}/modifier"
    as_("Lucie").post(url, data=edited(1, siret=SIRET))
    assert cast.organisation("Le Fournil").siren == SIRET[:9]
    session.rollback()
    as_("Lucie").post(url, data=edited(2, siret="35600000000048"))
    assert cast.organisation("Le Fournil").siren == "356000000"
    session.rollback()
    as_("Lucie").post(url, data=edited(3, siret=""))
    assert cast.organisation("Le Fournil").siren is None


def test_the_nomenclature_of_an_activity_is_kept(as_: As, cast: Cast, session: Session) -> None:
    url = f"{page_of(cast)}/modifier"
    as_("Lucie").post(url, data=edited(1, naf="10.71y", naf_edition="naf2025"))
    found = cast.organisation("Le Fournil")
    assert (found.naf, found.naf_edition) == ("10.71Y", NafEdition.NAF2025)
    session.rollback()
    assert "NAF 2025" in as_("Anne").get(page_of(cast)).text
    as_("Lucie").post(url, data=edited(2, naf="", naf_edition="naf2025"))
    assert cast.organisation("Le Fournil").naf_edition is None


def test_a_zone_is_one_of_its_own_territories(as_: As, cast: Cast, session: Session) -> None:
    acting(session, None, Via.COMMAND, NOW)
    zone = ActivityZone(territory_id=cast.territory("Plaine de Sorne").id, name="Ailleurs")
    session.add(zone)
    session.commit()
    typed = edited(1, zone_id=str(zone.id))
    assert as_("Anne").post(f"{page_of(cast)}/modifier", data=typed).status_code == 422
    text = OrganisationText("X", OrganisationKind.COMPANY, zone_id=zone.id)
    acting(session, None, Via.COMMAND, NOW)
    with pytest.raises(RefusedError, match="zone"):
        create_organisation(session, territory=cast.territory(), text=text, now=NOW)


def edited(version: int, **changes: str) -> dict[str, str]:
    own = {"name": "Le Fournil", "version": str(version)}
    return {**NEW, **own, **changes}


def test_the_list_of_an_empty_territory_says_how_to_begin(
    as_: As, cast: Cast, session: Session
) -> None:
    acting(session, None, Via.COMMAND, NOW)
    session.add(Territory(name="Désert", created_at=NOW))
    session.commit()
    text = as_("Odile").get(list_of(cast, "Désert")).text
    assert "Aucune organisation pour l’instant" in text
