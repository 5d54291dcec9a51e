"""Signing in with a second factor: nothing is open before it, and no code opens twice."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.links import Links
from app.accounts.models import HalfSignIn, RecoveryCode, SecondFactor, SignIn
from app.accounts.sealing import Seal
from app.accounts.services.account import change_password
from app.accounts.services.mailed_links import issue_sign_in
from app.accounts.services.second_factor import Typed, WrongCodeError, check, reset
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.outbox.models import Mail
from app.web.database import db
from tests.accounts.entering import (
    PASSWORD,
    by_code,
    by_password,
    code_at,
    give_factor,
    is_in,
    wrong_code_at,
)
from tests.accounts.state import everything
from tests.cast import NOW, Cast
from tests.conftest import SECRET

LINKS = Links(SECRET, "http://localhost")
SEAL = Seal(SECRET, "second-factor")
WRONG = "Ce code ne convient pas"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(NOW, tick=False) as travelled:
        yield travelled


@pytest.fixture
def recovery(session: Session, cast: Cast) -> list[str]:
    """Lucie has a password, the app, and these recovery codes."""
    acting(session, None, Via.COMMAND, NOW)
    return give_factor(session, cast, "Lucie", NOW)


def events(session: Session) -> list[str]:
    session.rollback()
    told = session.scalars(select(Mail).where(Mail.kind == "security").order_by(Mail.id))
    return [mail.refs["event"] for mail in told]


def sign_ins(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count(SignIn.id))) or 0


def test_the_password_alone_opens_no_session(
    client: FlaskClient, recovery: list[str], session: Session
) -> None:
    answer = by_password(client)
    assert answer.location == "/connexion/code"
    assert sign_ins(session) == 0
    with client.session_transaction() as cookie:
        assert "_user_id" not in cookie


def test_half_way_no_page_opens(app: Flask, client: FlaskClient, recovery: list[str]) -> None:
    by_password(client)
    tried = 0
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if rule.endpoint == "static" or getattr(view, "is_public", False):
            continue
        path = rule.build(dict.fromkeys(rule.arguments, "x"), append_unknown=False)
        assert path is not None
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            answer = client.open(path[1], method=method)
            assert answer.location is not None and answer.location.startswith("/connexion"), path
            tried += 1
    assert tried > 60


def test_the_code_opens_the_session_and_leads_on(
    client: FlaskClient, recovery: list[str], session: Session
) -> None:
    way = by_password(client, next="/compte?x=1").location
    assert way == "/connexion/code?next=/compte?x%3D1"
    assert 'autocomplete="one-time-code"' in client.get(way).text
    assert by_code(client, code_at(NOW), next="/compte?x=1").location == "/compte?x=1"
    assert is_in(client)
    assert sign_ins(session) == 1
    assert session.scalars(select(HalfSignIn)).all() == []


@pytest.mark.parametrize("wanted", ["https://elsewhere.example/", "//elsewhere.example", "/\\x.y"])
def test_the_code_leads_to_own_pages_only(
    client: FlaskClient, recovery: list[str], wanted: str
) -> None:
    assert by_password(client, next=wanted).location == "/connexion/code"
    assert by_code(client, code_at(NOW), next=wanted).location == "/"


def test_a_wrong_code_is_refused_in_its_place(client: FlaskClient, recovery: list[str]) -> None:
    by_password(client)
    answer = by_code(client, wrong_code_at(NOW))
    assert answer.status_code == 422
    assert WRONG in answer.text
    assert not is_in(client)


@pytest.mark.parametrize("typed", ["", "abc", "12345", "9" * 61])
def test_what_is_no_code_is_refused(client: FlaskClient, recovery: list[str], typed: str) -> None:
    by_password(client)
    assert by_code(client, typed).status_code == 422
    assert not is_in(client)


def test_without_the_password_there_is_nothing_to_type_a_code_for(
    client: FlaskClient, recovery: list[str]
) -> None:
    assert client.get("/connexion/code").location == "/connexion"
    assert by_code(client, code_at(NOW)).location == "/connexion"
    assert not is_in(client)


def test_another_browser_has_no_part_in_it(
    app: Flask, client: FlaskClient, recovery: list[str]
) -> None:
    by_password(client)
    other = app.test_client()
    assert by_code(other, code_at(NOW)).location == "/connexion"
    assert not is_in(other)


def test_half_way_is_over_after_ten_minutes(
    client: FlaskClient, recovery: list[str], clock: time_machine.Coordinates
) -> None:
    by_password(client)
    clock.shift(timedelta(minutes=10))
    answer = by_code(client, code_at(NOW + timedelta(minutes=10)))
    assert answer.location == "/connexion"
    assert "recommencez" in client.get("/connexion").text
    assert not is_in(client)


def test_a_kept_cookie_of_half_way_opens_nothing_afterwards(
    app: Flask, client: FlaskClient, recovery: list[str], clock: time_machine.Coordinates
) -> None:
    by_password(client)
    kept = client.get_cookie("maillage")
    assert kept is not None
    by_code(client, code_at(NOW))
    clock.shift(timedelta(minutes=1))
    thief = app.test_client()
    thief.set_cookie("maillage", kept.value)
    assert by_code(thief, code_at(NOW + timedelta(minutes=1))).location == "/connexion"
    assert not is_in(thief)


def test_a_changed_password_ends_what_was_half_way(
    client: FlaskClient, recovery: list[str], session: Session, cast: Cast
) -> None:
    by_password(client)
    acting(session, None, Via.COMMAND, NOW)
    change_password(session, cast.person("Lucie"), f"{PASSWORD} et 3", sign_in_id=0, now=NOW)
    session.commit()
    assert by_code(client, code_at(NOW)).location == "/connexion"
    assert not is_in(client)


def test_what_is_half_way_is_not_completed_without_a_code_once_the_factor_is_reset(
    client: FlaskClient, recovery: list[str], session: Session, cast: Cast
) -> None:
    by_password(client)
    acting(session, None, Via.COMMAND, NOW)
    assert reset(session, cast.person("Lucie"), NOW)
    session.commit()
    assert by_code(client, code_at(NOW)).location == "/connexion"
    assert not is_in(client)


def test_no_code_opens_twice(app: Flask, client: FlaskClient, recovery: list[str]) -> None:
    by_password(client)
    assert by_code(client, code_at(NOW)).status_code == 303
    again = app.test_client()
    by_password(again)
    assert WRONG in by_code(again, code_at(NOW)).text
    # nor does the one before it
    assert WRONG in by_code(again, code_at(NOW, steps=-1)).text
    assert by_code(again, code_at(NOW, steps=1)).status_code == 303


def test_of_two_at_the_same_moment_one_code_lets_one_in(
    app: Flask, session: Session, recovery: list[str]
) -> None:
    """Both are past the throttle and have read the row before either writes."""
    results = _at_once(app, session, Typed(code_at(NOW)))
    assert sorted(results) == ["in", "refused"]


def test_of_two_at_the_same_moment_one_recovery_code_lets_one_in(
    app: Flask, session: Session, recovery: list[str]
) -> None:
    assert sorted(_at_once(app, session, Typed(None, recovery[0]))) == ["in", "refused"]
    session.rollback()
    assert session.scalar(select(func.count(RecoveryCode.id))) == 9


def _at_once(app: Flask, session: Session, typed: Typed) -> list[str]:
    lucie = Cast(session).person("Lucie").id
    session.rollback()
    results: list[str] = []
    start = threading.Barrier(2)

    def try_it() -> None:
        with app.app_context(), Session(db.engine) as own:
            acting(own, lucie, Via.PAGE, NOW)
            person = Cast(own).person("Lucie")
            own.rollback()
            start.wait()
            try:
                check(own, person, typed, address=None, seal=SEAL, now=NOW)
                own.commit()
                results.append("in")
            except WrongCodeError:
                results.append("refused")

    threads = [threading.Thread(target=try_it) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_five_wrong_codes_close_it_for_a_quarter_of_an_hour(
    client: FlaskClient, recovery: list[str], session: Session, clock: time_machine.Coordinates
) -> None:
    by_password(client)
    for _ in range(5):
        assert by_code(client, wrong_code_at(NOW)).status_code == 422
    refused = by_code(client, code_at(NOW))
    assert refused.status_code == 429
    assert "Trop d’essais" in refused.text
    # nor another browser, nor a recovery code
    other = client.application.test_client()
    by_password(other)
    assert by_code(other, recovery=recovery[0]).status_code == 429
    assert events(session) == ["codes_guessed"]
    clock.shift(timedelta(minutes=15))
    later = NOW + timedelta(minutes=15)
    by_password(other)
    assert by_code(other, code_at(later)).status_code == 303


def test_twenty_wrong_codes_close_it_for_the_day(
    client: FlaskClient, recovery: list[str], clock: time_machine.Coordinates
) -> None:
    now = NOW
    for _ in range(4):
        by_password(client)
        for _ in range(5):
            by_code(client, wrong_code_at(now))
        now += timedelta(minutes=16)
        clock.move_to(now)
    by_password(client)
    assert by_code(client, code_at(now)).status_code == 429
    now += timedelta(days=1)
    clock.move_to(now)
    by_password(client)
    assert by_code(client, code_at(now)).status_code == 303


def test_a_recovery_code_opens_once_and_the_person_is_told(
    app: Flask, client: FlaskClient, recovery: list[str], session: Session
) -> None:
    by_password(client)
    assert by_code(client, recovery=recovery[3].upper().replace("-", " ")).status_code == 303
    assert "il vous en reste 9" in client.get("/compte").text
    assert events(session) == ["recovery_used"]
    again = app.test_client()
    by_password(again)
    assert "a déjà servi" in by_code(again, recovery=recovery[3]).text
    assert by_code(again, recovery=recovery[4]).status_code == 303


def test_the_recovery_code_of_somebody_else_opens_nothing(
    client: FlaskClient, recovery: list[str], session: Session, cast: Cast
) -> None:
    acting(session, None, Via.COMMAND, NOW)
    others = give_factor(session, cast, "Marc", NOW)
    by_password(client)
    assert by_code(client, recovery=others[0]).status_code == 422


def test_recovery_codes_are_stored_as_hashes(session: Session, recovery: list[str]) -> None:
    stored = repr(everything(session))
    for code in recovery:
        assert code not in stored
        assert code.replace("-", "") not in stored


def test_with_another_secret_key_the_paper_opens_and_the_app_says_why_not(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    acting(session, None, Via.COMMAND, NOW)
    codes = give_factor(session, cast, "Lucie", NOW, secret_key="the key of before, long enough")
    by_password(client)
    refused = by_code(client, code_at(NOW))
    assert refused.status_code == 422
    assert "ne sait plus lire votre application" in refused.text
    assert by_code(client, recovery=codes[0]).status_code == 303
    assert "À installer de nouveau" in client.get("/compte/double-authentification").text


def test_a_mailed_link_does_not_go_round_the_second_factor(
    client: FlaskClient, recovery: list[str], session: Session, cast: Cast
) -> None:
    grant = issue_sign_in(session, cast.person("Lucie"), NOW)
    path = f"/lien/{LINKS.token(grant.public_id)}"
    session.commit()
    assert client.post(path, data={"then": "password"}).location == (
        "/connexion/code?next=/compte%23mot-de-passe"
    )
    assert not is_in(client)
    answer = by_code(client, code_at(NOW), next="/compte#mot-de-passe")
    assert answer.location == "/compte#mot-de-passe"
    page = client.get("/compte").text
    assert "l’ancien n’est pas demandé" in page


def test_an_anonymised_person_does_not_come_further_than_half_way(
    client: FlaskClient, recovery: list[str], session: Session, cast: Cast
) -> None:
    by_password(client)
    acting(session, None, Via.COMMAND, NOW)
    cast.person("Lucie").anonymised_at = NOW
    session.commit()
    assert by_code(client, code_at(NOW)).location == "/connexion"


def test_the_secret_is_sealed_where_it_is_stored(session: Session, recovery: list[str]) -> None:
    stored = session.scalars(select(SecondFactor.sealed_secret)).one()
    assert "JBSWY3DPEHPK3PXP" not in stored
    assert SEAL.open(stored, now=NOW) == "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def test_signing_in_again_half_way_ends_the_session_of_before(
    app: Flask, client: FlaskClient, recovery: list[str], session: Session
) -> None:
    """Fixation: what the browser held before is gone, the session on the server too."""
    by_password(client)
    by_code(client, code_at(NOW))
    before = client.get_cookie("maillage")
    assert before is not None
    by_password(client)
    assert not is_in(client)
    old = app.test_client()
    old.set_cookie("maillage", before.value)
    assert not is_in(old)


def test_forms_of_the_code_page_want_their_token(app: Flask, recovery: list[str]) -> None:
    client = app.test_client()
    by_password(client)
    app.config["WTF_CSRF_ENABLED"] = True
    assert by_code(client, code_at(NOW)).status_code == 400
    assert not is_in(client)
