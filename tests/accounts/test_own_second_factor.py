"""One's own second factor: set up, renewed, changed, removed; demanded by a territory."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts.kinds import TerritoryRoleKind
from app.accounts.models import RecoveryCode, SecondFactor, TerritoryRole
from app.accounts.sessions import viewer_of
from app.journal.kinds import Via
from app.journal.models import Change
from app.journal.recorder import acting
from tests.accounts.entering import (
    PASSWORD,
    by_code,
    by_password,
    code_at,
    give_factor,
    hashed,
    hidden_secret,
    is_in,
    shown_codes,
    shown_secret,
    wrong_code_at,
)
from tests.accounts.test_second_factor import events
from tests.cast import NOW, Cast

As = Callable[[str], FlaskClient]
PAGE = "/compte/double-authentification"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(NOW, tick=False) as travelled:
        yield travelled


@pytest.fixture(autouse=True)
def somebody_acts(session: Session) -> None:
    acting(session, None, Via.COMMAND, NOW)


def set_up(client: FlaskClient, **typed: str) -> TestResponse:
    page = client.get(PAGE).text
    code = code_at(NOW, secret=shown_secret(page))
    return client.post(PAGE, data={"secret": hidden_secret(page), "code": code, **typed})


def factors(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count(SecondFactor.id))) or 0


def demanded(session: Session, cast: Cast, territory: str = "Val d’Aubrive") -> None:
    cast.territory(territory).second_factor_demanded = True
    session.commit()


def test_the_page_shows_a_picture_and_the_secret_and_keeps_nothing(
    as_: As, session: Session
) -> None:
    page = as_("Lucie").get(PAGE).text
    assert "<svg" in page and "style=" not in page
    assert len(shown_secret(page)) == 32
    assert shown_secret(page) in html.unescape(re.findall(r'href="(otpauth:[^"]+)"', page)[0])
    assert factors(session) == 0


def test_each_look_shows_another_secret(as_: As) -> None:
    client = as_("Lucie")
    assert shown_secret(client.get(PAGE).text) != shown_secret(client.get(PAGE).text)


def test_setting_up_answers_ten_codes_once_and_tells_by_mail(as_: As, session: Session) -> None:
    client = as_("Lucie")
    answer = set_up(client)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    codes = shown_codes(answer.text)
    assert len(set(codes)) == 10
    assert factors(session) == 1
    assert events(session) == ["factor_set_up"]
    again = client.get(PAGE).text
    assert "10 codes de secours restants" in again.replace("\u00a0", " ")
    assert not any(code in again for code in codes)


def test_setting_up_is_journalled_without_any_secret(as_: As, session: Session) -> None:
    set_up(as_("Lucie"))
    session.rollback()
    line = session.scalars(select(Change).where(Change.entity == "SecondFactor")).one()
    assert set(line.fields) == {"set_up_at"}


def test_the_code_that_set_it_up_does_not_sign_in_as_well(
    app: Flask, as_: As, session: Session, cast: Cast
) -> None:
    cast.person("Lucie").password_hash = hashed()
    session.commit()
    client = as_("Lucie")
    page = client.get(PAGE).text
    code = code_at(NOW, secret=shown_secret(page))
    client.post(PAGE, data={"secret": hidden_secret(page), "code": code})
    visitor = app.test_client()
    by_password(visitor)
    assert by_code(visitor, code).status_code == 422


def test_a_wrong_code_sets_nothing_up_and_keeps_the_picture(as_: As, session: Session) -> None:
    client = as_("Lucie")
    page = client.get(PAGE).text
    answer = client.post(PAGE, data={"secret": hidden_secret(page), "code": "12"})
    assert answer.status_code == 422
    assert "Ce n’est pas le code" in answer.text
    assert shown_secret(answer.text) == shown_secret(page)
    assert factors(session) == 0


def test_the_secret_of_another_persons_page_is_of_no_use(as_: As, session: Session) -> None:
    page = as_("Marc").get(PAGE).text
    code = code_at(NOW, secret=shown_secret(page))
    answer = as_("Lucie").post(PAGE, data={"secret": hidden_secret(page), "code": code})
    assert answer.location == PAGE
    assert factors(session) == 0


@pytest.mark.parametrize("secret", ["", "x", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"])
def test_a_secret_of_ones_own_choice_is_not_taken(as_: As, session: Session, secret: str) -> None:
    data = {"secret": secret, "code": code_at(NOW)}
    assert as_("Lucie").post(PAGE, data=data).location == PAGE
    assert factors(session) == 0


def test_a_page_left_open_for_half_an_hour_begins_anew(
    as_: As, session: Session, clock: time_machine.Coordinates
) -> None:
    client = as_("Lucie")
    page = client.get(PAGE).text
    clock.shift(timedelta(minutes=31))
    code = code_at(NOW + timedelta(minutes=31), secret=shown_secret(page))
    answer = client.post(PAGE, data={"secret": hidden_secret(page), "code": code})
    assert answer.location == PAGE
    assert factors(session) == 0


def test_other_sessions_are_closed_as_it_is_set_up(as_: As) -> None:
    elsewhere, here = as_("Lucie"), as_("Lucie")
    set_up(here)
    assert is_in(here)
    assert not is_in(elsewhere)


def test_a_second_tap_finds_it_in_place(as_: As, session: Session) -> None:
    client = as_("Lucie")
    page = client.get(PAGE).text
    data = {"secret": hidden_secret(page), "code": code_at(NOW, secret=shown_secret(page))}
    assert client.post(PAGE, data=data).status_code == 200
    assert client.post(PAGE, data=data).location == PAGE
    assert factors(session) == 1


def test_a_session_of_long_ago_is_asked_for_the_password(
    as_: As, session: Session, cast: Cast, clock: time_machine.Coordinates
) -> None:
    cast.person("Lucie").password_hash = hashed()
    session.commit()
    client = as_("Lucie")
    clock.shift(timedelta(minutes=30))
    page = client.get(PAGE).text
    assert "Mot de passe actuel" in page
    later = code_at(NOW + timedelta(minutes=30), secret=shown_secret(page))
    data = {"secret": hidden_secret(page), "code": later}
    refused = client.post(PAGE, data={**data, "current": "x"})
    assert refused.status_code == 422
    assert "Ce n’est pas votre mot de passe actuel" in refused.text
    assert factors(session) == 0
    assert client.post(PAGE, data={**data, "current": PASSWORD}).status_code == 200


def test_new_recovery_codes_take_the_place_of_the_former(
    as_: As, app: Flask, session: Session, cast: Cast
) -> None:
    former = give_factor(session, cast, "Lucie", NOW)
    client = as_("Lucie")
    assert client.post(f"{PAGE}/codes", data={"code": wrong_code_at(NOW)}).status_code == 422
    fresh = shown_codes(client.post(f"{PAGE}/codes", data={"code": code_at(NOW)}).text)
    assert len(fresh) == 10
    assert events(session) == ["recovery_renewed"]
    visitor = app.test_client()
    by_password(visitor)
    assert by_code(visitor, recovery=former[0]).status_code == 422
    assert by_code(visitor, recovery=fresh[0]).status_code == 303


def test_a_new_app_takes_the_place_of_the_former_once_its_code_came(
    as_: As, session: Session, cast: Cast, clock: time_machine.Coordinates
) -> None:
    codes = give_factor(session, cast, "Lucie", NOW)
    client = as_("Lucie")
    page = client.post(f"{PAGE}/changer", data={"recovery": codes[0]}).text
    before = session.scalars(select(SecondFactor.sealed_secret)).one()
    session.rollback()
    data = {"secret": hidden_secret(page), "code": code_at(NOW, secret=shown_secret(page))}
    answer = client.post(PAGE, data=data)
    assert len(shown_codes(answer.text)) == 10
    assert factors(session) == 1
    assert session.scalars(select(SecondFactor.sealed_secret)).one() != before
    assert session.scalar(select(func.count(RecoveryCode.id))) == 10


def test_it_is_not_changed_without_a_code(as_: As, session: Session, cast: Cast) -> None:
    give_factor(session, cast, "Lucie", NOW)
    client = as_("Lucie")
    assert client.post(f"{PAGE}/changer", data={}).status_code == 422
    # nor by the page that was open before it was set up
    page = as_("Lucie")
    assert page.get(PAGE).status_code == 200
    assert "Changer d’application" in page.get(PAGE).text


@pytest.mark.parametrize("by_paper", [False, True])
def test_it_is_removed_by_a_code(
    as_: As, app: Flask, session: Session, cast: Cast, by_paper: bool
) -> None:
    codes = give_factor(session, cast, "Lucie", NOW)
    client = as_("Lucie")
    shown = {"recovery": codes[0]} if by_paper else {"code": code_at(NOW)}
    assert client.post(f"{PAGE}/retirer", data={"code": wrong_code_at(NOW)}).status_code == 422
    assert client.post(f"{PAGE}/retirer", data=shown).location == "/compte#double-authentification"
    assert factors(session) == 0
    assert session.scalar(select(func.count(RecoveryCode.id))) == 0
    assert "factor_removed" in events(session)
    visitor = app.test_client()
    assert by_password(visitor).location == "/"


def test_who_is_asked_for_it_gets_its_page_and_no_other(
    app: Flask, as_: As, session: Session, cast: Cast
) -> None:
    demanded(session, cast)
    client = as_("Anne")
    opened = set()
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if rule.endpoint == "static" or getattr(view, "is_public", False):
            continue
        path = rule.build(dict.fromkeys(rule.arguments, "x"), append_unknown=False)
        assert path is not None
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            answer = client.open(path[1], method=method)
            if not (answer.location or "").startswith(PAGE):
                opened.add((method, rule.endpoint))
    assert opened == {("GET", "accounts.own_second_factor")}
    page = client.get(PAGE).text
    assert "Votre territoire la demande" in page
    assert "Plus tard : me déconnecter" in page.replace("\u00a0", " ")


def test_htmx_is_led_to_its_page_as_a_whole(as_: As, session: Session, cast: Cast) -> None:
    demanded(session, cast)
    answer = as_("Anne").get(
        "/compte", headers={"HX-Request": "true", "HX-Request-Type": "partial"}
    )
    assert answer.headers["HX-Redirect"] == f"{PAGE}?next=/compte"


def test_once_it_is_set_up_everything_opens_and_it_stays(
    as_: As, session: Session, cast: Cast, clock: time_machine.Coordinates
) -> None:
    demanded(session, cast)
    client = as_("Anne")
    page = client.get(client.get("/compte").location).text
    answer = client.post(
        f"{PAGE}?next=/compte",
        data={"secret": hidden_secret(page), "code": code_at(NOW, secret=shown_secret(page))},
    )
    assert 'href="/compte"' in answer.text
    assert is_in(client)
    clock.shift(timedelta(minutes=1))
    code = code_at(NOW + timedelta(minutes=1), secret=shown_secret(page))
    refused = client.post(f"{PAGE}/retirer", data={"code": code})
    assert refused.status_code == 422
    assert "elle reste en place" in refused.text
    assert "Retirer la double" not in client.get(PAGE).text
    assert factors(session) == 1


@pytest.mark.parametrize(
    ("who", "owes"),
    [("Anne", True), ("Odile", True), ("Karim", False), ("Lucie", False), ("Sylvie", False)],
)
def test_it_is_demanded_of_who_animates_and_of_the_operator(
    session: Session, cast: Cast, who: str, owes: bool
) -> None:
    person = cast.person(who).id
    before = viewer_of(session, person)
    assert before is not None and not before.owes_second_factor
    demanded(session, cast)
    after = viewer_of(session, person)
    assert after is not None and after.owes_second_factor == owes


def test_a_facilitator_is_asked_and_a_pilot_of_elsewhere_is_not(
    session: Session, cast: Cast
) -> None:
    karim, paul = cast.person("Karim").id, cast.person("Paul").id
    session.add(
        TerritoryRole(
            person_id=karim,
            territory_id=cast.territory().id,
            role=TerritoryRoleKind.FACILITATOR,
            started_on=NOW.date(),
        )
    )
    demanded(session, cast)
    asked, other = viewer_of(session, karim), viewer_of(session, paul)
    assert asked is not None and asked.owes_second_factor
    assert other is not None and not other.owes_second_factor


def test_that_a_territory_demands_it_is_journalled(session: Session, cast: Cast) -> None:
    demanded(session, cast)
    line = session.scalars(select(Change).order_by(Change.id.desc()).limit(1)).one()
    assert (line.entity, line.fields) == ("Territory", {"second_factor_demanded": [False, True]})
