"""Likely doubles, shown with their reason, joined and parted."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.kinds import OrganisationKind
from app.accounts.models import (
    Merge,
    Person,
)
from app.accounts.services.organisations import OrganisationText, create_organisation
from app.journal.kinds import Via
from app.journal.recorder import acting
from tests.accounts.claims import As, ids
from tests.cast import NOW, Cast
from tests.conftest import QueryCount


def test_likely_doubles_are_shown_with_the_reason_and_joined(
    as_: As, cast: Cast, session: Session
) -> None:
    acting(session, None, Via.COMMAND, NOW)
    text = OrganisationText("SARL le fournil", OrganisationKind.COMPANY, phone="03 89 11 11 11")
    create_organisation(session, territory=cast.territory(), text=text, now=NOW)
    session.commit()
    names = ids(cast, val="Val d’Aubrive", one="Le Fournil", other="SARL le fournil")
    page = as_("Anne").get(f"/territoires/{names['val']}/doublons").text
    assert "même nom" in page
    path = f"/organisations/{names['one']}/reunir/{names['other']}"
    assert path in page
    # the other way round is the same pair
    turned = f"/organisations/{names['other']}/reunir/{names['one']}"
    assert "03 89 11 11 11" in as_("Anne").get(turned).text
    chosen = {"kept_version": "1", "gone_version": "1", "phone": "gone", "name": "kept"}
    stale = as_("Anne").post(path, data={**chosen, "gone_version": "7"})
    assert stale.status_code == 409
    assert 'value="gone" checked' in stale.text  # what was chosen is not lost
    done = as_("Anne").post(turned, data=chosen)
    assert done.location == f"/organisations/{names['one']}"
    kept = cast.organisation("Le Fournil")
    assert kept.phone == "03 89 11 11 11"
    assert session.scalars(select(Merge)).one().territory_id == cast.territory().id
    session.rollback()
    text = as_("Anne").get(done.location).text
    assert "« SARL le fournil » a été réunie" in text.replace("\u00a0", " ")
    assert as_("Anne").get(f"/organisations/{names['other']}").location == done.location
    assert as_("Paul").get(f"/organisations/{names['other']}").status_code == 404
    undo = text.partition('action="/fusions/')[2].partition('"')[0]
    assert as_("Paul").post(f"/fusions/{undo}").status_code == 404
    assert as_("Lucie").post(f"/fusions/{undo}").status_code == 403
    assert as_("Anne").post(f"/fusions/{undo}").status_code == 303
    assert as_("Anne").get(f"/organisations/{names['other']}").status_code == 200
    session.rollback()
    assert cast.organisation("Le Fournil").phone == "03 53 01 00 10"


def test_a_record_of_two_territories_is_merged_by_who_animates_both(as_: As, cast: Cast) -> None:
    names = ids(cast, cci="CCI des Deux Rives", fournil="Le Fournil")
    path = f"/organisations/{names['cci']}/reunir/{names['fournil']}"
    assert as_("Anne").get(path).status_code == 403
    assert as_("Odile").get(path).status_code == 200


def test_two_contacts_of_one_name_are_joined_and_parted(
    as_: As, cast: Cast, session: Session
) -> None:
    fournil = f"/organisations/{ids(cast, f='Le Fournil')['f']}"
    atelier = f"/organisations/{ids(cast, a='Atelier Bois')['a']}"
    anne = as_("Anne")
    anne.post(f"{fournil}/contacts/nouveau", data={"name": "Inès Kada", "phone": ""})
    anne.post(f"{atelier}/contacts/nouveau", data={"name": "KADA Ines", "phone": "06 11 22 33 44"})
    page = anne.get(f"/territoires/{ids(cast, v='Val d’Aubrive')['v']}/doublons").text
    path = "/personnes/" + page.partition('href="/personnes/')[2].partition('"')[0]
    shown = anne.get(path).text
    assert "06 11 22 33 44" in shown
    done = anne.post(path, data={"kept_version": "1", "gone_version": "1", "name": "kept"})
    assert done.status_code == 303
    person = session.scalars(select(Person).where(Person.name == "Inès Kada")).one()
    assert {place.organisation.name for place in person.memberships} == {
        "Le Fournil",
        "Atelier Bois",
    }
    assert person.phone == "06 11 22 33 44"
    session.rollback()
    text = anne.get(fournil).text
    assert "Deux fiches d’Inès Kada" in text
    undo = text.partition('action="/fusions/')[2].partition('"')[0]
    anne.post(f"/fusions/{undo}")
    assert session.scalar(select(func.count(Person.id)).where(Person.search_key.contains("kada")))
    names = session.scalars(select(Person.name).where(Person.search_key.contains("kada"))).all()
    assert sorted(names) == ["Inès Kada", "KADA Ines"]


def test_who_has_an_account_is_not_offered(as_: As, cast: Cast, session: Session) -> None:
    acting(session, None, Via.COMMAND, NOW)
    cast.person("Lucie").password_hash = "x"
    session.commit()
    anne = as_("Anne")
    fournil = f"/organisations/{ids(cast, f='Le Fournil')['f']}"
    anne.post(f"{fournil}/contacts/nouveau", data={"name": "Lucie PERRIN"})
    page = anne.get(f"/territoires/{ids(cast, v='Val d’Aubrive')['v']}/doublons").text
    assert "a un compte" in page
    assert "/personnes/" not in page
    people = session.scalars(select(Person.public_id).where(Person.search_key == "lucie perrin"))
    one, other = people.all()
    session.rollback()
    path = f"/personnes/{one}/reunir/{other}"
    version = str(
        session.scalars(select(Person.version).where(Person.name == "Lucie Perrin")).one()
    )
    session.rollback()
    refused = anne.post(path, data={"kept_version": version, "gone_version": "1"})
    assert refused.status_code == 303
    assert "elle seule peut dire qui elle est" in anne.get(fournil).text


def test_the_doubles_page_takes_the_same_queries_for_many(
    as_: As, cast: Cast, session: Session, queries: QueryCount
) -> None:
    path = f"/territoires/{ids(cast, v='Val d’Aubrive')['v']}/doublons"
    anne, counts = as_("Anne"), []
    for number in (1, 3, 20):
        acting(session, None, Via.COMMAND, NOW)
        for place in range(number):
            for name in (f"Usine {number} {place}", f"SARL usine {number} {place}"):
                text = OrganisationText(name, OrganisationKind.COMPANY)
                create_organisation(session, territory=cast.territory(), text=text, now=NOW)
        session.commit()
        queries.reset()
        assert "même nom" in anne.get(path).text
        counts.append(len(queries))
    assert len(set(counts)) == 1
