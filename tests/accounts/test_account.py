"""One's own account: name, address, password, courriels, sessions."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.hashing import hash_password, is_right
from app.accounts.kinds import GrantPurpose, MailRhythm, SignInWay
from app.accounts.links import Links
from app.accounts.mails import address_letter
from app.accounts.models import Grant, MailPreference, Person, SignIn
from app.accounts.services.account import needs_old_password
from app.accounts.sessions import open_session
from app.core import clock
from app.journal.kinds import Via
from app.journal.models import Change
from app.outbox.message import Letter
from app.outbox.models import Mail
from tests.accounts.state import everything
from tests.cast import NOW, Cast
from tests.conftest import SECRET

As = Callable[[str], FlaskClient]
FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}
LINKS = Links(SECRET, "http://localhost")
OLD = "Quatre pains, deux brioches 7"
NEW = "sept mots que personne ne devine ici vraiment"
ME = {
    "name": "Lucie Perrin-Roy",
    "email": "lucie@example.org",
    "phone": "06 11 22 33 44",
    "version": "1",
}


@functools.cache
def hashed() -> str:
    return hash_password(OLD)


def give_password(session: Session, cast: Cast) -> None:
    cast.person("Lucie").password_hash = hashed()
    session.commit()


def lucie(session: Session) -> Person:
    session.commit()
    return session.scalars(select(Person).where(Person.name.startswith("Lucie "))).one()


def test_the_page_shows_who_one_is_and_where(as_: As) -> None:
    page = as_("Karim").get("/compte").text
    for said in ("Karim Haddad", "karim@example.org", "CCI des Deux Rives", "Gère l’organisation"):
        assert said in page
    assert "cet appareil" in page
    assert "Animatrice ou animateur" in as_("Anne").get("/compte").text


def test_name_and_telephone_are_saved_and_journalled(as_: As, session: Session) -> None:
    assert as_("Lucie").post("/compte/identite", data=ME).location == "/compte#identite"
    person = lucie(session)
    assert (person.name, person.phone, person.version) == ("Lucie Perrin-Roy", "06 11 22 33 44", 2)
    assert person.search_key == "lucie perrin roy"
    change = session.scalars(select(Change).order_by(Change.id.desc()).limit(1)).one()
    assert (change.entity, change.actor_id, change.via) == ("Person", person.id, Via.PAGE)


def test_htmx_gets_the_part_alone_with_its_message(as_: As) -> None:
    answer = as_("Lucie").post("/compte/identite", data=ME, headers=FRAGMENT)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert 'id="identite"' in answer.text
    assert "Vos coordonnées sont enregistrées" in answer.text


def test_a_stale_form_shows_both_and_loses_nothing(as_: As, session: Session) -> None:
    client = as_("Lucie")
    client.post("/compte/identite", data=ME)
    stale = client.post("/compte/identite", data={**ME, "phone": "06 99 99 99 99"})
    assert stale.status_code == 409
    assert "06 11 22 33 44" in stale.text
    assert 'value="06 99 99 99 99"' in stale.text
    assert lucie(session).phone == "06 11 22 33 44"
    session.commit()
    again = client.post("/compte/identite", data={**ME, "phone": "06 99 99 99 99", "version": "2"})
    assert again.status_code == 303
    assert lucie(session).phone == "06 99 99 99 99"


def test_an_empty_name_is_refused_in_its_place(as_: As) -> None:
    answer = as_("Lucie").post(
        "/compte/identite", data={**ME, "name": " \u200b "}, headers=FRAGMENT
    )
    assert answer.status_code == 422
    assert "Indiquez un nom" in answer.text


def new_address(as_: As, session: Session, email: str = "lucie@fournil.example") -> None:
    assert as_("Lucie").post("/compte/identite", data={**ME, "email": email}).status_code == 303


def test_a_new_address_counts_once_it_is_confirmed(
    as_: As, session: Session, client: FlaskClient
) -> None:
    new_address(as_, session)
    assert lucie(session).email == "lucie@example.org"
    mail = session.scalars(select(Mail)).one()
    assert mail.to == "lucie@fournil.example"
    letter = address_letter(LINKS, session, mail, clock.now())
    assert isinstance(letter, Letter)
    path = f"/adresse/{LINKS.token(mail.refs['grant'])}"
    assert f"http://localhost{path}" in letter.text
    session.commit()
    assert "attend d’être confirmée" in as_("Lucie").get("/compte").text
    before = everything(session)
    for method in ("GET", "HEAD", "OPTIONS"):
        assert client.open(path, method=method).status_code == 200
    assert everything(session) == before
    assert "est maintenant votre adresse" in client.post(path).text
    assert lucie(session).email == "lucie@fournil.example"
    session.commit()
    before = everything(session)
    assert "est maintenant votre adresse" in client.post(path).text
    assert everything(session) == before


def test_an_address_that_is_somebodys_answers_alike_and_mails_nobody(
    as_: As, session: Session
) -> None:
    answer = as_("Lucie").post(
        "/compte/identite", data={**ME, "email": "marc@example.org"}, headers=FRAGMENT
    )
    assert "Ouvrez le message envoyé à marc@example.org" in answer.text
    assert session.scalars(select(Mail)).all() == []


def test_asking_for_another_address_ends_the_former_link(
    as_: As, session: Session, client: FlaskClient
) -> None:
    new_address(as_, session)
    as_("Lucie").post("/compte/identite", data={**ME, "version": "2", "email": "l@fournil.example"})
    first = session.scalars(
        select(Grant).where(Grant.purpose == GrantPurpose.ADDRESS).order_by(Grant.id)
    ).first()
    assert first is not None
    path = f"/adresse/{LINKS.token(first.public_id)}"
    session.commit()
    assert client.post(path).status_code == 410


def test_an_old_session_shows_the_password_before_it_asks_for_another_address(
    as_: As, session: Session, cast: Cast
) -> None:
    give_password(session, cast)
    wanted = {**ME, "email": "lucie@fournil.example"}
    client = as_("Lucie")
    session.execute(update(SignIn).values(opened_at=clock.now() - timedelta(hours=2)))
    session.commit()
    assert 'id="profile-current"' in client.get("/compte").text
    for typed in ({}, {"current": "un autre"}):
        refused = client.post("/compte/identite", data={**wanted, **typed}, headers=FRAGMENT)
        assert refused.status_code == 422
        assert "pas votre mot de passe actuel" in refused.text
    assert session.scalars(select(Mail)).all() == []
    session.commit()
    # the address as it is asks for nothing
    same = {**ME, "version": str(lucie(session).version)}
    session.commit()
    assert client.post("/compte/identite", data=same).status_code == 303
    right = {**wanted, "version": str(lucie(session).version), "current": OLD}
    session.commit()
    assert client.post("/compte/identite", data=right).status_code == 303
    assert session.scalars(select(Mail)).one().to == "lucie@fournil.example"


def test_a_first_password_needs_no_other(as_: As, session: Session) -> None:
    assert as_("Lucie").post("/compte/mot-de-passe", data={"password": NEW}).status_code == 303
    assert is_right(NEW, lucie(session).password_hash)


@pytest.mark.parametrize("current", ["", "Quatre pains, une brioche 7"])
def test_a_password_is_changed_by_who_knows_it(
    as_: As, session: Session, cast: Cast, current: str
) -> None:
    give_password(session, cast)
    refused = as_("Lucie").post("/compte/mot-de-passe", data={"current": current, "password": NEW})
    assert refused.status_code == 422
    assert "Ce n’est pas votre mot de passe actuel" in refused.text
    assert NEW not in refused.text
    assert is_right(OLD, lucie(session).password_hash)


def test_changing_the_password_closes_the_other_sessions(
    as_: As, session: Session, cast: Cast
) -> None:
    give_password(session, cast)
    elsewhere, here = as_("Lucie"), as_("Lucie")
    data = {"current": OLD, "password": NEW}
    assert here.post("/compte/mot-de-passe", data=data).location == "/compte#mot-de-passe"
    assert is_right(NEW, lucie(session).password_hash)
    session.commit()
    assert here.get("/compte").status_code == 200
    assert elsewhere.get("/compte").location == "/connexion?next=/compte"


def test_guessing_the_present_password_is_throttled(as_: As, session: Session, cast: Cast) -> None:
    give_password(session, cast)
    client = as_("Lucie")
    for _ in range(5):
        client.post("/compte/mot-de-passe", data={"current": "x", "password": NEW})
    answer = client.post("/compte/mot-de-passe", data={"current": OLD, "password": NEW})
    assert answer.status_code == 422
    assert "Trop d’essais" in answer.text


def test_a_mailed_link_stands_for_a_forgotten_password_for_half_an_hour(
    session: Session, cast: Cast
) -> None:
    person = cast.person("Lucie")
    person.password_hash = hashed()
    for way, needed_at in ((SignInWay.LINK, 30), (SignInWay.PASSWORD, 0)):
        open_session(session, person_id=person.id, browser=None, now=NOW, way=way)
        opened = session.scalars(select(SignIn).order_by(SignIn.id.desc()).limit(1)).one()
        for minutes in (0, 29, 30):
            later = NOW + timedelta(minutes=minutes)
            assert needs_old_password(person, opened, later) == (minutes >= needed_at)


@pytest.mark.parametrize(
    ("password", "advice"),
    [
        ("soleil", "trop court"),
        ("motdepassemotdepasse", "trop uniforme"),
        ("Lucie-Perrin-2026", "se devine trop vite"),
        ("", "Choisissez un mot de passe"),
    ],
)
def test_a_weak_password_is_refused_with_french_advice(
    as_: As, session: Session, password: str, advice: str
) -> None:
    answer = as_("Lucie").post("/compte/mot-de-passe", data={"password": password})
    assert answer.status_code == 422
    assert advice in answer.text
    assert lucie(session).password_hash is None


def test_preferences_are_kept_with_their_pause(as_: As, session: Session) -> None:
    client = as_("Lucie")
    with time_machine.travel(NOW, tick=False):
        client = as_("Lucie")
        data = {"rhythm": "weekly", "paused_until": "2026-05-03"}
        assert client.post("/compte/courriels", data=data).location == "/compte#courriels"
        kept = session.scalars(select(MailPreference)).one()
        assert (kept.rhythm, kept.paused_until) == (MailRhythm.WEEKLY, date(2026, 5, 3))
        session.commit()
        page = client.get("/compte").text
    assert 'value="2026-05-03"' in page
    for consequence in (
        "partent en quelques minutes, réunis",
        "voit qu’il faut vous appeler",
    ):
        assert consequence in page


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"rhythm": "hourly"}, "valide"),
        ({"rhythm": "daily", "paused_until": "2026-04-06"}, "Cette date est passée"),
        ({"rhythm": "daily", "paused_until": "2028-01-01"}, "Un an au plus"),
        ({"rhythm": "daily", "paused_until": "demain"}, "date"),
    ],
)
def test_a_preference_that_cannot_be_is_refused(
    as_: As, session: Session, data: dict[str, str], sentence: str
) -> None:
    with time_machine.travel(NOW, tick=False):
        answer = as_("Lucie").post("/compte/courriels", data=data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert session.scalars(select(MailPreference)).all() == []


def test_a_pause_is_lifted_by_emptying_it(as_: As, session: Session) -> None:
    with time_machine.travel(NOW, tick=False):
        client = as_("Lucie")
        client.post("/compte/courriels", data={"rhythm": "off", "paused_until": "2026-05-03"})
        client.post("/compte/courriels", data={"rhythm": "at_once", "paused_until": ""})
    kept = session.scalars(select(MailPreference)).one()
    assert (kept.rhythm, kept.paused_until) == (MailRhythm.AT_ONCE, None)


def test_a_session_is_closed_from_another_device(as_: As, session: Session) -> None:
    elsewhere, here = as_("Lucie"), as_("Lucie")
    first = session.scalars(select(SignIn.id).order_by(SignIn.id)).first()
    session.commit()
    assert here.post("/compte/sessions", data={"session": str(first)}).status_code == 303
    assert elsewhere.get("/compte").status_code == 303
    assert here.get("/compte").status_code == 200


def test_all_the_others_are_closed_at_once(as_: As) -> None:
    elsewhere, marc, here = as_("Lucie"), as_("Marc"), as_("Lucie")
    assert "Fermer toutes les autres" in here.get("/compte").text
    assert here.post("/compte/sessions/autres").location == "/compte#sessions"
    assert elsewhere.get("/compte").status_code == 303
    assert here.get("/compte").status_code == marc.get("/compte").status_code == 200
    assert "Fermer toutes les autres" not in here.get("/compte").text


@pytest.mark.parametrize(
    ("way", "word"),
    [
        (SignInWay.PASSWORD, "par mot de passe"),
        (SignInWay.LINK, "par un lien reçu"),
        (SignInWay.PROVIDER, "par un fournisseur d’identité"),
    ],
)
def test_the_list_says_how_and_where_one_came_in(
    as_: As, session: Session, cast: Cast, way: SignInWay, word: str
) -> None:
    agent = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
    lucie_id = cast.person("Lucie").id
    open_session(session, person_id=lucie_id, browser=agent, now=clock.now(), way=way)
    session.commit()
    page = as_("Lucie").get("/compte").text
    assert "Firefox, Windows" in page
    assert word in page


@pytest.mark.parametrize("wanted", ["", "x", "-1", "9" * 40])
def test_nobody_closes_a_session_that_is_not_theirs(as_: As, session: Session, wanted: str) -> None:
    marc, client = as_("Marc"), as_("Lucie")
    other = session.scalars(
        select(SignIn.id).join(Person).where(Person.name.startswith("Marc "))
    ).one()
    session.commit()
    for value in (str(other), wanted):
        assert client.post("/compte/sessions", data={"session": value}).status_code == 303
    assert marc.get("/compte").status_code == 200


@pytest.mark.parametrize("path", ["/compte", "/compte/identite", "/compte/sessions"])
def test_a_visitor_is_led_to_the_sign_in_page(client: FlaskClient, path: str) -> None:
    answer = client.get(path) if path == "/compte" else client.post(path)
    assert answer.location is not None
    assert answer.location.startswith("/connexion")
