"""Signing in by a mailed link: asked for by address, opened by scanners, used once."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts.grants import issue_grant
from app.accounts.kinds import GrantPurpose, SignInWay
from app.accounts.links import Links
from app.accounts.mails import sign_in_letter
from app.accounts.models import Grant, Person, SignIn
from app.accounts.services.account import change_password
from app.accounts.services.mailed_links import SECOND_TAP, issue_sign_in
from app.journal.kinds import Via
from app.journal.models import Change
from app.journal.recorder import acting
from app.outbox.message import Letter, Skip
from app.outbox.models import Mail
from tests.accounts.entering import hashed
from tests.accounts.state import everything
from tests.behind_links.tapping import tapped
from tests.cast import NOW, Cast
from tests.conftest import SECRET, QueryCount

LINKS = Links(SECRET, "http://localhost")


def ask(client: FlaskClient, email: str = "lucie@example.org") -> TestResponse:
    return client.post("/connexion/lien", data={"email": email})


@pytest.fixture
def link(session: Session, cast: Cast) -> str:
    """The path of a link that signs Lucie in, issued at NOW."""
    grant = issue_sign_in(session, cast.person("Lucie"), NOW)
    path = f"/lien/{LINKS.token(grant.public_id)}"
    session.commit()
    return path


def test_asking_for_a_link_mails_it_to_the_account(client: FlaskClient, session: Session) -> None:
    answer = ask(client, " Lucie@Example.org")
    assert answer.status_code == 200
    mail = session.scalars(select(Mail)).one()
    letter = sign_in_letter(LINKS, session, mail, mail.created_at)
    assert isinstance(letter, Letter)
    assert (mail.kind, mail.to) == ("sign_in_link", "lucie@example.org")
    assert letter.subject == "Votre lien pour entrer dans Maillage"
    token = LINKS.token(mail.refs["grant"])
    assert f"http://localhost/lien/{token}" in letter.text
    assert f"http://localhost/lien/{token}" in letter.html
    assert "Bonjour Lucie Perrin," in letter.text
    assert "Vous n’avez rien demandé" in letter.text
    assert "unsubscribe" not in str(letter.headers).lower()


def test_an_unknown_address_gets_the_same_page_and_no_mail(
    client: FlaskClient, session: Session
) -> None:
    known, unknown = ask(client), ask(client, "nobody@example.org")
    assert unknown.status_code == known.status_code == 200
    assert unknown.text.replace("nobody@", "lucie@") == known.text
    assert session.scalar(select(func.count(Mail.id))) == 1


def test_an_unknown_address_costs_as_many_statements(
    client: FlaskClient, queries: QueryCount
) -> None:
    """The same work, so the same time: counted, not timed."""
    counted = []
    for email in ("lucie@example.org", "nobody@example.org"):
        queries.reset()
        ask(client, email)
        writes = [one.split()[0] for one in queries.statements if not one.startswith("SELECT")]
        counted.append((len(queries), writes))
    assert counted[0] == counted[1]
    assert counted[0][1][-1] == "INSERT"


def test_a_link_for_a_forgotten_password_leads_to_where_it_is_replaced(
    client: FlaskClient, link: str, session: Session, cast: Cast
) -> None:
    cast.person("Lucie").password_hash = hashed()
    session.commit()
    with time_machine.travel(NOW, tick=False):
        assert "Choisir un nouveau mot de passe" in client.get(link).text
        assert client.post(link, data={"then": "password"}).location == "/compte#mot-de-passe"
        assert "l’ancien n’est pas demandé" in client.get("/compte").text
        new = {"password": "sept mots que personne ne devine ici vraiment"}
        assert client.post("/compte/mot-de-passe", data=new).status_code == 303


@pytest.mark.parametrize("wanted", ["https://elsewhere.example", "//elsewhere.example"])
def test_a_link_leads_to_own_pages_only(client: FlaskClient, link: str, wanted: str) -> None:
    with time_machine.travel(NOW, tick=False):
        answer = client.post(f"{link}?next={wanted}", data={"then": wanted, "next": wanted})
    assert answer.location == "/"


def test_a_wrong_address_is_said_to_be_wrong(client: FlaskClient) -> None:
    answer = ask(client, "lucie at example")
    assert answer.status_code == 422
    assert "Cette adresse est incomplète" in answer.text
    assert "Indiquez votre mot de passe" not in answer.text


def test_after_five_links_the_page_is_the_same_and_no_mail_follows(
    client: FlaskClient, session: Session
) -> None:
    answers = {ask(client).text for _ in range(7)}
    assert len(answers) == 1
    assert session.scalar(select(func.count(Mail.id))) == 5


def test_looking_at_the_link_changes_nothing(
    client: FlaskClient, link: str, session: Session
) -> None:
    before = everything(session)
    with time_machine.travel(NOW, tick=False):
        for method in ("GET", "HEAD", "OPTIONS", "GET"):
            assert client.open(link, method=method).status_code == 200
        page = client.get(link).text
    assert "Entrer dans Maillage" in page
    assert "Lucie Perrin" in page
    assert everything(session) == before


def test_the_button_signs_in_once(client: FlaskClient, link: str, session: Session) -> None:
    with time_machine.travel(NOW, tick=False):
        assert client.post(link).location == "/"
    opened = session.scalars(select(SignIn)).one()
    assert opened.person.name == "Lucie Perrin"
    assert opened.way is SignInWay.LINK
    assert session.scalars(select(Change).where(Change.at >= NOW)).all() == []
    with time_machine.travel(NOW + SECOND_TAP, tick=False):
        again = client.application.test_client()
        assert again.post(link).status_code == 410
        assert again.get(link).status_code == 410


def test_a_second_tap_whose_answer_is_the_one_shown_lets_in_too(
    app: Flask, link: str, session: Session
) -> None:
    """A phone that gives up the first answer for the second has its cookie from that one."""
    almost = NOW + SECOND_TAP - timedelta(seconds=1)
    with time_machine.travel(NOW, tick=False):
        assert app.test_client().post(link).location == "/"
    phone = app.test_client()
    with time_machine.travel(almost, tick=False):
        assert phone.post(link).location == "/"
        assert "Lucie Perrin" in phone.get("/compte").text
    with time_machine.travel(almost + SECOND_TAP - timedelta(seconds=2), tick=False):
        # no tap puts the end off
        assert app.test_client().post(link).status_code == 410


def test_taps_at_the_same_moment_all_let_in(app: Flask, link: str) -> None:
    with time_machine.travel(NOW, tick=True):
        answers = tapped(app, link, {}, fingers=3)
    assert {answer.location for answer in answers} == {"/"}


def test_a_second_tap_lives_no_longer_than_the_link(
    app: Flask, link: str, session: Session
) -> None:
    ends = session.scalars(select(Grant)).one().expires_at
    assert ends is not None
    session.rollback()
    with time_machine.travel(ends - timedelta(seconds=1), tick=False):
        assert app.test_client().post(link).location == "/"
    with time_machine.travel(ends, tick=False):
        assert app.test_client().post(link).status_code == 410


def test_the_button_works_without_cookie_and_token_of_a_form(app: Flask, link: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    with time_machine.travel(NOW, tick=False):
        assert app.test_client(use_cookies=False).post(link).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "http://["},
    ],
)
def test_another_site_cannot_sign_a_visitor_in(
    client: FlaskClient, link: str, session: Session, headers: dict[str, str]
) -> None:
    with time_machine.travel(NOW, tick=False):
        answer = client.post(link, headers=headers)
        assert answer.status_code == 200
        assert "Entrer dans Maillage" in answer.text
        assert session.scalars(select(SignIn)).all() == []
        own = {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}
        assert client.post(link, headers=own).location == "/"


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin"}, {}])
def test_our_own_page_which_sends_no_referrer_is_no_other_site(
    client: FlaskClient, link: str, headers: dict[str, str]
) -> None:
    """Without a referrer browsers call a form's origin « null »."""
    with time_machine.travel(NOW, tick=False):
        assert client.post(link, headers={**headers, "Origin": "null"}).location == "/"


def test_a_link_mailed_before_the_password_changed_opens_nothing(
    client: FlaskClient, link: str, session: Session
) -> None:
    lucie = session.scalars(select(Person).where(Person.name == "Lucie Perrin")).one()
    acting(session, lucie.id, Via.PAGE, NOW)
    change_password(session, lucie, "Quatre pains, deux brioches 7", sign_in_id=0, now=NOW)
    session.commit()
    with time_machine.travel(NOW, tick=False):
        assert client.post(link).status_code == 410


def test_the_link_is_over_after_half_an_hour(client: FlaskClient, link: str) -> None:
    with time_machine.travel(NOW + timedelta(minutes=29, seconds=59), tick=False):
        assert client.get(link).status_code == 200
    with time_machine.travel(NOW + timedelta(minutes=30), tick=False):
        assert client.get(link).status_code == 410
        assert client.post(link).status_code == 410


def test_a_forged_link_a_strange_one_and_one_of_another_purpose_open_nothing(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    person = cast.person("Lucie")
    other = issue_grant(
        session,
        person_id=person.id,
        purpose=GrantPurpose.RELANCE,
        subject_kind="step",
        subject_id=1,
        now=NOW,
    )
    sign_in = issue_sign_in(session, person, NOW)
    forged = Links("another secret", "http://localhost").token(sign_in.public_id)
    strange = (forged, LINKS.token(other.public_id), LINKS.token("nothing"), "x", "%00", "a.b.c")
    session.commit()
    answers = set()
    with time_machine.travel(NOW, tick=False):
        for token in strange:
            for answer in (client.get(f"/lien/{token}"), client.post(f"/lien/{token}")):
                assert answer.status_code == 410
                answers.add(answer.text)
    assert len(answers) == 1


def test_the_link_of_an_anonymised_person_opens_nothing(
    client: FlaskClient, link: str, session: Session, cast: Cast
) -> None:
    acting(session, None, Via.COMMAND, NOW)
    cast.person("Lucie").anonymised_at = NOW
    session.commit()
    with time_machine.travel(NOW, tick=False):
        assert client.post(link).status_code == 410


def test_a_mail_that_waited_too_long_does_not_leave(client: FlaskClient, session: Session) -> None:
    ask(client)
    mail = session.scalars(select(Mail)).one()
    late = mail.created_at + timedelta(minutes=31)
    assert isinstance(sign_in_letter(LINKS, session, mail, late), Skip)


def test_a_name_that_looks_like_headers_or_html_stays_text(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    acting(session, None, Via.COMMAND, NOW)
    cast.person("Lucie").name = "Lucie <b>\r\nBcc: all@example.org"
    session.commit()
    ask(client)
    mail = session.scalars(select(Mail)).one()
    letter = sign_in_letter(LINKS, session, mail, mail.created_at)
    assert isinstance(letter, Letter)
    assert "\n" not in letter.subject
    assert "<b>" not in letter.html
    assert "Lucie &lt;b&gt;" in letter.html
