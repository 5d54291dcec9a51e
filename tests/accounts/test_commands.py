"""How an installation starts empty, and how an operator helps who is locked out."""

from __future__ import annotations

import json

import pytest
import time_machine
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.accounts import commands
from app.accounts.hashing import hash_password
from app.accounts.kinds import MembershipRole, OrganisationKind, TerritoryRoleKind
from app.accounts.links import Links
from app.accounts.mails import invitation_letter
from app.accounts.models import (
    Organisation,
    Person,
    RecoveryCode,
    Territory,
    TerritoryRole,
)
from app.accounts.services.mailed_links import SECOND_TAP
from app.accounts.sessions import viewer_of
from app.core import clock
from app.journal.kinds import Action, Via
from app.journal.models import Change
from app.journal.recorder import acting
from app.outbox.message import Letter
from app.outbox.models import Mail
from tests.accounts.entering import give_factor
from tests.accounts.state import everything
from tests.cast import NOW, Cast
from tests.conftest import SECRET

LINKS = Links(SECRET, "http://localhost")
WANTED = {
    "--name": "Pays de Brume",
    "--siren": "200 000 008",
    "--organisation": "CC du Pays de Brume",
    "--pilot-name": "Agathe Roux",
    "--pilot-email": "Agathe@brume.example",
}


def run(app: Flask, *arguments: str) -> Result:
    commands.register(app)
    return app.test_cli_runner().invoke(args=arguments)


def create(app: Flask, *more: str, **changes: str) -> Result:
    options = {
        **WANTED,
        **{f"--{name.replace('_', '-')}": value for name, value in changes.items()},
    }
    return run(
        app, "territory", "create", *(part for pair in options.items() for part in pair), *more
    )


def test_an_empty_installation_gets_its_territory_and_its_pilot(
    empty_app: Flask, empty_session: Session
) -> None:
    result = create(empty_app, "--json", time_zone="Indian/Reunion", holiday_zone="reunion")
    assert result.exit_code == 0, result.output
    told = json.loads(result.output)
    territory = empty_session.scalars(select(Territory)).one()
    assert told["territory"] == {"id": territory.public_id, "name": "Pays de Brume"}
    assert (territory.siren, territory.time_zone, territory.holiday_zone) == (
        "200000008",
        "Indian/Reunion",
        "reunion",
    )
    organisation = empty_session.scalars(select(Organisation)).one()
    assert (organisation.name, organisation.kind) == (
        "CC du Pays de Brume",
        OrganisationKind.COLLECTIVITE,
    )
    pilot = empty_session.scalars(select(Person)).one()
    assert (pilot.name, pilot.email) == ("Agathe Roux", "agathe@brume.example")
    viewer = viewer_of(empty_session, pilot.id)
    assert viewer is not None
    assert viewer.pilots == {territory.id}
    assert viewer.manages == {organisation.id}
    vias = set(empty_session.scalars(select(Change.via)))
    assert vias == {Via.COMMAND}


def test_the_pilot_comes_in_by_the_printed_link_or_the_mailed_one(
    empty_app: Flask, empty_session: Session
) -> None:
    told = json.loads(create(empty_app, "--json").output)
    mail = empty_session.scalars(select(Mail)).one()
    letter = invitation_letter(LINKS, empty_session, mail, clock.now())
    assert isinstance(letter, Letter)
    assert told["invitation"]["url"] in letter.text
    assert "Votre espace Maillage est prêt" in letter.subject
    assert "vous animez sa démarche" in letter.text
    empty_session.commit()
    path = told["invitation"]["url"].removeprefix("http://localhost")
    visitor: FlaskClient = empty_app.test_client()
    assert "vous animez sa démarche" in visitor.get(path).text
    assert visitor.post(path, data={"name": "Agathe Roux"}).status_code == 303
    assert "Agathe Roux" in visitor.get("/compte").text
    role = empty_session.scalars(select(TerritoryRole)).one()
    assert role.role is TerritoryRoleKind.PILOT
    assert role.person.memberships[0].role is MembershipRole.MANAGER


def test_without_json_a_person_reads_it(empty_app: Flask) -> None:
    result = create(empty_app)
    assert "Pays de Brume" in result.output
    assert "http://localhost/invitation/" in result.output


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"siren": "200000009"}, "'200000009' is no SIREN"),
        ({"siren": "999000011"}, "There is a territory 'Val d’Aubrive'"),
        ({"name": "VAL D’AUBRIVE"}, "There is a territory 'Val d’Aubrive'"),
        ({"pilot_email": "agathe"}, "'agathe' is no e-mail address"),
        ({"time_zone": "Europe/Lutece"}, "'Europe/Lutece' is no time zone"),
        ({"holiday_zone": "corse"}, "'corse' is no holiday zone"),
        ({"pilot_name": " \x00 "}, "need a name"),
        ({"name": "x" * 201}, "longer than 200"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_changes_nothing(
    app: Flask, session: Session, changes: dict[str, str], sentence: str
) -> None:
    before = everything(session)
    result = create(app, **changes)
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""
    assert everything(session) == before


def test_a_pilot_of_two_territories_keeps_her_account(
    app: Flask, session: Session, cast: Cast
) -> None:
    cast.person("Anne").password_hash = hash_password("x")
    session.commit()
    result = create(app, "--json", pilot_email="anne@example.org", pilot_name="A. Vasseur")
    assert json.loads(result.output)["invitation"] is None
    anne = cast.person("Anne")
    assert anne.name == "Anne Vasseur"
    viewer = viewer_of(session, anne.id)
    assert viewer is not None
    assert len(viewer.pilots) == 2
    session.commit()
    assert (
        "not needed"
        in create(app, siren="200000016", name="Autre", pilot_email="anne@example.org").output
    )


def test_a_link_for_who_is_locked_out_signs_in_once(app: Flask) -> None:
    with time_machine.travel(NOW, tick=False):
        result = run(app, "person", "link", "Lucie@example.org")
        path = result.output.strip().removeprefix("http://localhost")
        visitor = app.test_client()
        assert visitor.post(path).status_code == 303
        assert "Lucie Perrin" in visitor.get("/compte").text
    with time_machine.travel(NOW + SECOND_TAP, tick=False):
        assert app.test_client().post(path).status_code == 410


@pytest.mark.parametrize("email", ["nobody@example.org", "nonsense", ""])
def test_a_link_for_nobody_is_one_sentence(app: Flask, email: str) -> None:
    result = run(app, "person", "link", email)
    assert result.exit_code == 2
    assert result.stderr == f"Nobody here has the address {email!r}.\n"


def test_without_tables_the_sentence_says_what_to_run(app: Flask, session: Session) -> None:
    session.execute(text("ALTER TABLE territory RENAME TO elsewhere"))
    session.commit()
    result = create(app)
    assert result.exit_code == 2
    assert "db upgrade" in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_lost_second_factor_is_taken_away_journalled_and_told(
    app: Flask, session: Session, cast: Cast
) -> None:
    acting(session, None, Via.COMMAND, NOW)
    give_factor(session, cast, "Lucie", NOW)
    shown = run(app, "person", "second-factor", "lucie@example.org", "--json")
    assert json.loads(shown.output) == {
        "email": "lucie@example.org",
        "second_factor": True,
        "recovery_codes": 10,
    }
    done = run(app, "person", "second-factor", " Lucie@example.org", "--reset")
    assert done.exit_code == 0
    assert "without a second factor again" in done.output
    session.rollback()
    assert session.scalars(select(RecoveryCode)).all() == []
    line = session.scalars(select(Change).order_by(Change.id.desc()).limit(1)).one()
    assert (line.entity, line.action, line.via) == ("SecondFactor", Action.REMOVED, Via.COMMAND)
    mail = session.scalars(select(Mail)).one()
    assert (mail.to, mail.refs["event"]) == ("lucie@example.org", "factor_reset")


@pytest.mark.parametrize(
    ("email", "says"),
    [
        ("nobody@example.org", "Nobody here has the address"),
        ("x", "Nobody here has the address"),
        ("marc@example.org", "has no second factor"),
    ],
)
def test_there_must_be_one_to_take_away(
    app: Flask, session: Session, email: str, says: str
) -> None:
    before = everything(session)
    result = run(app, "person", "second-factor", email, "--reset")
    assert result.exit_code == 2
    assert says in result.stderr
    assert result.stderr.count("\n") == 1
    assert everything(session) == before


def test_who_has_none_is_told_to_have_none(app: Flask, cast: Cast) -> None:
    result = run(app, "person", "second-factor", "marc@example.org")
    assert result.output == "marc@example.org has no second factor.\n"
