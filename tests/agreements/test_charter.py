"""Adhering to the charter of a démarche: asked, given, noted, renewed, withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from time_machine import travel

from app.accounts.kinds import AskKind, AskState
from app.accounts.models import Ask, Territory
from app.accounts.services.merging import merge_organisations
from app.accounts.services.texts import publish_charter
from app.agreements.kinds import CommitmentKind, GivenBy
from app.agreements.models import Commitment
from app.agreements.queries.charter import adherents, history, invitable, standing
from app.agreements.services.charter import adhere, ask_adherence, leave_charter
from app.core.refusals import RefusedError
from tests.agreements.test_answer_page import letter_to, link_of
from tests.agreements.worlds import act, mails_to, open_asks, words_of
from tests.cast import NOW, Cast
from tests.conftest import QueryCount

As = Callable[[str], FlaskClient]
LATER = NOW + timedelta(days=1)
FIRST, SECOND = "charter-1", "charter-2"


@pytest.fixture(autouse=True)
def an_hour_later() -> object:
    with travel(NOW + timedelta(hours=1), tick=False) as clock:
        yield clock


@pytest.fixture(autouse=True)
def constrained(session: Session) -> None:
    """The indexes of the model, whatever migration the database came from."""
    for index in Commitment.__table__.indexes:  # type: ignore[attr-defined]  # a Table
        index.create(session.connection(), checkfirst=True)
    session.commit()


@pytest.fixture
def val(session: Session, cast: Cast) -> Territory:
    """With a first charter."""
    publish(session, cast, "Échanger, à la **mesure** de chacun.")
    return cast.territory()


def publish(session: Session, cast: Cast, body: str) -> None:
    anne = act(session, cast, "Anne")
    territory = cast.territory()
    follows = 0 if "Échanger" in body else 1
    publish_charter(session, territory, body=body, follows=follows, by_id=anne, now=NOW)
    session.commit()


def say_yes(
    session: Session, cast: Cast, name: str = "Le Fournil", by: str = "Lucie", version: str = FIRST
) -> None:
    person_id = act(session, cast, by)
    adhere(
        session,
        cast.territory(),
        cast.organisation(name),
        version=version,
        person_id=person_id,
        now=NOW,
    )
    session.commit()


def ask(session: Session, cast: Cast, name: str = "Le Fournil") -> Ask:
    anne = act(session, cast, "Anne")
    asked = ask_adherence(session, cast.territory(), cast.organisation(name), by=anne, now=NOW)
    session.commit()
    return asked


def adhering(session: Session, cast: Cast) -> list[tuple[str, int]]:
    session.rollback()
    return [(one.name, one.version) for one in adherents(session, cast.territory())]


def path(cast: Cast, name: str = "Le Fournil", more: str = "") -> str:
    place, firm = cast.territory().public_id, cast.organisation(name).public_id
    return f"/territoires/{place}/charte/adhesions/{firm}{more}"


# -- asked


def test_asking_mails_the_contact_a_link_to_the_very_text(
    app: Flask, session: Session, cast: Cast, val: Territory, client: FlaskClient
) -> None:
    ask(session, cast)
    letter = letter_to(session, "Lucie")
    told = words_of(letter.html)  # type: ignore[union-attr]  # a letter
    assert "propose à votre organisation, Le Fournil, d’adhérer à la charte" in told
    assert "parce que votre organisation fait partie du territoire Val d’Aubrive" in told
    page = client.get(link_of(app, session, "Lucie"))
    assert "<strong>mesure</strong>" in page.text
    assert adhering(session, cast) == []


def test_the_click_behind_the_link_keeps_who_when_what_and_how(
    app: Flask, session: Session, cast: Cast, val: Territory, client: FlaskClient
) -> None:
    ask(session, cast)
    link = link_of(app, session, "Lucie")
    done = client.post(link, data={"reponse": "oui", "texte": FIRST}, follow_redirects=True)
    assert "l’adhésion du Fournil est notée" in words_of(done.text)
    session.rollback()
    given = session.scalars(select(Commitment)).one()
    assert (given.kind, given.subject_id) == (CommitmentKind.CHARTER, cast.territory().id)
    assert given.organisation_id == cast.organisation("Le Fournil").id
    assert (given.person_id, given.given_by) == (cast.person("Lucie").id, GivenBy.MAIL)
    assert (given.text_version, given.given_at) == (FIRST, NOW + timedelta(hours=1))
    assert client.post(link, data={"reponse": "oui", "texte": FIRST}).status_code == 200
    assert adhering(session, cast) == [("Le Fournil", 1)]


def test_a_text_that_changed_since_the_page_was_opened_is_read_again_first(
    app: Flask, session: Session, cast: Cast, val: Territory, client: FlaskClient
) -> None:
    ask(session, cast)
    link = link_of(app, session, "Lucie")
    publish(session, cast, "Un autre texte.")
    again = client.post(link, data={"reponse": "oui", "texte": FIRST})
    assert again.status_code == 422
    assert "Un autre texte." in again.text and "a changé entre-temps" in again.text
    assert adhering(session, cast) == []
    client.post(link, data={"reponse": "oui", "texte": SECOND})
    assert adhering(session, cast) == [("Le Fournil", 2)]


def test_a_no_engages_nobody_and_is_shown_to_who_asked(
    app: Flask, session: Session, cast: Cast, val: Territory, client: FlaskClient, as_: As
) -> None:
    ask(session, cast)
    client.post(link_of(app, session, "Lucie"), data={"reponse": "non", "words": "Plus tard"})
    assert adhering(session, cast) == []
    [fournil] = [
        one for one in invitable(session, cast.territory(), 1, NOW) if one.name == "Le Fournil"
    ]
    assert fournil.state is AskState.DECLINED
    place = cast.territory().public_id
    assert "non, demandé le" in words_of(
        as_("Anne").get(f"/territoires/{place}/charte/adhesions").text
    )


def test_asked_twice_it_is_one_question_and_a_day_later_a_second_mail(
    session: Session, cast: Cast, val: Territory
) -> None:
    anne, fournil = act(session, cast, "Anne"), cast.organisation("Le Fournil")
    for moment in (NOW, NOW + timedelta(minutes=2), LATER):
        ask_adherence(session, val, fournil, by=anne, now=moment)
    assert len(open_asks(session, AskKind.COMMITMENT)) == 1
    assert len(mails_to(session, "Lucie")) == 2


def test_the_pilot_asks_those_whom_she_ticked(
    session: Session, cast: Cast, val: Territory, as_: As
) -> None:
    url = f"/territoires/{val.public_id}/charte/demandes"
    firms = [cast.organisation(name).public_id for name in ("Le Fournil", "Atelier Bois")]
    strange = cast.organisation("Scierie de la Sorne").public_id
    session.rollback()
    assert as_("Anne").post(url, data={"organisation": [*firms, strange]}).status_code == 303
    session.rollback()
    assert len(open_asks(session, AskKind.COMMITMENT)) == 2
    assert len(mails_to(session, "Lucie")) == len(mails_to(session, "Marc")) == 1
    assert as_("Lucie").post(url, data={"organisation": firms}).status_code == 403


def test_before_the_first_charter_nobody_is_asked(session: Session, cast: Cast) -> None:
    with pytest.raises(RefusedError, match="Publiez d’abord la charte"):
        ask(session, cast)


def test_who_adheres_already_is_not_asked(session: Session, cast: Cast, val: Territory) -> None:
    say_yes(session, cast)
    with pytest.raises(RefusedError, match="adhère déjà"):
        ask(session, cast)


# -- on the page


def test_a_member_adheres_unasked_and_the_question_that_waited_is_over(
    session: Session, cast: Cast, val: Territory, as_: As
) -> None:
    ask(session, cast)
    page = as_("Lucie").get(path(cast))
    assert "<strong>mesure</strong>" in page.text and f'value="{FIRST}"' in page.text
    assert adhering(session, cast) == []
    as_("Lucie").post(path(cast), data={"texte": FIRST})
    assert adhering(session, cast) == [("Le Fournil", 1)]
    assert open_asks(session, AskKind.COMMITMENT) == []
    assert standing_of(session, cast).given_by is GivenBy.PAGE


def standing_of(session: Session, cast: Cast, name: str = "Le Fournil") -> Commitment:
    found = standing(session, cast.territory().id, cast.organisation(name).id)
    assert found is not None
    return found


def test_a_page_that_showed_another_version_keeps_nothing(
    session: Session, cast: Cast, val: Territory, as_: As
) -> None:
    publish(session, cast, "Un autre texte.")
    for shown in (FIRST, "", "charter-3", "part-1"):
        told = as_("Lucie").post(path(cast), data={"texte": shown}, follow_redirects=True)
        assert "La charte vient de changer" in told.text
    assert adhering(session, cast) == []


def test_a_word_heard_is_noted_in_the_name_of_who_heard_it(
    session: Session, cast: Cast, val: Territory, as_: As
) -> None:
    as_("Anne").post(path(cast), data={"texte": FIRST})
    session.rollback()
    given = standing_of(session, cast)
    anne = cast.person("Anne").id
    assert (given.person_id, given.noted_by_id, given.given_by) == (None, anne, GivenBy.WORD)


@pytest.mark.parametrize(("who", "status"), [("Marc", 403), ("Henri", 403), ("Paul", 404)])
def test_nobody_else_answers_for_an_organisation(
    session: Session, cast: Cast, val: Territory, as_: As, who: str, status: int
) -> None:
    assert as_(who).get(path(cast)).status_code == status
    assert as_(who).post(path(cast), data={"texte": FIRST}).status_code == status
    assert adhering(session, cast) == []


def test_whoever_reads_the_charter_reads_the_names_and_no_persons(
    session: Session, cast: Cast, val: Territory, as_: As
) -> None:
    say_yes(session, cast)
    url = f"/territoires/{val.public_id}/charte/adhesions"
    session.rollback()
    for who in ("Marc", "Henri", "Odile"):
        told = words_of(as_(who).get(url, headers={"HX-Request": "true"}).text)
        assert "1 organisation a adhéré" in told and "Le Fournil version 1, depuis le" in told
        assert "Lucie" not in told
    assert as_("Paul").get(url).status_code == 404


def test_the_organisations_page_tells_it_where_the_territory_is_seen(
    session: Session, cast: Cast, val: Territory, as_: As
) -> None:
    say_yes(session, cast, "CCI des Deux Rives", "Karim")
    url = f"/organisations/{cast.organisation('CCI des Deux Rives').public_id}/charte"
    session.rollback()
    assert "adhère à la version 1" in words_of(as_("Anne").get(url).text)
    # the other territory's pilot sees the chamber, and not this territory
    assert "Val d’Aubrive" not in as_("Paul").get(url).text


# -- another version


def test_another_version_renews_nothing_by_itself(
    session: Session, cast: Cast, val: Territory, as_: As
) -> None:
    say_yes(session, cast)
    say_yes(session, cast, "Atelier Bois", "Marc")
    publish(session, cast, "Un autre texte.")
    say_yes(session, cast, "Atelier Bois", "Marc", SECOND)
    assert adhering(session, cast) == [("Atelier Bois", 2), ("Le Fournil", 1)]
    asked = {one.name: one.version for one in invitable(session, cast.territory(), 2, NOW)}
    assert asked["Le Fournil"] == 1 and "Atelier Bois" not in asked
    url = f"/territoires/{cast.territory().public_id}/charte/adhesions"
    session.rollback()
    told = words_of(as_("Henri").get(url).text)
    assert "2 organisations ont adhéré , dont 1 à une version antérieure" in told


def test_a_further_yes_ends_the_former_one_and_both_are_kept(
    session: Session, cast: Cast, val: Territory
) -> None:
    say_yes(session, cast)
    publish(session, cast, "Un autre texte.")
    ask(session, cast)
    say_yes(session, cast, version=SECOND)
    told = history(session, cast.territory().id, cast.organisation("Le Fournil").id)
    assert [(one.version, one.ended) for one in told] == [(2, None), (1, NOW)]


# -- withdrawn


def test_a_manager_withdraws_and_it_stays_in_the_history(
    session: Session, cast: Cast, val: Territory, as_: As
) -> None:
    say_yes(session, cast)
    url = path(cast, more="/retirer")
    session.rollback()
    assert as_("Anne").post(url).status_code == 403
    assert as_("Lucie").post(url).status_code == 303
    assert adhering(session, cast) == []
    [given] = history(session, cast.territory().id, cast.organisation("Le Fournil").id)
    assert given.ended == NOW + timedelta(hours=1)
    again = as_("Lucie").post(url, follow_redirects=True)
    assert "n’adhère pas" in again.text


def test_who_noted_a_word_takes_it_back(
    session: Session, cast: Cast, val: Territory, as_: As
) -> None:
    as_("Anne").post(path(cast), data={"texte": FIRST})
    assert as_("Anne").post(path(cast, more="/retirer")).status_code == 303
    assert adhering(session, cast) == []


def test_who_left_the_territory_does_not_count(
    session: Session, cast: Cast, val: Territory
) -> None:
    say_yes(session, cast)
    act(session, cast, "Anne")
    fournil = cast.organisation("Le Fournil")
    fournil.territories.clear()
    session.commit()
    assert adhering(session, cast) == []
    with pytest.raises(RefusedError, match="ne fait plus partie"):
        ask(session, cast)


# -- kept by the database


def test_an_organisation_adheres_to_one_version_at_a_time(
    session: Session, cast: Cast, val: Territory
) -> None:
    say_yes(session, cast)
    lucie = act(session, cast, "Lucie")
    territory_id, fournil = cast.territory().id, cast.organisation("Le Fournil").id
    session.add(
        Commitment(
            territory_id=territory_id,
            kind=CommitmentKind.CHARTER,
            subject_id=territory_id,
            organisation_id=fournil,
            person_id=lucie,
            given_by=GivenBy.PAGE,
            text_version=SECOND,
            given_at=NOW,
        )
    )
    with pytest.raises(IntegrityError):
        session.flush()


@pytest.mark.parametrize("later", ["Le Fournil", "Atelier Bois"])
def test_two_records_made_one_keep_the_latest_yes(
    session: Session, cast: Cast, val: Territory, later: str
) -> None:
    earlier = {"Le Fournil": "Atelier Bois", "Atelier Bois": "Le Fournil"}[later]
    people = {"Le Fournil": "Lucie", "Atelier Bois": "Marc"}
    say_yes(session, cast, earlier, people[earlier])
    publish(session, cast, "Un autre texte.")
    with travel(LATER, tick=False):
        person_id = act(session, cast, people[later])
        adhere(
            session,
            cast.territory(),
            cast.organisation(later),
            version=SECOND,
            person_id=person_id,
            now=LATER,
        )
    kept, gone = cast.organisation("Le Fournil"), cast.organisation("Atelier Bois")
    anne = act(session, cast, "Anne")
    merge_organisations(
        session,
        kept=kept,
        gone=gone,
        from_gone=frozenset(),
        versions=(kept.version, gone.version),
        person_id=anne,
        territory_id=None,
        now=LATER,
    )
    session.commit()
    assert adhering(session, cast) == [("Le Fournil", 2)]
    assert len(history(session, cast.territory().id, cast.organisation("Le Fournil").id)) == 2


def test_leaving_what_one_never_joined_is_refused(
    session: Session, cast: Cast, val: Territory
) -> None:
    act(session, cast, "Lucie")
    with pytest.raises(RefusedError, match="n’adhère pas"):
        leave_charter(session, val, cast.organisation("Le Fournil"), now=NOW)


# -- what it costs, and what is told of it


@pytest.mark.parametrize("who", ["Anne", "Lucie"])
def test_the_page_asks_as_often_whatever_the_number_of_organisations(
    session: Session, cast: Cast, val: Territory, as_: As, queries: QueryCount, who: str
) -> None:
    client, url = as_(who), f"/territoires/{val.public_id}/charte/adhesions"
    session.rollback()
    client.get(url)
    queries.reset()
    client.get(url)
    before = len(queries)
    for name, person in (("Le Fournil", "Lucie"), ("Atelier Bois", "Marc")):
        say_yes(session, cast, name, person)
    ask(session, cast, "CCI des Deux Rives")
    queries.reset()
    assert "2 organisations ont adhéré" in words_of(client.get(url).text)
    assert len(queries) == before <= 9, queries.statements


def test_the_territorys_journal_tells_of_it(
    session: Session, cast: Cast, val: Territory, as_: As
) -> None:
    say_yes(session, cast)
    session.rollback()
    url = f"/territoires/{val.public_id}/journal"
    marc = as_("Marc")
    assert "Le Fournil s’engage : la charte de la démarche" in words_of(marc.get(url).text)
    session.rollback()
    act(session, cast, "Lucie", LATER)
    leave_charter(session, cast.territory(), cast.organisation("Le Fournil"), now=LATER)
    session.commit()
    assert "L’engagement du Fournil a pris fin" in words_of(marc.get(url).text)
