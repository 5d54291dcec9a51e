"""A state is published: figures of a day that stay, names that stay only as long as agreed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import html5lib
import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core.refusals import RefusedError
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.plans.kinds import Stage, StepStatus
from app.reports.figures import Compared
from app.reports.freezing import Frozen, thaw
from app.reports.models import Snapshot
from app.reports.services.publishing import publish
from tests.cast import NOW, Cast
from tests.conftest import QueryCount
from tests.reports import making

As = Callable[[str], FlaskClient]


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def _meeting(cast: Cast) -> str:
    return f"/territoires/{cast.territory().public_id}/rencontre-annuelle"


def _publish(as_: As, cast: Cast, **form: str) -> str:
    """The address of the state that Anne publishes."""
    client = as_("Anne")
    answer = client.post(f"/territoires/{cast.territory().public_id}/etats", data=form)
    assert answer.status_code == 303
    return str(answer.location)


def _states(session: Session) -> list[Snapshot]:
    session.rollback()
    return list(session.scalars(select(Snapshot).order_by(Snapshot.id)))


def test_what_is_published_stays_as_it_stood(as_: As, session: Session, cast: Cast) -> None:
    fournil = cast.organisation("Le Fournil").id
    state = _publish(as_, cast)
    as_it_was = as_("Henri").get(state).text
    assert "3 étapes au plan" in as_it_was
    html5lib.HTMLParser(strict=True).parse(as_it_was)
    session.rollback()
    acting(session, cast.person("Anne").id, Via.PAGE, NOW)
    making.step(session, cast.project(), fournil, "Une de plus", date(2026, 4, 7))
    session.commit()
    assert "3 étapes au plan" in as_("Henri").get(state).text
    assert "4 étapes au plan" in as_("Henri").get(_meeting(cast)).text


def test_funder_and_elected_find_the_last_one_first(
    as_: As, session: Session, cast: Cast, clock: time_machine.Traveller
) -> None:
    first = _publish(as_, cast)
    clock.move_to(NOW + timedelta(days=30))
    last = _publish(as_, cast)
    for onlooker in ("Sylvie", "Henri"):
        page = as_(onlooker).get("/aujourdhui").text
        assert last in page
        assert first not in page
        assert "tel que publié par Anne" in page
    listed = as_("Henri").get(_meeting(cast)).text
    assert listed.index(last) < listed.index(first)


def test_before_the_first_one_they_are_told_so(as_: As, cast: Cast) -> None:
    page = as_("Henri").get("/aujourdhui").text
    assert "Aucun état n’est encore publié" in page
    assert _meeting(cast) in page


def test_a_second_tap_publishes_once_and_another_state_of_the_day_takes_its_place(
    as_: As, session: Session, cast: Cast
) -> None:
    first = _publish(as_, cast)
    assert _publish(as_, cast) == first
    session.rollback()
    step = cast.step()
    acting(session, cast.person("Anne").id, Via.PAGE, NOW)
    step.status, step.done_on = StepStatus.DONE, NOW.date()
    session.commit()
    second = _publish(as_, cast)
    assert second != first
    assert [row.withdrawn_at is None for row in _states(session)] == [False, True]
    assert as_("Henri").get(first).status_code == 404
    assert "a été retiré" in as_("Anne").get(first).text


def test_it_is_withdrawn_and_brought_back(as_: As, session: Session, cast: Cast) -> None:
    state = _publish(as_, cast)
    anne = as_("Anne")
    assert anne.post(f"{state}/retirer").location == _meeting(cast)
    assert f"{state}/remettre" in anne.get(_meeting(cast)).text
    assert as_("Henri").get(state).status_code == 404
    assert "Aucun état n’est encore publié" in as_("Henri").get("/aujourdhui").text
    anne.post(f"{state}/remettre")
    assert as_("Henri").get(state).status_code == 200


def test_one_is_not_brought_back_beside_another_of_its_day(
    as_: As, session: Session, cast: Cast
) -> None:
    state = _publish(as_, cast)
    anne = as_("Anne")
    anne.post(f"{state}/retirer")
    other = _publish(as_, cast)
    page = anne.post(f"{state}/remettre", follow_redirects=True).text
    assert "Un autre état du même jour a été publié depuis" in page
    assert as_("Henri").get(other).status_code == 200
    assert as_("Henri").get(state).status_code == 404


def test_a_firm_that_closes_its_name_is_no_longer_read_in_it(
    as_: As, session: Session, cast: Cast
) -> None:
    port = making.company(session, cast.territory(), "Fournil du Port", named=True)
    bois = making.company(session, cast.territory(), "Scierie Aubrac", named=True)
    day = date(2026, 2, 2)
    making.project(session, cast.plan(), "Sciure", day, [port, bois], stage=Stage.OPERATIONAL)
    session.commit()
    state = _publish(as_, cast)
    assert "Scierie Aubrac" in as_("Henri").get(state).text
    session.rollback()
    acting(session, cast.person("Anne").id, Via.PAGE, NOW)
    session.get_one(Organisation, bois).named_publicly = False
    session.commit()
    page = as_("Henri").get(state).text
    assert "Scierie Aubrac" not in page
    assert "Fournil du Port" in page


def test_where_nothing_was_launched_nothing_is_published(session: Session, cast: Cast) -> None:
    content = json.loads(Path(__file__).with_name("snapshot-1.json").read_text(encoding="utf-8"))
    sheet = replace(thaw(content).sheet, projects=Compared(0, 0), abandoned=())
    with pytest.raises(RefusedError, match="pas encore d’état à publier"):
        publish(session, cast.territory(), Frozen(sheet, ()), by_id=cast.person("Anne").id, now=NOW)


def test_projection_has_its_class_and_a_way_out(as_: As, cast: Cast) -> None:
    state = _publish(as_, cast)
    page = as_("Henri").get(f"{state}?projection=1").text
    assert '<html lang="fr" class="projection">' in page
    assert f'href="{state}"' in page


@pytest.mark.parametrize("rows", [1, 30])
def test_its_queries_do_not_grow(
    as_: As, session: Session, cast: Cast, queries: QueryCount, rows: int
) -> None:
    day = date(2026, 2, 2)
    for number in range(rows):
        firm = making.company(session, cast.territory(), f"Firme {number}", named=True)
        making.project(
            session, cast.plan(), f"Projet {number}", day, [firm], stage=Stage.OPERATIONAL
        )
    session.commit()
    state, client = _publish(as_, cast), as_("Henri")
    queries.reset()
    assert client.get(state).status_code == 200
    assert len(queries) == 5, queries.statements
