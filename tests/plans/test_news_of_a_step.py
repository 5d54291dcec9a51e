"""« En cours, nouvelles le… » said signed in, on the step's page and from its row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.plans.kinds import StepStatus
from tests.cast import NOW, TODAY, Cast

As = Callable[[str], FlaskClient]
NEXT_WEEK = TODAY + timedelta(days=7)


@pytest.fixture(autouse=True)
def the_day() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def standing(session: Session, cast: Cast) -> tuple[StepStatus, date | None]:
    session.rollback()
    step = cast.step()
    session.refresh(step)
    return step.status, step.news_on


def promise(client: FlaskClient, public_id: str, day: str) -> str:
    url = f"/etapes/{public_id}/statut?page=etape"
    sent = {"status": "in_progress", "nouvelles": day}
    return client.post(url, data=sent, follow_redirects=True).text


def test_a_day_for_the_next_news_is_said_on_the_steps_page_and_told_on_it(
    as_: As, cast: Cast, session: Session
) -> None:
    lucie, public_id = as_("Lucie"), cast.step().public_id
    page = lucie.get(f"/etapes/{public_id}").text
    assert 'id="nouvelles"' in page and "Prochaines nouvelles le" in page
    said = promise(lucie, public_id, NEXT_WEEK.isoformat())
    assert standing(session, cast) == (StepStatus.IN_PROGRESS, NEXT_WEEK)
    assert "des nouvelles le" in said and f'value="{NEXT_WEEK.isoformat()}"' in said


def test_the_row_leads_to_it_and_shows_the_day(as_: As, cast: Cast) -> None:
    lucie, step = as_("Lucie"), cast.step()
    here, public_id = f"/projets/{cast.project().public_id}", step.public_id
    assert f'href="/etapes/{public_id}#nouvelles"' in lucie.get(here).text
    promise(lucie, public_id, NEXT_WEEK.isoformat())
    assert "des nouvelles le" in lucie.get(here).text


@pytest.mark.parametrize("typed", ["", "demain", "2026-02-30", TODAY.isoformat()])
def test_a_day_that_is_none_or_not_to_come_is_said_kindly_and_changes_nothing(
    as_: As, cast: Cast, session: Session, typed: str
) -> None:
    before = standing(session, cast)
    page = promise(as_("Lucie"), cast.step().public_id, typed)
    assert "Choisissez le jour, à venir, où vous donnerez des nouvelles." in page
    assert standing(session, cast) == before


def test_one_tap_still_says_it_without_a_day(as_: As, cast: Cast, session: Session) -> None:
    url = f"/etapes/{cast.step().public_id}/statut?page=etape"
    as_("Lucie").post(url, data={"status": "in_progress"})
    assert standing(session, cast) == (StepStatus.IN_PROGRESS, None)


def test_who_only_looks_on_is_not_asked(as_: As, cast: Cast) -> None:
    assert 'id="nouvelles"' not in as_("Sylvie").get(f"/etapes/{cast.step().public_id}").text
