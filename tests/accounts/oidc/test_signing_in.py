"""Signing in by a provider of identities that is a real server."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.kinds import SignInWay
from app.accounts.models import Ask, ExternalIdentity, ProviderVisit, SignIn
from app.accounts.services.inviting import revoke
from app.accounts.services.organisation_invitations import Guest, invite
from app.accounts.sessions import open_session
from app.core import clock
from app.journal.kinds import Via
from app.journal.recorder import acting
from tests.accounts.entering import by_code, code_at, give_factor, is_in
from tests.accounts.oidc.going import (
    NAME,
    address_of,
    set_out,
    sign_in,
    visit,
)
from tests.accounts.test_second_factor import events
from tests.cast import NOW, Cast
from tests.parts.identity_provider import IdentityProvider

UNKNOWN = "Nous ne vous reconnaissons pas encore"
LOST = "Ce retour ne sert plus"


def sign_ins(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count(SignIn.id))) or 0


def linked(session: Session) -> list[tuple[int, str]]:
    session.rollback()
    rows = session.execute(
        select(ExternalIdentity.person_id, ExternalIdentity.subject).where(
            ExternalIdentity.unlinked_at.is_(None)
        )
    )
    return [(row.person_id, row.subject) for row in rows]


def test_the_button_stands_on_the_sign_in_page(client: FlaskClient) -> None:
    assert "S’identifier avec" in client.get("/connexion").text


def test_the_browser_leaves_with_what_the_protocol_wants_and_nothing_else(
    client: FlaskClient, provider: IdentityProvider
) -> None:
    address = set_out(client, next="/compte")
    assert address.startswith(f"{provider.issuer}/authorize?")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert len(asked.pop("state")) == len(asked.pop("nonce")) == 43
    assert len(asked.pop("code_challenge")) == 43
    assert asked == {
        "response_type": "code",
        "client_id": "maillage",
        "redirect_uri": "http://localhost/connexion/retour",
        "scope": "openid email",
        "code_challenge_method": "S256",
    }


def test_to_proconnect_no_proof_goes_that_it_does_not_name(
    client: FlaskClient, provider: IdentityProvider
) -> None:
    provider.pkce = False
    assert ("code_challenge" in set_out(client)) != provider.proconnect


def test_the_first_time_the_address_opens_the_account_and_links_it(
    client: FlaskClient, session: Session, lucie: int
) -> None:
    answer = sign_in(client, next="/compte?x=1")
    assert (answer.status_code, answer.location) == (303, "/compte?x=1")
    assert is_in(client)
    assert linked(session) == [(lucie, "lucie-1")]
    assert events(session) == ["identity_linked"]
    opened = session.scalars(select(SignIn)).one()
    assert (opened.person_id, opened.way) == (lucie, SignInWay.PROVIDER)


def test_then_the_identity_opens_it_whatever_the_address_has_become(
    app: Flask, client: FlaskClient, provider: IdentityProvider, session: Session, lucie: int
) -> None:
    sign_in(client)
    provider.who["email"] = "anne@example.org"
    other = app.test_client()
    sign_in(other)
    assert "Lucie Perrin" in other.get("/compte").text
    assert linked(session) == [(lucie, "lucie-1")]


def test_capitals_in_the_address_are_the_same_person(
    client: FlaskClient, provider: IdentityProvider
) -> None:
    provider.who["email"] = "Lucie@Example.org"
    sign_in(client)
    assert is_in(client)


@pytest.mark.parametrize("wanted", ["https://elsewhere.example", "//elsewhere.example", "/\\x"])
def test_the_way_back_leads_to_own_pages_only(client: FlaskClient, wanted: str) -> None:
    assert sign_in(client, next=wanted).location == "/"


def test_a_way_back_that_nobody_remembers_leads_to_the_first_page(client: FlaskClient) -> None:
    assert sign_in(client, next=f"/compte?x={'y' * 2000}").location == "/"


def test_who_is_unknown_is_told_to_ask_for_an_invitation(
    client: FlaskClient, provider: IdentityProvider, session: Session
) -> None:
    provider.who = {"sub": "x", "email": "nobody@example.org", "email_verified": True}
    answer = sign_in(client)
    assert answer.status_code == 403
    assert UNKNOWN in answer.text
    assert "demandez une invitation" in answer.text
    assert sign_ins(session) == 0


def test_every_reason_not_to_open_answers_the_same_page(
    app: Flask, provider: IdentityProvider, session: Session, cast: Cast, lucie: int
) -> None:
    """A contact without account, somebody who is gone, an address of another identity, nobody."""
    gone = cast.person("Marc")
    gone.anonymised_at = NOW
    session.add(
        ExternalIdentity(
            person_id=lucie, issuer=provider.issuer, subject="lucie-before", linked_at=NOW
        )
    )
    session.commit()
    pages = set()
    for email in ("karim@example.org", "marc@example.org", "lucie@example.org", "no@example.org"):
        provider.who = {"sub": f"of-{email}", "email": email, "email_verified": True}
        pages.add(sign_in(app.test_client()).text)
    assert len(pages) == 1
    assert UNKNOWN in pages.pop()
    assert sign_ins(session) == 0


@pytest.mark.parametrize("said", [False, None, "true", 1])
def test_an_address_that_the_provider_has_not_checked_opens_nothing(
    client: FlaskClient, provider: IdentityProvider, session: Session, said: object
) -> None:
    provider.who["email_verified"] = said
    answer = sign_in(client)
    if provider.proconnect:
        # it always has
        assert is_in(client)
        return
    assert UNKNOWN in answer.text
    assert linked(session) == []


def test_an_invitation_is_shown_to_who_it_was_sent_to_and_opens_no_session(
    app: Flask, provider: IdentityProvider, session: Session, cast: Cast
) -> None:
    now = clock.now()
    acting(session, None, Via.COMMAND, now)
    guest = Guest("Inès Kada", "ines@fournil.example")
    asker = cast.person("Anne").id
    organisation = cast.organisation("Le Fournil")
    invite(session, organisation=organisation, guest=guest, asker_id=asker, now=now)
    session.commit()
    provider.who = {"sub": "ines", "email": "ines@fournil.example", "email_verified": True}
    client = app.test_client()
    answer = sign_in(client)
    assert answer.location is not None and answer.location.startswith("/invitation/")
    assert not is_in(client)
    assert "Ce qui sera fait de vos données" in client.get(answer.location).text
    assert linked(session) == []
    client.post(answer.location, data={"name": "Inès Kada", "answer": "accept"})
    assert is_in(client)
    # from now on she has an account
    again = app.test_client()
    sign_in(again)
    assert is_in(again)


def test_an_invitation_taken_back_opens_nothing(
    client: FlaskClient, provider: IdentityProvider, session: Session, cast: Cast
) -> None:
    now = clock.now()
    acting(session, None, Via.COMMAND, now)
    guest = Guest("Inès Kada", "ines@fournil.example")
    organisation = cast.organisation("Le Fournil")
    invite(
        session, organisation=organisation, guest=guest, asker_id=cast.person("Anne").id, now=now
    )
    revoke(session, session.scalars(select(Ask)).one(), now=now)
    session.commit()
    provider.who = {"sub": "ines", "email": "ines@fournil.example", "email_verified": True}
    assert UNKNOWN in sign_in(client).text


def test_the_second_factor_comes_first_and_links_only_then(
    app: Flask, client: FlaskClient, session: Session, cast: Cast, lucie: int
) -> None:
    give_factor(session, cast, "Lucie", NOW)
    assert sign_in(client, next="/compte").location == "/connexion/code?next=/compte"
    assert not is_in(client)
    assert linked(session) == []
    assert by_code(client, code_at(clock.now()), next="/compte").location == "/compte"
    assert is_in(client)
    assert linked(session) == [(lucie, "lucie-1")]
    # and is asked for the next time, too
    other = app.test_client()
    assert sign_in(other).location == "/connexion/code"
    assert not is_in(other)


def test_the_state_works_once(client: FlaskClient, session: Session) -> None:
    back = visit(set_out(client))
    assert client.get(back).status_code == 303
    again = client.get(back)
    assert again.status_code == 400
    assert LOST in again.text
    assert sign_ins(session) == 1


def test_the_way_back_of_another_browser_opens_nothing(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    """Login CSRF: an attacker's own way back, opened by the victim's browser."""
    back = visit(set_out(client))
    victim = app.test_client()
    assert LOST in victim.get(back).text
    set_out(victim)
    assert LOST in victim.get(back).text
    assert not is_in(victim)
    assert sign_ins(session) == 0


def test_a_code_put_into_another_way_back_is_refused(
    app: Flask, client: FlaskClient, provider: IdentityProvider, session: Session
) -> None:
    """Code injection: a stolen code with the thief's own state. PKCE and nonce stand against it."""
    stolen = parse_qs(urlsplit(visit(set_out(client))).query)["code"][0]
    thief = app.test_client()
    own = parse_qs(urlsplit(visit(set_out(thief))).query)
    answer = thief.get(
        "/connexion/retour",
        query_string={"code": stolen, "state": own["state"][0], "iss": provider.issuer},
    )
    assert answer.status_code == 502
    assert sign_ins(session) == 0


def test_without_pkce_the_nonce_stands_against_it(
    app: Flask, client: FlaskClient, provider: IdentityProvider, session: Session
) -> None:
    provider.pkce = False
    stolen = parse_qs(urlsplit(visit(set_out(client))).query)["code"][0]
    thief = app.test_client()
    own = parse_qs(urlsplit(visit(set_out(thief))).query)
    answer = thief.get("/connexion/retour", query_string={"code": stolen, "state": own["state"][0]})
    assert answer.status_code == 502
    assert sign_ins(session) == 0


def test_the_way_back_is_over_after_ten_minutes(client: FlaskClient, session: Session) -> None:
    back = visit(set_out(client))
    row = session.scalars(select(ProviderVisit)).one()
    row.expires_at -= timedelta(minutes=10)
    session.commit()
    assert LOST in client.get(back).text


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"state": "x"},
        {"code": "x"},
        {"state": "x" * 5000, "code": "x"},
        {"state": "\x00", "code": "\x00"},
        {"error": "access_denied"},
        {"error": "\r\nINFO forged: line"},
    ],
)
def test_whoever_comes_back_without_having_left_reads_why(
    client: FlaskClient, query: dict[str, str]
) -> None:
    answer = client.get("/connexion/retour", query_string=query)
    assert answer.status_code == 400
    assert LOST in answer.text


def test_a_look_at_the_way_back_uses_nothing_up(client: FlaskClient) -> None:
    back = visit(set_out(client))
    assert client.head(back).status_code == 405
    client.get(back)
    assert is_in(client)


def test_what_the_browser_held_before_is_gone(
    app: Flask, client: FlaskClient, session: Session, cast: Cast
) -> None:
    marc = open_session(session, person_id=cast.person("Marc").id, browser=None, now=clock.now())
    session.commit()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = marc
        cookie["planted"] = "by somebody else"
    sign_in(client)
    with client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie["_user_id"] != marc
    old = app.test_client()
    with old.session_transaction() as cookie:
        cookie["_user_id"] = marc
    assert not is_in(old)


def test_signing_out_ends_the_session_with_proconnect_too(
    client: FlaskClient, provider: IdentityProvider, session: Session
) -> None:
    sign_in(client)
    kept = session.scalars(select(SignIn.sealed_id_token)).one()
    assert (kept is not None) == provider.proconnect
    session.rollback()
    answer = client.post("/deconnexion")
    assert not is_in(client)
    assert session.scalars(select(SignIn.sealed_id_token)).one() is None
    if not provider.proconnect:
        assert answer.location == "/connexion"
        return
    back = visit(address_of(answer))
    (ended,) = provider.ended
    assert ended.pop("id_token_hint").count(".") == 2
    assert len(ended.pop("state")) == 43
    assert ended == {"post_logout_redirect_uri": "http://localhost/connexion"}
    assert client.get(back).status_code == 200


def test_signing_out_works_while_the_provider_does_not(
    client: FlaskClient, provider: IdentityProvider, app: Flask
) -> None:
    sign_in(client)
    provider.answers["/.well-known/openid-configuration"] = 500
    app.extensions["maillage_provider"]._documents._configuration = None
    assert client.post("/deconnexion").location == "/connexion"
    assert not is_in(client)


def test_the_token_is_sealed_where_it_is_stored(
    client: FlaskClient, session: Session, provider: IdentityProvider
) -> None:
    sign_in(client)
    kept = session.scalars(select(SignIn.sealed_id_token)).one()
    assert kept is None or not kept.startswith("eyJ")


def test_the_name_of_the_provider_is_the_settings(
    client: FlaskClient, provider: IdentityProvider
) -> None:
    name = "ProConnect" if provider.proconnect else NAME
    assert name in client.get("/connexion").text
