"""Dates of programmes on « Aujourd’hui »: what comes within a month and what is past, no more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.maturity.kinds import CriterionStatus
from app.maturity.models import Assessment
from app.maturity.services.assessing import freeze, open_assessment
from app.maturity.services.deadlines import set_deadline
from tests.cast import NOW, Cast
from tests.conftest import QueryCount
from tests.maturity.samples import CALL_KEY, follow_call, say

As = Callable[[str], FlaskClient]
TODAY = NOW.date()
TITLE = "Dates des programmes"


@pytest.fixture(autouse=True)
def _on_a_tuesday() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def call(session: Session, cast: Cast) -> Assessment:
    """One date past, one on the thirtieth day, one a day later, one in a phase that is closed."""
    dates = {
        "aac.1.1": TODAY - timedelta(days=1),
        "aac.2.1": TODAY + timedelta(days=30),
        "aac.5.1": TODAY + timedelta(days=31),
        "aac.3.2": TODAY,
    }
    return follow_call(session, cast, dates)


def told(client: FlaskClient) -> str:
    """The part of the page, empty where there is none."""
    page = client.get("/aujourdhui").text
    return page.partition('aria-labelledby="dates"')[2].partition("</section>")[0]


def test_the_pilot_reads_what_is_past_and_what_comes_within_thirty_days(
    as_: As, call: Assessment, cast: Cast
) -> None:
    part = told(as_("Anne"))
    assert TITLE in part
    assert part.index("Diagnostic actions</a>") < part.index("L’appui administratif</a>")
    assert part.count("Échéance passée") == 1 and part.count("<li>") == 2
    assert f"/territoires/{cast.territory().public_id}/programmes/" in part
    assert "#point-aac.1.1" in part


def test_a_phase_that_is_not_open_to_the_territory_waits_for_nothing(
    as_: As, call: Assessment, session: Session, cast: Cast
) -> None:
    assert "investissements" not in told(as_("Anne"))
    say(
        session,
        cast,
        call,
        "aac.nouveau",
        status=CriterionStatus.UNSET,
        concerned=False,
        seen_version=1,
    )
    part = told(as_("Anne"))
    assert "investissements</a>" in part and "Diagnostic" not in part


def test_what_is_done_is_told_no_more_and_a_frozen_year_waits_for_nothing(
    as_: As, call: Assessment, session: Session, cast: Cast
) -> None:
    say(session, cast, call, "aac.1.1")
    part = told(as_("Anne"))
    assert "Diagnostic" not in part and "L’appui administratif</a>" in part
    session.rollback()
    freeze(session, call, now=NOW, person_id=cast.person("Anne").id)
    session.commit()
    assert told(as_("Anne")) == ""


def test_only_the_year_that_the_programme_shows_is_told(
    as_: As, call: Assessment, session: Session, cast: Cast
) -> None:
    place = cast.territory().id
    former = open_assessment(session, territory_id=place, framework_key=CALL_KEY, year=2025)
    set_deadline(session, former, ref="aac.1.2", due_on=date(2025, 5, 5), seen=None)
    session.commit()
    assert "Feuilles de route" not in told(as_("Anne"))


@pytest.mark.usefixtures("call")
def test_who_does_not_animate_is_told_nothing(as_: As) -> None:
    for other in ("Sylvie", "Henri", "Lucie", "Karim", "Paul"):
        assert TITLE not in as_(other).get("/aujourdhui").text


@pytest.mark.parametrize("dated", [1, 4])
def test_dates_cost_three_queries_however_many_there_are(
    as_: As, session: Session, cast: Cast, queries: QueryCount, dated: int
) -> None:
    anne = as_("Anne")
    queries.reset()
    anne.get("/aujourdhui")
    without = len(queries)
    session.rollback()
    refs = ("aac.1.1", "aac.1.2", "aac.2.1", "aac.2.2")[:dated]
    follow_call(session, cast, dict.fromkeys(refs, TODAY))
    queries.reset()
    anne.get("/aujourdhui")
    assert len(queries) == without + 2, queries.statements
