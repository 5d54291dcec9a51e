"""The team of a territory: changed, ended, undone, and never left without a pilot."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.kinds import TerritoryRoleKind
from app.accounts.models import Person, TerritoryRole
from app.accounts.services import team
from app.accounts.services.team import Nominee
from app.core.refusals import RefusedError
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.web.database import db
from tests.accounts.teams import (
    FACILITATOR,
    FRAGMENT,
    OBSERVER,
    PILOT,
    As,
    at_once,
    invite,
    name_role,
    page_of,
    role_path,
    roles,
)
from tests.cast import NOW, TODAY, Cast
from tests.conftest import QueryCount


@pytest.fixture(autouse=True)
def _who_acts(session: Session) -> None:
    acting(session, None, Via.COMMAND, NOW)


@pytest.fixture
def engine(app: Flask) -> Engine:
    with app.app_context():
        return db.engine


# Ending, changing, undoing


def test_the_last_pilot_stays(as_: As, session: Session, cast: Cast) -> None:
    anne = as_("Anne")
    part = anne.post(role_path(cast, "Anne", "fin"), headers=FRAGMENT)
    assert "Vous êtes la seule personne qui anime ce territoire" in part.text
    changed = anne.post(role_path(cast, "Anne", "role"), data={"role": "observer"})
    assert changed.status_code == 422
    assert "la seule personne" in changed.text
    assert roles(session, "Anne") == [(PILOT, True)]


def test_a_pilot_who_never_came_in_is_no_successor(as_: As, session: Session, cast: Cast) -> None:
    name_role(session, cast, "Marc", PILOT)
    cast.person("Marc").password_hash = None
    session.commit()
    as_("Anne").post(role_path(cast, "Anne", "fin"))
    assert roles(session, "Anne") == [(PILOT, True)]


def test_with_a_successor_a_pilot_leaves_at_once_and_comes_back_by_herself(
    as_: As, session: Session, cast: Cast
) -> None:
    name_role(session, cast, "Marc", PILOT)
    anne = as_("Anne")
    assert anne.post(role_path(cast, "Anne", "fin")).location == "/compte#roles"
    assert roles(session, "Anne") == [(PILOT, False)]
    assert "Reprendre" in anne.get("/compte").text
    assert as_("Marc").post(role_path(cast, "Anne", "remettre")).status_code == 403
    assert "Remettre" not in as_("Marc").get(page_of(cast)).text
    assert anne.post(role_path(cast, "Anne", "remettre")).status_code == 303
    assert roles(session, "Anne") == [(PILOT, True)]


def test_leaving_cannot_be_taken_back_for_ever(as_: As, session: Session, cast: Cast) -> None:
    path = role_path(cast, "Henri", "fin")
    with time_machine.travel(NOW, tick=False):
        henri = as_("Henri")
        assert henri.post(path).status_code == 303
    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        assert henri.post(role_path(cast, "Henri", "remettre")).status_code == 403
        assert "Reprendre" not in henri.get("/compte").text
    assert roles(session, "Henri") == [(OBSERVER, False)]


def test_an_observer_who_left_no_longer_sees_the_territory_but_the_way_back(
    as_: As, session: Session, cast: Cast
) -> None:
    henri = as_("Henri")
    henri.post(role_path(cast, "Henri", "fin"))
    assert henri.get(page_of(cast)).status_code == 404
    account = henri.get("/compte").text
    assert role_path(cast, "Henri", "remettre") in account
    henri.post(role_path(cast, "Henri", "remettre"))
    assert henri.get(page_of(cast)).status_code == 200


def test_a_pilot_ends_a_role_and_takes_that_back(as_: As, session: Session, cast: Cast) -> None:
    anne = as_("Anne")
    for _tap in range(2):
        part = anne.post(role_path(cast, "Sylvie", "fin"), headers=FRAGMENT)
        assert part.status_code == 200
        assert "<html" not in part.text
        assert "Remettre" in part.text
    assert roles(session, "Sylvie") == [(OBSERVER, False)]
    for _tap in range(2):
        part = anne.post(role_path(cast, "Sylvie", "remettre"), headers=FRAGMENT)
        assert "Remettre" not in part.text
    assert roles(session, "Sylvie") == [(OBSERVER, True)]


def test_nobody_takes_back_the_end_that_another_set(as_: As, session: Session, cast: Cast) -> None:
    as_("Anne").post(role_path(cast, "Sylvie", "fin"))
    sylvie = as_("Sylvie")
    assert sylvie.post(role_path(cast, "Sylvie", "remettre")).status_code == 403
    assert roles(session, "Sylvie") == [(OBSERVER, False)]


def test_changing_a_role_ends_the_former_one(as_: As, session: Session, cast: Cast) -> None:
    typed = {"role": "facilitator", "function": "Chargée de projet"}
    for _tap in range(2):
        assert as_("Anne").post(role_path(cast, "Sylvie", "role"), data=typed).status_code == 303
    assert roles(session, "Sylvie") == [(OBSERVER, False), (FACILITATOR, True)]
    page = as_("Anne").get(page_of(cast)).text
    assert "Chargée de projet" in page
    # the former role is no longer to be taken back: she has another one
    assert "Remettre" not in page


def test_another_word_on_the_same_role_is_no_new_role(
    as_: As, session: Session, cast: Cast
) -> None:
    typed = {"role": "observer", "function": "Élu référent"}
    as_("Anne").post(role_path(cast, "Henri", "role"), data=typed)
    assert roles(session, "Henri") == [(OBSERVER, True)]
    assert "Élu référent" in as_("Lucie").get(page_of(cast)).text


def test_a_facilitator_leaves_pilots_alone(as_: As, session: Session, cast: Cast) -> None:
    name_role(session, cast, "Marc", FACILITATOR)
    name_role(session, cast, "Karim", PILOT)
    marc = as_("Marc")
    assert marc.post(role_path(cast, "Karim", "fin")).status_code == 403
    assert marc.post(role_path(cast, "Karim", "role"), data={"role": "observer"}).status_code == 403
    raised = marc.post(role_path(cast, "Henri", "role"), data={"role": "pilot"})
    assert raised.status_code == 422
    assert marc.post(role_path(cast, "Henri", "fin")).status_code == 303
    assert roles(session, "Karim") == [(PILOT, True)]
    assert roles(session, "Henri") == [(OBSERVER, False)]


# The page


def test_everybody_of_the_territory_sees_who_animates_and_no_more(
    as_: As, session: Session, cast: Cast
) -> None:
    invite(session, cast)
    for who in ("Lucie", "Sylvie", "Karim"):
        page = as_(who).get(page_of(cast)).text
        assert "Anne Vasseur" in page
        assert "CC du Val d’Aubrive" in page
        for untold in ("anne@example.org", "claire@example.org", "/inviter", "Changer le rôle"):
            assert untold not in page
    assert as_("Paul").get(page_of(cast)).status_code == 404
    assert "anne@example.org" in as_("Anne").get(page_of(cast)).text


def test_an_erased_person_is_on_no_team(as_: As, session: Session, cast: Cast) -> None:
    cast.person("Sylvie").anonymised_at = NOW
    session.commit()
    assert "Sylvie" not in as_("Anne").get(page_of(cast)).text
    assert as_("Anne").post(role_path(cast, "Sylvie", "fin")).status_code == 404


def test_the_page_asks_as_often_for_one_as_for_many(
    as_: As, session: Session, cast: Cast, queries: QueryCount
) -> None:
    anne = as_("Anne")
    anne.get(page_of(cast))
    queries.reset()
    anne.get(page_of(cast))
    few = len(queries)
    for number in range(12):
        person = Person(name=f"Zoé {number}", search_key=f"zoe {number}", created_at=NOW)
        session.add(person)
        session.flush()
        team.give_role(
            session,
            person_id=person.id,
            territory_id=cast.territory().id,
            role=OBSERVER,
            function=None,
            today=TODAY,
        )
        invite(session, cast, Nominee("N", f"n{number}@example.org", OBSERVER))
    session.commit()
    queries.reset()
    assert "Zoé 11" in anne.get(page_of(cast)).text
    assert len(queries) == few


# Two at once


def test_two_pilots_who_end_each_other_at_once_leave_one(
    engine: Engine, session: Session, cast: Cast
) -> None:
    name_role(session, cast, "Marc", PILOT)
    cast.person("Anne").password_hash = "chosen"
    session.commit()

    def ends(who: str, by: str) -> Callable[[Session], object]:
        def verb(own: Session) -> object:
            found = Cast(own)
            role = own.scalars(
                select(TerritoryRole).where(
                    TerritoryRole.person_id == found.person(who).id,
                    TerritoryRole.territory_id == found.territory().id,
                )
            ).one()
            return team.end_role(own, role, by_id=found.person(by).id, today=TODAY)

        return verb

    answers = at_once(engine, ends("Anne", "Marc"), ends("Marc", "Anne"))
    assert sorted(map(str, answers)) == sorted(map(str, [True, RefusedError]))
    left = [name for name in ("Anne", "Marc") if (PILOT, True) in roles(session, name)]
    assert len(left) == 1


def test_two_who_change_the_same_role_at_once_leave_one_present_role(
    engine: Engine, session: Session, cast: Cast
) -> None:
    def to(role: TerritoryRoleKind) -> Callable[[Session], object]:
        def verb(own: Session) -> object:
            henri = Cast(own).person("Henri").id
            held = own.scalars(
                select(TerritoryRole).where(
                    TerritoryRole.person_id == henri, TerritoryRole.ended_on.is_(None)
                )
            ).one()
            team.change_role(own, held, to=role, function=None, by_id=1, today=TODAY)
            return role

        return verb

    session.commit()
    at_once(engine, to(PILOT), to(FACILITATOR))
    present = [role for role, is_present in roles(session, "Henri") if is_present]
    assert len(present) == 1


def test_the_database_refuses_a_second_present_role(session: Session, cast: Cast) -> None:
    with pytest.raises(IntegrityError):
        name_role(session, cast, "Henri", PILOT)
