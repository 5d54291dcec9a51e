"""Answering behind the mailed link, without an account: twice tapped, too late, forwarded."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from time_machine import travel

from app.accounts.kinds import AskKind, AskState
from app.accounts.links import Links
from app.accounts.models import Ask
from app.agreements.kinds import QUESTION, GivenBy, ProposalKind, ProposalState
from app.agreements.models import Commitment, Proposal
from app.agreements.services.openings import ask_to_read
from app.agreements.services.parts import ask_part
from app.agreements.services.proposals import speak, withdraw
from app.core.french import long_date, plain_date
from app.outbox import registry
from app.outbox.message import Letter, Skip
from app.plans.kinds import PartnerState, ProjectState
from tests.agreements.worlds import act, asked, mails_to, part_of, put_forward, words_of
from tests.cast import NOW, TODAY, Cast

As = Callable[[str], FlaskClient]


@pytest.fixture(autouse=True)
def at_noon() -> object:
    with travel(NOW + timedelta(hours=1), tick=False) as clock:
        yield clock


def link_of(app: Flask, session: Session, name: str) -> str:
    """The address in the latest mail to this person."""
    links: Links = app.extensions["maillage_links"]
    grant = mails_to(session, name)[-1].refs["grant"]
    return links.url("/demande", grant).removeprefix(links.base_url)


def letter_to(session: Session, name: str) -> Letter | Skip:
    kind = registry.find(QUESTION)
    assert kind is not None
    made = kind.renew(session, mails_to(session, name)[-1], NOW)
    assert isinstance(made, (Letter, Skip))
    return made


def test_the_mail_says_who_asks_what_and_what_silence_means(session: Session, cast: Cast) -> None:
    put_forward(session, cast)
    letter = letter_to(session, "Karim")
    assert isinstance(letter, Letter)
    assert letter.subject == "Invendus du Fournil : clore le projet, d’accord ?"
    assert letter.reply_to == "anne@example.org"
    for told in (words_of(letter.text), words_of(letter.html)):
        assert "Anne Vasseur (CC du Val d’Aubrive) propose de clore" in told
        assert "prend effet le lendemain" in told


def test_the_mail_and_its_page_name_the_last_day_on_which_an_answer_counts(
    app: Flask, session: Session, cast: Cast, client: FlaskClient
) -> None:
    proposal = put_forward(session, cast)
    last = proposal.open_until
    letter = letter_to(session, "Karim")
    assert isinstance(letter, Letter)
    link = link_of(app, session, "Karim")
    for told in (letter.text, letter.html, client.get(link).text):
        assert f"Sans réponse d’ici le {words_of(long_date(last))}" in words_of(told)
    assert f"Il sert jusqu’au {words_of(plain_date(last))}." in words_of(letter.text)


def test_once_somebody_objects_nobody_is_told_that_silence_agrees(
    app: Flask, session: Session, cast: Cast, client: FlaskClient
) -> None:
    fournil = part_of(cast, "Le Fournil")
    proposal = put_forward(session, cast, ProposalKind.REMOVE, partner=fournil)
    link = link_of(app, session, "Lucie")
    assert "prend effet le lendemain" in words_of(client.get(link).text)
    session.rollback()
    ask = asked(session, proposal)["CCI des Deux Rives"]
    karim = act(session, cast, "Karim")
    speak(session, proposal, ask, agrees=False, words="Non", person_id=karim, now=NOW)
    session.commit()
    page = words_of(client.get(link).text)
    assert "rien ne change avant la prochaine rencontre" in page
    assert "prend effet" not in page


def test_the_whole_way_by_link(
    app: Flask, session: Session, cast: Cast, client: FlaskClient
) -> None:
    put_forward(session, cast)
    link = link_of(app, session, "Karim")
    for _ in range(3):  # scanners look first
        assert client.get(link).status_code == 200
    session.rollback()
    assert cast.project().state is ProjectState.ACTIVE
    answer = client.post(link, data={"reponse": "oui"}, follow_redirects=True)
    assert "votre accord est noté" in answer.text
    session.rollback()
    assert cast.project().state is ProjectState.CLOSED
    again = client.post(link, data={"reponse": "oui"}, follow_redirects=True)
    assert again.status_code == 200


def test_an_objection_by_link_asks_for_its_reason_and_keeps_what_was_typed(
    app: Flask, session: Session, cast: Cast, client: FlaskClient
) -> None:
    proposal = put_forward(session, cast)
    link = link_of(app, session, "Karim")
    refused = client.post(link, data={"reponse": "non", "words": " "})
    assert refused.status_code == 422
    assert "Dites en quelques mots" in refused.text
    client.post(link, data={"reponse": "non", "words": "Les caisses manquent"})
    session.rollback()
    assert proposal.state is ProposalState.OBJECTED
    told = client.get(link).text
    assert "Les caisses manquent" in told and "Changer de réponse" in told
    client.post(link, data={"reponse": "oui"})
    session.rollback()
    assert proposal.state is ProposalState.EFFECTIVE


def test_a_settled_question_says_so_and_changes_nothing(
    app: Flask, session: Session, cast: Cast, client: FlaskClient
) -> None:
    proposal = put_forward(session, cast)
    link = link_of(app, session, "Karim")
    act(session, cast, "Anne")
    withdraw(session, proposal, now=NOW)
    session.commit()
    assert client.get(link).status_code == 410
    assert client.post(link, data={"reponse": "oui"}).status_code == 410
    session.rollback()
    assert cast.project().state is ProjectState.ACTIVE
    assert isinstance(letter_to(session, "Karim"), Skip)


def test_the_link_dies_when_its_person_leaves_the_organisation(
    app: Flask, session: Session, cast: Cast, client: FlaskClient
) -> None:
    put_forward(session, cast)
    link = link_of(app, session, "Karim")
    act(session, cast, "Anne")
    cast.person("Karim").memberships[0].ended_on = TODAY
    session.commit()
    assert client.get(link).status_code == 410
    assert client.post(link, data={"reponse": "oui"}).status_code == 410
    assert isinstance(letter_to(session, "Karim"), Skip)


@pytest.mark.parametrize(
    "data", [{}, {"reponse": "peut-être"}, {"reponse": "oui", "words": "x" * 401}]
)
def test_what_cannot_be_read_changes_nothing(
    app: Flask, session: Session, cast: Cast, client: FlaskClient, data: dict[str, str]
) -> None:
    put_forward(session, cast)
    assert client.post(link_of(app, session, "Karim"), data=data).status_code == 422
    session.rollback()
    assert cast.project().state is ProjectState.ACTIVE


def test_a_link_of_another_kind_opens_nothing_here(
    app: Flask, session: Session, cast: Cast, client: FlaskClient
) -> None:
    put_forward(session, cast)
    link = link_of(app, session, "Karim")
    assert client.get(link[:-3] + "abc").status_code == 410
    assert client.get(link.replace("/demande/", "/invitation/")).status_code == 410


def test_committing_by_link_keeps_who_and_how(
    app: Flask, session: Session, cast: Cast, client: FlaskClient, as_: As
) -> None:
    anne = act(session, cast, "Anne")
    part = part_of(cast, "Le Fournil")
    part.state, part.confirmed_at = PartnerState.APPROACHED, None
    ask_part(session, part, asker_id=anne, now=NOW)
    session.commit()
    link = link_of(app, session, "Lucie")
    assert "Elle garde pour elle les quantités" in client.get(link).text
    client.post(link, data={"reponse": "oui"})
    session.rollback()
    given = session.scalars(select(Commitment)).one()
    assert (given.given_by, given.person_id) == (GivenBy.MAIL, cast.person("Lucie").id)
    assert (
        "texte part-1" in words_of(client.application.test_client().get("/").text)
        or part.state is PartnerState.CONFIRMED
    )


def test_the_question_behind_a_link_shows_no_quantity(
    app: Flask, session: Session, cast: Cast, client: FlaskClient
) -> None:
    sylvie = act(session, cast, "Sylvie")
    fund = cast.organisation("Agence du Cycle").id
    ask_to_read(session, cast.project().flows[0], reader_id=fund, asker_id=sylvie, now=NOW)
    session.commit()
    page = client.get(link_of(app, session, "Lucie")).text
    letter = letter_to(session, "Lucie")
    assert isinstance(letter, Letter)
    assert "Pain invendu" in page
    for told in (page, letter.text, letter.html):
        # as a number of its own: links hold any signs
        assert not re.search(r"(?<![\w-])42(?![\w-])", words_of(told))


def test_a_member_answers_on_the_page_and_a_stranger_finds_nothing(
    session: Session, cast: Cast, as_: As
) -> None:
    proposal = put_forward(session, cast)
    [ask] = asked(session, proposal).values()
    address = f"/demandes/{ask.public_id}"
    for name in ("Anne", "Lucie", "Marc", "Sylvie", "Henri", "Paul", "Odile"):
        assert as_(name).get(address).status_code == 404
        assert as_(name).post(address, data={"reponse": "oui"}).status_code == 404
    assert as_("Karim").get(address).status_code == 200
    as_("Karim").post(address, data={"reponse": "non", "words": "Non"})
    session.rollback()
    assert session.get_one(Ask, ask.id).state is AskState.DECLINED
    assert session.get_one(Proposal, proposal.id).state is ProposalState.OBJECTED
    assert ask.kind is AskKind.AGREEMENT
