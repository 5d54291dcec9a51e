"""Two taps on « Noter la piste » at the same instant keep one lead, on both engines."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.initiatives.models import Opportunity
from tests.cast import Cast

As = Callable[[str], FlaskClient]
TAPS = 4


@pytest.fixture(params=["sqlite", "postgresql"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def tapped(as_: As, cast: Cast, session: Session) -> Callable[[list[str]], list[Opportunity]]:
    """`tapped(titles)`: Anne posts each at the same instant, from as many pages; what stands."""

    def tap_all(titles: list[str]) -> list[Opportunity]:
        where = f"/territoires/{cast.territory().public_id}/pistes"
        at_once = threading.Barrier(len(titles))

        def tap(client: FlaskClient, title: str) -> int:
            at_once.wait()
            return client.post(where, data={"title": title}).status_code

        with ThreadPoolExecutor(len(titles)) as pool:
            answers = list(pool.map(tap, [as_("Anne") for _ in titles], titles))
        assert answers == [303] * len(titles)
        session.rollback()
        return list(session.scalars(select(Opportunity)))

    return tap_all


def test_taps_at_once_keep_one_lead(
    tapped: Callable[[list[str]], list[Opportunity]],
) -> None:
    [lead] = tapped(["Chaleur du four"] * TAPS)
    assert lead.title == "Chaleur du four"


def test_other_words_at_once_are_other_leads(
    tapped: Callable[[list[str]], list[Opportunity]],
) -> None:
    titles = [f"Chaleur du four {number}" for number in range(TAPS)]
    assert sorted(lead.title for lead in tapped(titles)) == titles
