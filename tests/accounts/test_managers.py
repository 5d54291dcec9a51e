"""Who manages an organisation, and leaving one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import MembershipRole
from app.accounts.models import Membership, Organisation, Person
from app.accounts.services.people import give_place, new_person, set_place_role
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.web.database import db
from tests.accounts.teams import at_once
from tests.cast import NOW, TODAY, Cast

As = Callable[[str], FlaskClient]
MANAGER, MEMBER = MembershipRole.MANAGER, MembershipRole.MEMBER


@pytest.fixture(autouse=True)
def malik(session: Session, cast: Cast) -> None:
    """A plain member of the bakery, who signs in like Lucie, its manager."""
    acting(session, None, Via.COMMAND, NOW)
    person = new_person(session, name="Malik Sow", email="malik@example.org", now=NOW)
    give_place(
        session,
        person_id=person.id,
        organisation_id=cast.organisation("Le Fournil").id,
        role=MEMBER,
        function="Boulanger",
        today=TODAY,
    )
    for known in (person, cast.person("Lucie")):
        known.password_hash = "chosen"
    session.commit()


def place(session: Session, who: str, organisation: str = "Le Fournil") -> Membership:
    session.rollback()
    return session.scalars(
        select(Membership)
        .join(Membership.person)
        .join(Membership.organisation)
        .where(Person.name.startswith(who), Organisation.name == organisation)
    ).one()


def path(cast: Cast, who: str, verb: str) -> str:
    here = cast.organisation("Le Fournil").public_id
    person = cast.person(who).public_id
    cast.session.commit()
    return f"/organisations/{here}/contacts/{person}/{verb}"


def page(cast: Cast) -> str:
    found = f"/organisations/{cast.organisation('Le Fournil').public_id}"
    cast.session.commit()
    return found


def test_a_manager_names_another_one_and_steps_down(as_: As, session: Session, cast: Cast) -> None:
    lucie = as_("Lucie")
    for _tap in range(2):
        named = lucie.post(path(cast, "Malik", "gestion"), data={"role": "manager"})
        assert named.status_code == 303
    assert place(session, "Malik").role is MANAGER
    assert lucie.post(path(cast, "Lucie", "gestion"), data={"role": "member"}).status_code == 303
    assert place(session, "Lucie").role is MEMBER
    # and no longer does what managers do
    refused = lucie.post(path(cast, "Malik", "gestion"), data={"role": "member"})
    assert refused.status_code == 403


def test_the_last_manager_who_comes_in_does_not_step_down(
    as_: As, session: Session, cast: Cast
) -> None:
    answered = as_("Lucie").post(
        path(cast, "Lucie", "gestion"), data={"role": "member"}, follow_redirects=True
    )
    assert "nommez d’abord une autre personne" in answered.text
    assert place(session, "Lucie").role is MANAGER


def test_a_contact_without_account_is_invited_before_managing(
    as_: As, session: Session, cast: Cast
) -> None:
    cast.person("Malik").password_hash = None
    session.commit()
    answered = as_("Lucie").post(
        path(cast, "Malik", "gestion"), data={"role": "manager"}, follow_redirects=True
    )
    assert "pas de compte" in answered.text
    assert place(session, "Malik").role is MEMBER


def test_a_plain_member_sees_colleagues_and_changes_nobody(
    as_: As, session: Session, cast: Cast
) -> None:
    malik = as_("Malik")
    text = malik.get(page(cast)).text
    assert "lucie@example.org" in text
    assert "Gère l’organisation" in text
    for who in ("Malik", "Lucie"):
        for role in ("manager", "member"):
            refused = malik.post(path(cast, who, "gestion"), data={"role": role})
            assert refused.status_code == 403
    assert malik.post(path(cast, "Lucie", "depart")).status_code == 403
    assert place(session, "Malik").role is MEMBER


@pytest.mark.parametrize("role", ["", "boss"])
def test_an_unknown_role_is_not_understood(as_: As, cast: Cast, role: str) -> None:
    refused = as_("Lucie").post(path(cast, "Malik", "gestion"), data={"role": role})
    assert refused.status_code == 400


def test_a_member_leaves_at_once_and_comes_back_until_tomorrow(
    as_: As, session: Session, cast: Cast
) -> None:
    here = cast.organisation("Le Fournil").public_id
    with time_machine.travel(NOW, tick=False):
        malik = as_("Malik")
        assert malik.post(path(cast, "Malik", "depart")).location == "/compte#roles"
        assert place(session, "Malik").ended_on == TODAY
        assert malik.get(page(cast)).status_code == 404
        assert "Revenir" in malik.get("/compte").text
        for status in (303, 404):
            back = malik.post(f"/compte/organisations/{here}/revenir")
            assert back.status_code == status
        assert place(session, "Malik").ended_on is None
        malik.post(path(cast, "Malik", "depart"))
    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        assert malik.post(f"/compte/organisations/{here}/revenir").status_code == 404


def test_nobody_comes_back_whom_a_manager_let_go(as_: As, session: Session, cast: Cast) -> None:
    here = cast.organisation("Le Fournil").public_id
    as_("Lucie").post(path(cast, "Malik", "depart"))
    assert place(session, "Malik").ended_on is not None
    assert as_("Malik").post(f"/compte/organisations/{here}/revenir").status_code == 404


def test_two_managers_who_step_down_at_once_leave_one(
    app: Flask, session: Session, cast: Cast
) -> None:
    set_place_role(session, place(session, "Malik"), MANAGER)
    session.commit()

    def steps_down(who: str) -> Callable[[Session], object]:
        return lambda own: set_place_role(own, place(own, who), MEMBER)

    with app.app_context():
        engine = db.engine
    at_once(engine, steps_down("Lucie"), steps_down("Malik"))
    roles = [place(session, who).role for who in ("Lucie", "Malik")]
    assert sorted(roles) == [MANAGER, MEMBER]
