"""One's data by a mailed link and from the account; erased by oneself, or by somebody for one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import MembershipRole, TerritoryRoleKind
from app.accounts.models import Grant, MailPreference, Person, SecondFactor, TerritoryRole
from app.accounts.services.organisations import ContactText, edit_contact
from app.accounts.services.people import give_place, new_person
from app.core import clock
from app.core.redaction import ERASED_NAME
from app.core.refusals import RefusedError
from app.outbox.models import Mail
from app.privacy.jobs import Work
from app.privacy.kinds import Cause
from app.privacy.models import Erasure
from app.privacy.services.register import FILE
from app.privacy.services.requests import ask_for
from tests.cast import BEGINNING, NOW, TODAY, Cast
from tests.conftest import QueryCount
from tests.privacy.conftest import Letters

As = Callable[[str], FlaskClient]


def link_of(client: FlaskClient, letters: Letters, email: str) -> str:
    """Asks for the link, delivers it, and answers its path."""
    answer = client.post("/mes-donnees", data={"email": email})
    assert answer.status_code == 200
    letters.deliver(clock.now())
    found = re.search(r"http://localhost(/mes-donnees/\S+)", letters.texts_to(email)[-1])
    assert found
    return found[1]


def mails(session: Session) -> list[Mail]:
    session.rollback()
    return list(session.scalars(select(Mail).order_by(Mail.id)))


def test_the_link_reaches_only_the_address_on_record_and_nobody_learns_who_is_known(
    client: FlaskClient, session: Session
) -> None:
    known = client.post("/mes-donnees", data={"email": "Lucie@example.org"})
    unknown = client.post("/mes-donnees", data={"email": "nobody@example.org"})
    assert known.text.replace("lucie@", "nobody@") == unknown.text
    assert [mail.to for mail in mails(session)] == ["lucie@example.org"]


def test_an_unknown_address_costs_as_many_statements(
    client: FlaskClient, queries: QueryCount
) -> None:
    counted = []
    for email in ("lucie@example.org", "nobody@example.org"):
        queries.reset()
        client.post("/mes-donnees", data={"email": email})
        writes = [one.split()[0] for one in queries.statements if not one.startswith("SELECT")]
        counted.append((len(queries), writes))
    assert counted[0] == counted[1]


def test_asking_too_often_sends_nothing_more(client: FlaskClient, session: Session) -> None:
    for _ in range(8):
        answer = client.post("/mes-donnees", data={"email": "lucie@example.org"})
        assert answer.status_code == 200
    assert len(mails(session)) == 5


def test_opening_the_link_changes_nothing(
    client: FlaskClient, session: Session, letters: Letters
) -> None:
    path = link_of(client, letters, "lucie@example.org")
    page = client.get(path)
    assert "Lucie Perrin" in page.text
    assert "Effacer mes données maintenant" in page.text
    assert client.post(path).status_code == 422
    session.rollback()
    assert session.scalars(select(Erasure)).all() == []


def test_the_button_erases_at_once_and_the_link_is_dead(
    client: FlaskClient, session: Session, letters: Letters, cast: Cast, tmp_path: Path
) -> None:
    lucie = cast.person("Lucie").id
    session.rollback()
    path = link_of(client, letters, "lucie@example.org")
    answer = client.post(path, data={"answer": "erase"})
    assert "vos données sont effacées" in answer.text
    session.rollback()
    assert session.get_one(Person, lucie, populate_existing=True).name == ERASED_NAME
    assert session.scalars(select(Erasure)).one().cause is Cause.OWN
    assert client.get(path).status_code == client.post(path).status_code == 410
    assert json.loads((tmp_path / FILE).read_text())["person"] == lucie
    assert letters.texts_to("lucie@example.org") == []


def test_the_link_lives_for_two_days(client: FlaskClient, letters: Letters) -> None:
    path = link_of(client, letters, "lucie@example.org")
    with time_machine.travel(clock.now() + timedelta(hours=47), tick=False):
        assert client.get(path).status_code == 200
    with time_machine.travel(clock.now() + timedelta(hours=49), tick=False):
        assert client.get(path).status_code == 410


def test_a_new_password_closes_the_link_to_one_s_data_as_well(
    as_: As, client: FlaskClient, letters: Letters
) -> None:
    path = link_of(client, letters, "lucie@example.org")
    told = as_("Lucie").post("/compte/mot-de-passe", data={"password": "Quatre pains, 2 brioches"})
    assert told.status_code == 303
    assert client.get(path).status_code == client.post(path).status_code == 410


def test_another_address_closes_the_link_that_waits_in_the_former_mailbox(
    client: FlaskClient,
    session: Session,
    letters: Letters,
    levain: Person,
    begin: Callable[[], None],
) -> None:
    path = link_of(client, letters, "leo@example.org")
    session.rollback()
    begin()
    (place,) = session.get_one(Person, levain.id).memberships
    text = ContactText(name="Léo Levain", email="levain@example.org")
    edit_contact(session, place, text=text, version=place.person.version, now=clock.now())
    session.commit()
    assert client.get(path).status_code == 410


@pytest.mark.usefixtures("begin")
def test_who_has_a_second_factor_shows_it_before_the_link_erases(
    as_: As, client: FlaskClient, session: Session, letters: Letters, cast: Cast
) -> None:
    lucie = cast.person("Lucie").id
    session.add(SecondFactor(person_id=lucie, sealed_secret="s", last_step=1, set_up_at=NOW))
    session.commit()
    path = link_of(client, letters, "lucie@example.org")
    page = client.get(path).text
    assert f'href="/connexion?next={path}"' in page
    assert "Effacer mes données maintenant" not in page
    for other in (client, as_("Marc")):
        refused = other.post(path, data={"answer": "erase"})
        assert refused.status_code == 403
        assert "Rien n’est effacé." in refused.text
    session.rollback()
    assert session.get_one(Person, lucie, populate_existing=True).anonymised_at is None
    session.rollback()
    own = as_("Lucie")
    assert "Effacer mes données maintenant" in own.get(path).text
    assert "vos données sont effacées" in own.post(path, data={"answer": "erase"}).text


def test_from_the_account_the_mailbox_answers_first(as_: As, session: Session, cast: Cast) -> None:
    client = as_("Lucie")
    assert 'hx-get="/compte/donnees"' in client.get("/compte").text
    assert "Effacer mes données" in client.get("/compte/donnees").text
    answer = client.post("/compte/effacement", follow_redirects=True)
    assert "Rien n’est effacé avant." in answer.text
    assert [mail.to for mail in mails(session)] == ["lucie@example.org"]
    assert cast.person("Lucie").anonymised_at is None


def test_who_is_erased_is_signed_out_everywhere(
    as_: As, client: FlaskClient, letters: Letters
) -> None:
    elsewhere = as_("Lucie")
    path = link_of(client, letters, "lucie@example.org")
    client.post(path, data={"answer": "erase"})
    assert elsewhere.get("/compte").status_code == 303


def test_the_last_pilot_reads_what_becomes_of_the_territory_and_the_operator_is_told(
    client: FlaskClient, letters: Letters
) -> None:
    path = link_of(client, letters, "anne@example.org")
    assert "Personne d’autre que vous n’anime\u00a0: Val d’Aubrive" in client.get(path).text
    client.post(path, data={"answer": "erase"})
    letters.deliver(clock.now() + timedelta(minutes=1))
    (told,) = letters.texts_to("odile@example.org")
    assert "Plus personne n’anime le territoire Val d’Aubrive" in told
    assert "Anne" not in told


@pytest.fixture
def levain(session: Session, cast: Cast, begin: Callable[[], None]) -> Person:
    """A contact of the bakery without an account."""
    contact = new_person(session, name="Léo Levain", email="leo@example.org", now=BEGINNING)
    give_place(
        session,
        person_id=contact.id,
        organisation_id=cast.organisation("Le Fournil").id,
        role=MembershipRole.MEMBER,
        function="mitron",
        today=TODAY,
    )
    session.commit()
    return contact


def pages(cast: Cast, levain: Person) -> tuple[str, str]:
    """(erase the contact, the territory's page)"""
    fournil, val = cast.organisation("Le Fournil").public_id, cast.territory().public_id
    erase = f"/organisations/{fournil}/contacts/{levain.public_id}/effacer"
    cast.session.rollback()
    return erase, f"/territoires/{val}/donnees-personnelles"


def test_a_pilot_erases_a_contact_in_a_day_and_can_take_it_back(
    as_: As, session: Session, cast: Cast, levain: Person, work: Callable[[datetime], Work]
) -> None:
    erase, page = pages(cast, levain)
    anne = as_("Anne")
    answer = anne.post(erase, follow_redirects=True)
    assert "seront effacées dans 24 heures" in answer.text
    assert anne.post(erase).status_code == 303
    session.rollback()
    asked = session.scalars(select(Erasure)).one()
    assert asked.cause is Cause.PILOT
    # nothing reaches them meanwhile
    held = session.get_one(MailPreference, levain.id).paused_until
    assert held is not None
    assert held > clock.now().date()
    assert "Léo Levain" in anne.get(page).text
    session.rollback()
    assert work(clock.now() + timedelta(hours=23)).hourly() == 0
    taken = anne.post(f"{page}/annuler", data={"request": asked.public_id}, follow_redirects=True)
    assert "Rien ne sera effacé." in taken.text
    assert work(clock.now() + timedelta(days=2)).hourly() == 0
    session.rollback()
    assert session.get_one(Person, levain.id, populate_existing=True).name == "Léo Levain"
    preference = session.get_one(MailPreference, levain.id, populate_existing=True)
    assert preference.paused_until is None


def test_after_a_day_it_is_done(
    as_: As, session: Session, cast: Cast, levain: Person, work: Callable[[datetime], Work]
) -> None:
    erase, page = pages(cast, levain)
    as_("Anne").post(erase)
    session.rollback()
    asked = session.scalars(select(Erasure.public_id)).one()
    session.rollback()
    assert work(clock.now() + timedelta(hours=25)).hourly() == 1
    session.rollback()
    assert session.get_one(Person, levain.id, populate_existing=True).name == ERASED_NAME
    late = as_("Anne").post(f"{page}/annuler", data={"request": asked})
    assert late.status_code == 404  # nobody of the territory any more


@pytest.mark.parametrize("own", ["account", "role"])
def test_a_contact_who_came_in_meanwhile_stays(
    as_: As,
    session: Session,
    cast: Cast,
    levain: Person,
    work: Callable[[datetime], Work],
    begin: Callable[[], None],
    own: str,
) -> None:
    erase, _page = pages(cast, levain)
    as_("Anne").post(erase)
    session.rollback()
    begin()
    if own == "account":
        session.get_one(Person, levain.id).password_hash = "$argon2id$"
    else:
        kind, val = TerritoryRoleKind.OBSERVER, cast.territory().id
        session.add(
            TerritoryRole(person_id=levain.id, territory_id=val, role=kind, started_on=TODAY)
        )
    session.commit()
    assert work(clock.now() + timedelta(hours=25)).hourly() == 0
    session.rollback()
    asked = session.scalars(select(Erasure)).one()
    assert (asked.done_at, asked.cancelled_at is None) == (None, False)
    assert session.get_one(Person, levain.id, populate_existing=True).name == "Léo Levain"
    assert session.get_one(MailPreference, levain.id).paused_until is None
    with pytest.raises(RefusedError, match="elle seule"):
        ask_for(session, levain, cause=Cause.PILOT, asked_by_id=1, now=clock.now())


def test_who_has_an_account_is_their_own_affair(
    as_: As, session: Session, cast: Cast, levain: Person
) -> None:
    erase, _page = pages(cast, levain)
    session.get_one(Person, levain.id).password_hash = "$argon2id$"
    session.commit()
    assert as_("Anne").get(erase).status_code == 403
    assert as_("Odile").get(erase).status_code == 200
    organisation = erase.partition("/contacts")[0]
    assert erase not in as_("Anne").get(organisation).text


def test_the_command_erases_at_once_also_who_has_no_address(
    app: Flask, session: Session, levain: Person, tmp_path: Path
) -> None:
    public_id = levain.public_id
    session.close()
    run = app.test_cli_runner().invoke
    result = run(args=["privacy", "erase", public_id, "--json"])
    assert json.loads(result.stdout) == {"person": public_id, "erased": True}
    assert (tmp_path / FILE).exists()
    again = run(args=["privacy", "erase", public_id])
    assert (again.exit_code, again.stdout) == (2, "")
    with Session(session.get_bind()) as fresh:
        assert fresh.scalars(select(Person.name).where(Person.public_id == public_id)).one() == (
            ERASED_NAME
        )
        assert fresh.scalars(select(Grant)).all() == []
