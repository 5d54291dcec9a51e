"""Where an organisation belongs: attached, taken off, asked for by strangers who learn nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.accounts.hashing import hash_password
from app.accounts.kinds import MembershipRole, OrganisationKind
from app.accounts.links import Links
from app.accounts.mails import claim_letter
from app.accounts.models import (
    ActivityZone,
    Claim,
    Departure,
    Membership,
    Merge,
    Organisation,
    Person,
    SignIn,
    Territory,
)
from app.accounts.services.belonging import take_back
from app.accounts.services.merging import merge_organisations
from app.accounts.services.organisations import OrganisationText, create_organisation
from app.core import clock
from app.core.refusals import RefusedError
from app.journal.kinds import Via
from app.journal.models import Change
from app.journal.recorder import acting
from app.outbox.message import Letter, Skip
from app.outbox.models import Mail
from tests.cast import NOW, TODAY, Cast
from tests.conftest import SECRET, QueryCount

As = Callable[[str], FlaskClient]
SIRET = "73282932000074"
NEW = {"name": "Métal", "kind": "company", "naf_edition": "rev2", "size": "", "zone_id": "0"}
SORNE = "Plaine de Sorne"
LINKS = Links(SECRET, "http://localhost")


def ids(cast: Cast, **names: str) -> dict[str, str]:
    """{word: public id} of organisations and territories, read and let go."""
    found = {}
    for word, name in names.items():
        row = cast.session.scalar(select(Territory).where(Territory.name == name))
        found[word] = row.public_id if row else cast.organisation(name).public_id
    cast.session.rollback()
    return found


@pytest.fixture
def known(session: Session, cast: Cast) -> str:
    """Le Fournil's SIRET is on its record, and Lucie, who runs it, has an account."""
    acting(session, None, Via.COMMAND, NOW)
    cast.organisation("Le Fournil").siret = SIRET
    cast.person("Lucie").password_hash = hash_password("Quatre pains, deux brioches 7")
    session.commit()
    return SIRET


def paul_types(as_: As, cast: Cast, **more: str) -> str:
    place = ids(cast, sorne=SORNE)["sorne"]
    answer = as_("Paul").post(
        f"/territoires/{place}/organisations/nouvelle", data={**NEW, "siret": SIRET, **more}
    )
    assert answer.status_code == 303
    return answer.location or ""


def test_a_stranger_who_types_a_known_siret_learns_nothing(
    as_: As, cast: Cast, known: str, session: Session
) -> None:
    """The same answer, the same page, word by word, as for a SIRET that nobody knows."""
    path = paul_types(as_, cast)
    seen = as_("Paul").get(path).text
    edit = as_("Paul").get(f"{path}/modifier").text
    session.rollback()
    acting(session, None, Via.COMMAND, NOW)
    cast.organisation("Le Fournil").siret = None
    session.delete(session.scalars(select(Claim)).one())
    session.flush()
    cast.organisation("Métal").sole_siret = SIRET
    session.commit()
    for text, again in ((seen, path), (edit, f"{path}/modifier")):
        alike = as_("Paul").get(again).text
        strip = lambda page: [  # noqa: E731
            line
            for line in page.split("\n")
            if not any(
                word in line
                for word in ('name="version"', "csrf_token", "CSRFToken", 'class="message')
            )
        ]
        plain = [line for line in strip(text) if "L’organisation est ajoutée" not in line]
        assert [line for line in strip(alike) if line.strip()] == [
            line for line in plain if line.strip()
        ]
    assert SIRET in seen
    assert "Fournil" not in seen + edit


def test_the_change_log_tells_both_records_alike(
    as_: As, cast: Cast, known: str, session: Session
) -> None:
    paul_types(as_, cast)
    paul_types(as_, cast, siret="35600000000048", name="Autre")
    lines = {}
    for name in ("Métal", "Autre"):
        found = cast.organisation(name)
        told = select(Change).where(Change.entity == "Organisation", Change.entity_id == found.id)
        lines[name] = [sorted(line.fields) for line in session.scalars(told)]
    assert lines["Métal"] == lines["Autre"]
    sorne = cast.territory(SORNE).id
    claim = session.scalars(select(Claim)).one().public_id
    page = f"/organisations/{ids(cast, f='Le Fournil')['f']}/demandes/{claim}"
    as_("Lucie").post(page, data={"answer": "no"})
    here = select(Change.entity).where(Change.territory_id == sorne)
    assert "Claim" not in session.scalars(here).all()


def test_the_organisation_is_told_and_only_its_yes_opens_anything(
    as_: As, cast: Cast, known: str, session: Session
) -> None:
    path = paul_types(as_, cast)
    mail = session.scalars(select(Mail)).one()
    assert (mail.kind, mail.to, mail.territory_id) == ("claim", "lucie@example.org", None)
    letter = claim_letter(LINKS, session, mail, NOW)
    assert isinstance(letter, Letter)
    assert SORNE in letter.text
    assert "Métal" not in letter.text  # what Paul typed is his
    names = ids(cast, fournil="Le Fournil", metal="Métal")
    assert as_("Paul").get(f"{path}/reunir").status_code == 404
    page = as_("Lucie").get(f"/organisations/{names['fournil']}").text
    assert f"{SORNE} vous connaît aussi" in page
    claim = page.partition("/demandes/")[2].partition('"')[0]
    answer = as_("Lucie").post(
        f"/organisations/{names['fournil']}/demandes/{claim}", data={"answer": "yes"}
    )
    assert answer.status_code == 303
    assert isinstance(claim_letter(LINKS, session, mail, NOW), Skip)
    session.rollback()
    # only now does Paul see the other record, beside his own
    compared = as_("Paul").get(f"{path}/reunir").text
    assert "Le Fournil" in compared
    kept, gone = cast.organisation("Le Fournil"), cast.organisation("Métal")
    versions = {"kept_version": str(kept.version), "gone_version": str(gone.version)}
    session.rollback()
    joined = as_("Paul").post(f"{path}/reunir", data={**versions, "name": "kept"})
    assert joined.location == f"/organisations/{names['fournil']}"
    kept = cast.organisation("Le Fournil")
    assert {one.name for one in kept.territories} == {"Val d’Aubrive", SORNE}
    assert kept.siret == SIRET
    session.rollback()
    # the old address leads on, for who sees the record
    moved = as_("Paul").get(path)
    assert (moved.status_code, moved.location) == (302, joined.location)
    assert as_("Lucie").get(path).status_code == 302
    # Paul did it, so Paul may undo it, though he animates one of two territories
    page = as_("Paul").get(joined.location).text
    undo = page.partition('action="/fusions/')[2].partition('"')[0]
    assert as_("Paul").post(f"/fusions/{undo}").status_code == 303
    assert as_("Paul").get(path).status_code == 200
    assert as_("Paul").get(joined.location).status_code == 404
    local = cast.organisation("Métal")
    assert (local.siret, local.sole_siret) == (SIRET, None)
    assert session.scalars(select(Claim)).one().accepted_at is not None


def test_a_no_is_kept_and_can_be_changed(as_: As, cast: Cast, known: str, session: Session) -> None:
    path = paul_types(as_, cast)
    claim = session.scalars(select(Claim.public_id)).one()
    page = f"/organisations/{ids(cast, f='Le Fournil')['f']}"
    as_("Lucie").post(f"{page}/demandes/{claim}", data={"answer": "no"})
    assert as_("Paul").get(f"{path}/reunir").status_code == 404
    assert "changer d’avis" in as_("Lucie").get(page).text
    as_("Anne").post(f"{page}/demandes/{claim}", data={"answer": "yes"})
    assert as_("Paul").get(f"{path}/reunir").status_code == 200
    # said again it stays the same yes, and until the two are joined it can be taken back
    assert as_("Lucie").post(f"{page}/demandes/{claim}", data={"answer": "yes"}).status_code == 303
    assert session.scalars(select(Claim.answered_by_id)).one() == cast.person("Anne").id
    session.rollback()
    assert "Je retire mon accord" in as_("Lucie").get(page).text
    as_("Lucie").post(f"{page}/demandes/{claim}", data={"answer": "no"})
    assert as_("Paul").get(f"{path}/reunir").status_code == 404
    assert "changer d’avis" in as_("Lucie").get(page).text


def agreed(as_: As, cast: Cast, session: Session) -> str:
    """Paul's own record, which Lucie says is her bakery; its address."""
    path = paul_types(as_, cast)
    claim = session.scalars(select(Claim.public_id)).one()
    page = f"/organisations/{ids(cast, f='Le Fournil')['f']}/demandes/{claim}"
    as_("Lucie").post(page, data={"answer": "yes"})
    return path


def placed(cast: Cast, name: str, organisation: str, **more: object) -> Membership:
    place = Membership(
        person_id=cast.person(name).id,
        organisation_id=cast.organisation(organisation).id,
        role=MembershipRole.MANAGER,
        started_on=TODAY,
        **more,
    )
    cast.session.add(place)
    cast.session.flush()
    return place


def test_joining_a_claim_lets_nobody_of_the_other_territory_in(
    as_: As, cast: Cast, known: str, session: Session
) -> None:
    path = agreed(as_, cast, session)
    session.rollback()
    acting(session, None, Via.COMMAND, NOW)
    for name in ("Karim", "Sylvie", "Marc"):
        cast.person(name).password_hash = "x"
    cast.person("Anne").password_hash = None
    session.execute(delete(SignIn))
    accomplice = placed(cast, "Karim", "Métal", is_default=True)
    left = placed(cast, "Sylvie", "Métal", ended_on=clock.now().date(), own_leave=True)
    contact = placed(cast, "Anne", "Métal")
    twice = placed(cast, "Marc", "Métal")
    session.add(
        Membership(
            person_id=cast.person("Marc").id,
            organisation_id=cast.organisation("Le Fournil").id,
            started_on=TODAY,
        )
    )
    session.commit()
    before = [
        (one.organisation_id, one.role, one.ended_on, one.is_default, one.own_leave)
        for one in (accomplice, left, contact, twice)
    ]
    kept, gone = cast.organisation("Le Fournil"), cast.organisation("Métal")
    versions = {"kept_version": str(kept.version), "gone_version": str(gone.version)}
    managers = manage(session, kept.id)
    session.rollback()
    paul = as_("Paul")
    told = paul.get(f"{path}/reunir").text.replace("\u00a0", " ")
    assert "Comptes qui perdent leur place dans l’organisation : 2." in told
    joined = paul.post(f"{path}/reunir", data=versions)
    assert joined.status_code == 303
    kept = cast.organisation("Le Fournil")
    assert manage(session, kept.id) == managers
    for place in (accomplice, left, twice):
        session.refresh(place)
        assert place.ended_on is not None
        assert not place.own_leave
    session.refresh(contact)
    assert (contact.organisation_id, contact.ended_on) == (kept.id, None)
    assert contact.role is MembershipRole.MEMBER
    session.rollback()
    undo = paul.get(joined.location or "").text.partition('action="/fusions/')[2].partition('"')[0]
    assert paul.post(f"/fusions/{undo}").status_code == 303
    session.rollback()
    assert before == [
        (one.organisation_id, one.role, one.ended_on, one.is_default, one.own_leave)
        for one in (accomplice, left, contact, twice)
    ]


def manage(session: Session, organisation_id: int) -> list[int]:
    query = select(Membership.person_id).where(
        Membership.organisation_id == organisation_id,
        Membership.role == MembershipRole.MANAGER,
        Membership.ended_on.is_(None),
    )
    return list(session.scalars(query.order_by(Membership.person_id)))


def test_a_yes_taken_back_at_the_last_moment_joins_nothing(
    as_: As, cast: Cast, known: str, session: Session
) -> None:
    agreed(as_, cast, session)
    session.rollback()
    kept, gone = cast.organisation("Le Fournil"), cast.organisation("Métal")
    claim = session.scalars(select(Claim)).one()
    claim.accepted_at, claim.declined_at = None, NOW
    session.flush()
    with pytest.raises(RefusedError, match="retiré son accord"):
        merge_organisations(
            session,
            kept=kept,
            gone=gone,
            from_gone=frozenset(),
            versions=(kept.version, gone.version),
            person_id=cast.person("Paul").id,
            territory_id=None,
            now=NOW,
            by_claim=True,
        )


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


# ---- being named ----


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


# ---- zones ----


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


# ---- doubles and merging pages ----


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
