"""The piloting of a territory passes on: nothing before the yes, never without a pilot."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from time_machine import travel

from app.accounts.kinds import AskState, TerritoryRoleKind
from app.accounts.models import Ask
from app.accounts.queries.people import keeps_own_record
from app.accounts.queries.team import other_pilots
from app.accounts.services import asks
from app.agreements.jobs import release_former_pilots
from app.agreements.models import Commitment
from app.agreements.services.departures import depart
from app.agreements.services.piloting import offer_piloting
from app.core.refusals import RefusedError
from tests.accounts.teams import name_role, roles
from tests.agreements.test_answer_page import letter_to, link_of
from tests.agreements.test_hand_overs import recipient
from tests.agreements.worlds import act, mails_to, words_of
from tests.cast import NOW, Cast, colleague
from tests.conftest import QueryCount

As = Callable[[str], FlaskClient]
PILOT, FACILITATOR, OBSERVER = TerritoryRoleKind
FIRMS = {"Marc": "Atelier Bois", "Karim": "CCI des Deux Rives", "Sylvie": "Agence du Cycle"}


@pytest.fixture(autouse=True)
def an_hour_later() -> object:
    with travel(NOW + timedelta(hours=1), tick=False) as clock:
        yield clock


def offer(
    session: Session,
    cast: Cast,
    to: str = "Marc",
    keeps: TerritoryRoleKind | None = FACILITATOR,
    firm: str | None = None,
) -> Ask:
    ask = offer_piloting(
        session,
        cast.territory(),
        organisation_id=cast.organisation(firm or FIRMS[to]).id,
        person_id=cast.person(to).id,
        keeps=keeps,
        word="Tu connais déjà tout le monde",
        asker_id=act(session, cast, "Anne"),
        now=NOW,
    )
    session.commit()
    return ask


def come_in(session: Session, cast: Cast, *names: str) -> None:
    """They have an account."""
    for name in names:
        person = cast.person(name)
        act(session, cast, name)
        person.password_hash = "chosen"
    session.commit()


def accept(session: Session, cast: Cast, ask: Ask, who: str = "Marc") -> None:
    asks.accept(session, ask, person_id=act(session, cast, who), now=NOW)
    session.commit()


def present(session: Session, name: str) -> TerritoryRoleKind | None:
    now = [role for role, is_present in roles(session, name) if is_present]
    assert len(now) < 2
    return now[0] if now else None


# -- the yes


@pytest.mark.parametrize("keeps", [FACILITATOR, None])
def test_a_yes_makes_a_pilot_and_leaves_the_former_one_what_she_chose(
    session: Session, cast: Cast, keeps: TerritoryRoleKind | None
) -> None:
    come_in(session, cast, "Anne", "Marc")
    ask = offer(session, cast, keeps=keeps)
    assert (present(session, "Anne"), present(session, "Marc")) == (PILOT, None)
    accept(session, cast, ask)
    assert (present(session, "Anne"), present(session, "Marc")) == (keeps, PILOT)


def test_the_whole_way_by_the_page_and_the_link(
    app: Flask, session: Session, cast: Cast, as_: As, client: FlaskClient
) -> None:
    come_in(session, cast, "Marc")
    atelier, marc = cast.organisation("Atelier Bois").id, cast.person("Marc").id
    url = f"/territoires/{cast.territory().public_id}/passer"
    session.rollback()
    typed = {"to": f"{atelier}.{marc}", "keeps": "nothing", "word": "Merci !"}
    assert as_("Anne").post(url, data=typed).status_code == 303
    session.rollback()
    told = words_of(letter_to(session, "Marc").html)  # type: ignore[union-attr]  # a letter
    assert "vous propose, pour Atelier Bois, d’animer le territoire" in told
    assert "Anne Vasseur quittera l’équipe du territoire" in told and "Merci !" in told
    link = link_of(app, session, "Marc")
    session.rollback()
    assert client.get(link).status_code == 200
    assert present(session, "Marc") is None
    session.rollback()
    done = client.post(link, data={"reponse": "oui"}, follow_redirects=True)
    assert "vous animez maintenant le territoire" in words_of(done.text)
    assert (present(session, "Anne"), present(session, "Marc")) == (None, PILOT)
    assert client.post(link, data={"reponse": "oui"}).status_code == 200
    assert present(session, "Marc") is PILOT


def test_a_no_changes_nothing(session: Session, cast: Cast) -> None:
    ask = offer(session, cast)
    asks.decline(session, ask, person_id=act(session, cast, "Marc"), now=NOW)
    session.commit()
    assert (present(session, "Anne"), present(session, "Marc")) == (PILOT, None)


def test_an_observer_who_accepts_pilots_instead(session: Session, cast: Cast) -> None:
    come_in(session, cast, "Sylvie")
    ask = offer(session, cast, "Sylvie")
    accept(session, cast, ask, "Sylvie")
    assert roles(session, "Sylvie") == [(OBSERVER, False), (PILOT, True)]


def test_an_observer_finds_the_question_on_her_page(session: Session, cast: Cast, as_: As) -> None:
    public_id = offer(session, cast, "Sylvie").public_id
    session.rollback()
    assert as_("Sylvie").get(f"/demandes/{public_id}").status_code == 200
    assert as_("Marc").get(f"/demandes/{public_id}").status_code == 404


# -- never without a pilot


def test_the_former_pilot_stays_until_the_new_one_has_come_in(
    app: Flask, session: Session, cast: Cast
) -> None:
    bind = session.get_bind()
    come_in(session, cast, "Anne")
    accept(session, cast, offer(session, cast, keeps=None))
    assert (present(session, "Anne"), present(session, "Marc")) == (PILOT, PILOT)
    release_former_pilots(lambda: Session(bind), NOW)
    assert present(session, "Anne") is PILOT
    come_in(session, cast, "Marc")
    for _ in range(2):
        release_former_pilots(lambda: Session(bind), NOW + timedelta(days=3))
    assert (present(session, "Anne"), present(session, "Marc")) == (None, PILOT)
    assert other_pilots(session, cast.territory().id, 0) == {cast.person("Marc").id}


def test_whoever_pilots_again_after_that_is_not_put_down(session: Session, cast: Cast) -> None:
    bind = session.get_bind()
    come_in(session, cast, "Anne", "Marc")
    accept(session, cast, offer(session, cast, keeps=None))
    act(session, cast, "Marc")
    name_role(session, cast, "Anne", PILOT)
    release_former_pilots(lambda: Session(bind), NOW + timedelta(days=1))
    assert present(session, "Anne") is PILOT


# -- what follows


def test_the_relances_addressed_to_the_pilot_follow_her_successor(
    session: Session, cast: Cast
) -> None:
    come_in(session, cast, "Anne", "Marc")
    step = cast.step("Réunir les partenaires")
    assert recipient(session, step) == "Anne Vasseur"
    ask = offer(session, cast)
    assert recipient(session, step) == "Anne Vasseur"
    accept(session, cast, ask)
    assert recipient(session, cast.step("Réunir les partenaires")) == "Marc Oudot"
    given = session.scalars(select(Commitment)).one()
    assert given.organisation_id == cast.organisation("Atelier Bois").id


def test_a_colleague_takes_the_steps_over_within_the_house(session: Session, cast: Cast) -> None:
    act(session, cast, "Anne")
    place = cast.person("Karim").memberships[0]
    place.organisation = cast.organisation("CC du Val d’Aubrive")
    place.is_default = False
    session.commit()
    ask = offer(session, cast, "Karim", firm="CC du Val d’Aubrive")
    accept(session, cast, ask, "Karim")
    step = cast.step("Réunir les partenaires")
    assert step.lead_organisation.name == "CC du Val d’Aubrive"
    assert step.lead_person_id == cast.person("Karim").id
    # a step of somebody else's stays theirs
    assert cast.step().lead_person_id == cast.person("Lucie").id


# -- refused


def test_who_no_longer_pilots_passes_nothing_on(session: Session, cast: Cast) -> None:
    come_in(session, cast, "Anne", "Karim")
    ask = offer(session, cast)
    act(session, cast, "Anne")
    name_role(session, cast, "Karim", PILOT)
    accept(session, cast, offer(session, cast, "Karim"), "Karim")
    assert session.get_one(Ask, ask.id).state is AskState.WITHDRAWN
    late = offer(session, cast)
    with pytest.raises(asks.NoLongerStandsError):
        asks.accept(session, late, person_id=act(session, cast, "Marc"), now=NOW)


def test_who_left_their_organisation_takes_nothing_over(session: Session, cast: Cast) -> None:
    ask = offer(session, cast)
    act(session, cast, "Anne")
    cast.person("Marc").memberships[0].ended_on = NOW.date()
    session.commit()
    with pytest.raises(asks.NoLongerStandsError):
        asks.accept(session, ask, person_id=act(session, cast, "Marc"), now=NOW)


@pytest.mark.parametrize("with_heir", [True, False])
def test_an_offer_to_somebody_who_leaves_passes_to_nobody(
    session: Session, cast: Cast, as_: As, *, with_heir: bool
) -> None:
    """Else whoever names the successor would name the pilot."""
    ask = offer(session, cast, to="Lucie", firm="Le Fournil")
    nadia = colleague(session, cast)
    place = next(one for one in cast.person("Lucie").memberships if one.ended_on is None)
    act(session, cast, "Lucie")
    depart(session, place, successor=nadia if with_heir else None, now=NOW, zone="Europe/Paris")
    session.commit()
    assert (ask.state, ask.asked_person_id) == (AskState.WITHDRAWN, cast.person("Lucie").id)
    assert as_("Anne").get("/aujourdhui").status_code == 200


def test_the_record_of_who_is_asked_to_pilot_is_their_own_affair(
    session: Session, cast: Cast
) -> None:
    """Who sets the address of somebody without account could come in as them."""
    marc = cast.person("Marc")
    assert not keeps_own_record(session, marc)
    ask = offer(session, cast)
    assert keeps_own_record(session, marc)
    act(session, cast, "Marc")
    asks.accept(session, ask, person_id=marc.id, now=NOW)
    assert keeps_own_record(session, marc)


def test_refusals_say_why(session: Session, cast: Cast) -> None:
    with pytest.raises(RefusedError, match="déjà vous"):
        offer(session, cast, "Anne", firm="CC du Val d’Aubrive")
    with pytest.raises(RefusedError, match="une organisation du territoire"):
        offer(session, cast, "Marc", firm="Le Fournil")
    with pytest.raises(RefusedError, match="une organisation du territoire"):
        offer(session, cast, "Paul", firm="CC de la Sorne")
    cast.person("Marc").email = None
    with pytest.raises(RefusedError, match="pas d’adresse"):
        offer(session, cast)


def test_a_new_offer_takes_the_former_back_and_so_does_the_button(
    session: Session, cast: Cast, as_: As
) -> None:
    first, second = offer(session, cast), offer(session, cast, "Karim")
    assert (first.state, second.state) == (AskState.WITHDRAWN, AskState.OPEN)
    url = f"/territoires/{cast.territory().public_id}/passer"
    session.rollback()
    assert "C’est déjà proposé à Karim Haddad" in words_of(as_("Anne").get(url).text)
    as_("Anne").post(f"{url}/retirer")
    session.rollback()
    assert session.get_one(Ask, second.id).state is AskState.WITHDRAWN


# -- the pages


def test_whoever_is_not_offered_is_not_taken(session: Session, cast: Cast, as_: As) -> None:
    url = f"/territoires/{cast.territory().public_id}/passer"
    firm, paul = cast.organisation("CC de la Sorne").id, cast.person("Paul").id
    session.rollback()
    for to in (f"{firm}.{paul}", "x", ""):
        assert as_("Anne").post(url, data={"to": to, "keeps": "nothing"}).status_code == 422
    assert mails_to(session, "Paul") == []


def test_leaving_as_the_only_pilot_offers_to_pass_it_on_first(
    session: Session, cast: Cast, as_: As
) -> None:
    firm, anne = cast.organisation("CC du Val d’Aubrive").public_id, cast.person("Anne").public_id
    way = f"/territoires/{cast.territory().public_id}/passer"
    url = f"/organisations/{firm}/contacts/{anne}/depart"
    session.rollback()
    assert way in as_("Anne").get(url).text
    act(session, cast, "Anne")
    name_role(session, cast, "Karim", PILOT)
    assert way not in as_("Anne").get(url).text


def test_the_page_asks_as_often_whatever_the_number_of_contacts(
    session: Session, cast: Cast, as_: As, queries: QueryCount
) -> None:
    client, url = as_("Anne"), f"/territoires/{cast.territory().public_id}/passer"
    for name in ("Marc", "Karim", "Sylvie"):
        act(session, cast, "Anne")
        cast.person(name).email = None
    session.commit()
    client.get(url)
    queries.reset()
    client.get(url)
    before = len(queries)
    act(session, cast, "Anne")
    for name in ("Marc", "Karim", "Sylvie"):
        cast.person(name).email = f"{name.lower()}@example.org"
    session.commit()
    queries.reset()
    assert "Marc Oudot – Atelier Bois" in client.get(url).text
    assert len(queries) == before <= 8, queries.statements
