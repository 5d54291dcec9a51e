"""The month: what is due, what ends and who meets, for each by the rights they have anyway."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.initiatives.kinds.meetings import MeetingKind
from app.initiatives.services.convening import convene, invite
from app.initiatives.services.meetings import Particulars, plan_meeting
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.plans.services.steps import add_step
from tests.cast import NOW, Cast
from tests.conftest import QueryCount
from tests.maturity.samples import follow_call
from tests.plans.bulk import add_steps_in_bulk

As = Callable[[str], FlaskClient]


@pytest.fixture(autouse=True)
def _on_that_day() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def copil(session: Session, cast: Cast) -> None:
    """On 16 April at two o'clock in Paris; Lucie's bakery is convened."""
    acting(session, cast.person("Anne").id, Via.PAGE, NOW)
    said = Particulars(
        kind=MeetingKind.STEERING,
        title="COPIL du printemps",
        starts_at=datetime(2026, 4, 16, 12, 0, tzinfo=UTC),
        ends_at=datetime(2026, 4, 16, 14, 0, tzinfo=UTC),
    )
    anne = cast.person("Anne").id
    meeting = plan_meeting(session, cast.territory(), said, organiser_id=anne, now=NOW)
    invite(session, meeting, [(cast.organisation("Le Fournil").id, None)])
    convene(session, meeting, asker_id=anne, now=NOW)
    project = cast.project()
    project.ends_on = date(2026, 4, 30)
    session.commit()


def month(cast: Cast, query: str = "") -> str:
    return f"/plans/{cast.plan().public_id}/calendrier?{query}"


def day(page: str, number: str) -> str:
    """What stands in the cell of a day."""
    return page.split(f'datetime="{number}"')[1].split("</td>", maxsplit=1)[0]


@pytest.mark.usefixtures("copil")
def test_steps_ends_meetings_and_holidays_stand_on_their_days(as_: As, cast: Cast) -> None:
    page = as_("Anne").get(month(cast, "mois=2026-04")).text
    assert "Avril 2026" in page
    assert "Peser les invendus" in day(page, "2026-04-17")
    assert "échéance passée" in day(page, "2026-04-01")
    assert "Lundi de Pâques" in day(page, "2026-04-06")
    assert "aujourd’hui" in day(page, "2026-04-07")
    assert "14\xa0h" in day(page, "2026-04-16")
    assert "COPIL du printemps" in day(page, "2026-04-16")
    assert "Fin du projet" in day(page, "2026-04-30")


@pytest.mark.usefixtures("copil")
@pytest.mark.parametrize(
    ("who", "found"),
    [
        ("Lucie", (True, True, True)),
        ("Marc", (True, False, True)),
        ("Sylvie", (False, False, True)),
    ],
)
def test_each_sees_what_they_may(
    as_: As, cast: Cast, who: str, found: tuple[bool, bool, bool]
) -> None:
    page = as_(who).get(month(cast, "mois=2026-04")).text
    said = ("Peser les invendus", "COPIL du printemps", "Fin du projet")
    assert tuple(word in page for word in said) == found


@pytest.mark.usefixtures("copil")
def test_the_filters_of_the_table_hold_here_too(as_: As, cast: Cast) -> None:
    fournil = cast.organisation("Le Fournil").public_id
    page = as_("Anne").get(month(cast, f"mois=2026-04&organisation={fournil}")).text
    assert "Peser les invendus" in page
    assert "Réunir les partenaires" not in page
    assert "COPIL du printemps" not in page
    assert "retirer ce filtre" in page


def test_a_full_day_shows_the_first_and_leads_to_the_others(
    as_: As, cast: Cast, session: Session
) -> None:
    acting(session, cast.person("Anne").id, Via.PAGE, NOW)
    for number in range(10):
        add_step(
            session,
            cast.project(),
            title=f"Étape {number}",
            lead_organisation_id=cast.organisation("Le Fournil").id,
            due_on=date(2026, 4, 23),
            is_milestone=number == 9,
            now=NOW,
        )
    session.commit()
    cell = day(as_("Anne").get(month(cast, "mois=2026-04&statut=todo")).text, "2026-04-23")
    assert cell.count("month__item ") == 4
    assert "Étape 9" in cell
    assert "et 6 autres" in cell
    assert "tableau?statut=todo&amp;du=2026-04-23&amp;au=2026-04-23" in cell


def test_an_empty_month_says_so(as_: As, cast: Cast) -> None:
    page = as_("Anne").get(month(cast, "mois=2031-01")).text
    assert "Rien ce mois-ci" in page
    assert "mois=2030-12" in page
    assert "mois=2031-02" in page


@pytest.mark.usefixtures("copil")
def test_few_or_many_run_the_same_number_of_queries(
    as_: As, cast: Cast, session: Session, queries: QueryCount
) -> None:
    anne = as_("Anne")
    session.rollback()

    def counted() -> int:
        queries.reset()
        anne.get(month(cast, "mois=2026-04"))
        return len(queries)

    few = counted()
    add_steps_in_bulk(session, cast, 300)
    session.rollback()
    assert counted() == few


def test_dates_of_programmes_stand_on_their_days_for_who_follows_the_territory(
    as_: As, cast: Cast, session: Session
) -> None:
    follow_call(session, cast, {"aac.1.1": date(2026, 4, 20), "aac.3.2": date(2026, 4, 21)})
    for follower in ("Anne", "Sylvie"):
        page = as_(follower).get(month(cast, "mois=2026-04")).text
        assert "Diagnostic actions" in day(page, "2026-04-20")
        # phase 3 is not open to a new territory
        assert "investissements" not in page
        assert "Diagnostic actions" not in as_(follower).get(month(cast, "mois=2026-05")).text
    assert "Diagnostic actions" not in as_("Lucie").get(month(cast, "mois=2026-04")).text
    firm = cast.organisation("Le Fournil").public_id
    narrowed = as_("Anne").get(month(cast, f"mois=2026-04&organisation={firm}")).text
    assert "Diagnostic actions" not in narrowed
