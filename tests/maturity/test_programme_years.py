"""A programme's second year: what follows by itself, what is offered, and the way back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.frameworks.models import Framework
from app.maturity.kinds import CriterionStatus
from app.maturity.models import Assessment, Criterion, Deadline
from app.maturity.programmes import ahead
from app.maturity.services.assessing import confirm_status
from app.maturity.services.evidence import link_evidence
from tests.cast import NOW, Cast
from tests.maturity.samples import CALL_KEY, follow_call

As = Callable[[str], FlaskClient]
JANUARY = datetime(2027, 1, 12, 8, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def page(clock: time_machine.Traveller, session: Session, cast: Cast) -> str:
    """In January 2027: of 2026 the diagnosis is done, one date is past, one is to come."""
    dates = {
        "aac.1.1": date(2026, 5, 4),
        "aac.2.1": date(2026, 9, 1),
        "aac.5.1": date(2027, 6, 30),
    }
    made = follow_call(session, cast, dates)
    confirm_status(
        session,
        made,
        ref="aac.1.1",
        status=CriterionStatus.DONE,
        person_id=None,
        now=NOW,
        seen_version=None,
    )
    link_evidence(
        session,
        territory_id=cast.territory().id,
        framework_key=CALL_KEY,
        ref="aac.1.1",
        subject=cast.project(),
        person_id=None,
        now=NOW,
    )
    session.commit()
    clock.move_to(JANUARY)
    programme = session.scalars(select(Framework)).one().public_id
    return f"/territoires/{cast.territory().public_id}/programmes/{programme}"


def dates(session: Session, year: int) -> dict[str, date]:
    session.rollback()
    rows = session.execute(
        select(Deadline.ref, Deadline.due_on)
        .join(Assessment, Assessment.id == Deadline.assessment_id)
        .where(Assessment.year == year)
    )
    return {row.ref: row.due_on for row in rows}


def years(session: Session) -> list[int]:
    session.rollback()
    return list(session.scalars(select(Assessment.year).order_by(Assessment.year)))


def undo(text: str) -> str:
    """The way back that the last message on a page offers."""
    *_earlier, found = re.findall(r'form="act" formaction="([^"]+annuler[^"]*)"', text)
    return str(found.replace("&amp;", "&"))


def test_opening_is_offered_to_who_animates_and_says_what_follows(as_: As, page: str) -> None:
    shown = as_("Anne").get(page).text
    assert "Ouvrir l’année 2027" in shown
    assert "pas les dates" in shown and "preuves encore valables" in shown
    for onlooker in ("Sylvie", "Henri"):
        assert "Ouvrir l’année" not in as_(onlooker).get(page).text


def test_the_new_year_keeps_what_is_done_and_its_proofs_and_no_date(
    as_: As, page: str, session: Session
) -> None:
    anne = as_("Anne")
    anne.post(f"{page}/annee")
    assert years(session) == [2026, 2027]
    assert dates(session, 2027) == {}
    shown = anne.get(page).text
    assert "<strong>Nouveau territoire.</strong>" in shown
    assert '<dd class="figure__value">1<small>' in shown.replace("\n", "")
    assert "Invendus du Fournil</a>" in shown
    assert "Reprendre des dates de 2026" in shown
    # what is done waits for no date any more
    assert "aac.1.1-take" not in shown and "aac.2.1-take" in shown
    assert 'value="2027-09-01"' in shown and 'value="2027-06-30"' in shown
    # a second tap, or a colleague's, opens nothing more
    anne.post(f"{page}/annee")
    assert years(session) == [2026, 2027]


def test_the_former_year_stays_to_be_read_by_all_who_follow(
    as_: As, page: str, session: Session
) -> None:
    as_("Anne").post(f"{page}/annee")
    for reader in ("Anne", "Sylvie"):
        shown = as_(reader).get(f"{page}?annee=2026").text
        assert "Pour le 1er\u00a0septembre 2026" in shown
        assert "telle qu’elle est restée" in shown
        # what a former year left undone is waited for no more
        assert "Prochaine date" not in shown and "Échéance passée" not in shown
        assert "/dates" not in shown and "/reponse" not in shown
    for nonsense in ("2031", "x"):
        assert as_("Anne").get(f"{page}?annee={nonsense}").status_code == 404


def test_ticked_dates_are_taken_over_and_taken_back(as_: As, page: str, session: Session) -> None:
    anne = as_("Anne")
    anne.post(f"{page}/annee")
    data = {
        "aac.2.1-take": "y",
        "aac.2.1-due_on": "2027-03-15",
        "aac.5.1-due_on": "2027-06-30",
    }
    answer = anne.post(f"{page}/dates", data=data, follow_redirects=True).text
    assert dates(session, 2027) == {"aac.2.1": date(2027, 3, 15)}
    assert dates(session, 2026)["aac.2.1"] == date(2026, 9, 1)
    assert "aac.2.1-take" not in answer and "aac.5.1-take" in answer
    assert anne.post(undo(answer)).status_code == 303
    assert dates(session, 2027) == {}


def test_a_date_that_was_moved_meanwhile_is_not_taken_back(
    as_: As, page: str, session: Session
) -> None:
    anne = as_("Anne")
    anne.post(f"{page}/annee")
    data = {"aac.2.1-take": "y", "aac.2.1-due_on": "2027-03-15"}
    answer = anne.post(f"{page}/dates", data=data, follow_redirects=True).text
    moved = {"due_on": "2027-04-01", "seen": "2027-03-15"}
    anne.post(f"{page}/dates/aac.2.1", data=moved)
    anne.post(undo(answer))
    assert dates(session, 2027) == {"aac.2.1": date(2027, 4, 1)}


@pytest.mark.parametrize("typed", ["", "0027-03-15", "demain"])
def test_a_ticked_line_without_a_sensible_date_is_refused_and_nothing_is_lost(
    as_: As, page: str, session: Session, typed: str
) -> None:
    anne = as_("Anne")
    anne.post(f"{page}/annee")
    data = {
        "aac.2.1-take": "y",
        "aac.2.1-due_on": typed,
        "aac.5.1-take": "y",
        "aac.5.1-due_on": "2027-07-14",
    }
    refused = anne.post(f"{page}/dates", data=data)
    assert refused.status_code == 422
    assert "field__error" in refused.text and 'value="2027-07-14"' in refused.text
    assert dates(session, 2027) == {}


def test_an_opening_is_taken_back_while_nobody_has_used_it(
    as_: As, page: str, session: Session
) -> None:
    anne = as_("Anne")
    opened = anne.post(f"{page}/annee", follow_redirects=True).text
    anne.post(undo(opened))
    assert years(session) == [2026]
    assert dates(session, 2026).keys() == {"aac.1.1", "aac.2.1", "aac.5.1"}
    assert session.scalars(select(Criterion.assessment_id).distinct()).all() == [1]
    assert "suit de nouveau 2026" in anne.get(page).text
    # again: what was followed first is never closed by it
    anne.post(undo(opened))
    assert years(session) == [2026]


@pytest.mark.parametrize("use", ["date", "word"])
def test_an_opening_that_served_is_not_taken_back(
    as_: As, page: str, session: Session, use: str
) -> None:
    anne = as_("Anne")
    opened = anne.post(f"{page}/annee", follow_redirects=True).text
    if use == "date":
        anne.post(f"{page}/dates/aac.2.1", data={"due_on": "2027-04-20"})
    else:
        data = {"status": "done", "comment": "Remis", "annee": "2027"}
        anne.post(page.replace("programmes", "maturite") + "/aac.1.2", data=data)
    refused = anne.post(undo(opened), follow_redirects=True).text
    assert "a déjà servi" in refused
    assert years(session) == [2026, 2027]


def test_only_who_animates_opens_and_takes_over(as_: As, page: str, session: Session) -> None:
    for verb in ("annee", "annee/annuler", "dates", "dates/annuler"):
        assert as_("Sylvie").post(f"{page}/{verb}").status_code == 403
        assert as_("Paul").post(f"{page}/{verb}").status_code == 404
    assert years(session) == [2026]


@given(
    st.dates(date(2000, 1, 1), date(2090, 12, 31)), st.dates(date(2000, 1, 1), date(2090, 12, 31))
)
def test_what_is_proposed_is_never_past_and_as_near_as_can_be(was: date, today: date) -> None:
    found = ahead(was, today)
    assert found >= today
    assert found == was if was >= today else (found - today).days <= 366
    assert found.month == was.month
