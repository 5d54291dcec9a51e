"""« Aujourd’hui »: each finds what they come for, and nobody finds another territory’s matter."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.core.calendar import is_working_day
from app.initiatives.kinds.notes import NoteKind, NoteVisibility
from app.initiatives.services.notes import Said, take_note
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.plans.kinds import BarrierKind, PartnerState, StepStatus
from app.plans.services.steps import block_step, complete_step, reschedule_step
from app.reminders.services.starting import start
from app.reports.queries.today import next_own_day
from tests.cast import NOW, Cast
from tests.conftest import QueryCount
from tests.reports import making

As = Callable[[str], FlaskClient]
YESTERDAY = NOW - timedelta(days=1)


@pytest.fixture(autouse=True)
def _on_a_tuesday() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


def _from_a_mail(session: Session, cast: Cast, who: str, at: datetime = YESTERDAY) -> None:
    acting(session, cast.person(who).id, Via.MAIL_LINK, at)


def test_the_pilot_reads_who_answered_what_on_which_step(
    as_: As, session: Session, cast: Cast
) -> None:
    _from_a_mail(session, cast, "Lucie")
    complete_step(session, cast.step(), today=YESTERDAY.date())
    session.commit()
    page = as_("Anne").get("/aujourdhui").text
    answer = page[page.index("Réponses reçues") : page.index("À appeler")]
    assert "Peser les invendus" in answer
    assert "Lucie Perrin, Le Fournil" in answer
    assert "C’est fait" in answer
    assert f"/projets/{cast.project().public_id}" in answer


def test_a_new_date_and_a_barrier_are_told_in_their_words(
    as_: As, session: Session, cast: Cast
) -> None:
    _from_a_mail(session, cast, "Lucie")
    reschedule_step(session, cast.step(), due_on=date(2026, 5, 4), now=YESTERDAY)
    _from_a_mail(session, cast, "Marc")
    block_step(
        session,
        cast.step("Fabriquer les caisses"),
        barrier=BarrierKind.REGULATORY,
        note="",
        today=YESTERDAY.date(),
    )
    session.commit()
    page = as_("Anne").get("/aujourdhui").text
    assert "Nouvelle date\u00a0: 4\u00a0mai\u00a02026" in page
    assert "Ça coince\u00a0: réglementation" in page


def test_what_was_done_on_a_page_is_no_answer(as_: As, session: Session, cast: Cast) -> None:
    acting(session, cast.person("Lucie").id, Via.PAGE, YESTERDAY)
    complete_step(session, cast.step(), today=YESTERDAY.date())
    session.commit()
    assert "Aucune réponse" in as_("Anne").get("/aujourdhui").text


def test_answers_since_the_last_visit_are_marked(as_: As, session: Session, cast: Cast) -> None:
    with time_machine.travel(NOW - timedelta(days=2)):
        as_("Anne")
    _from_a_mail(session, cast, "Lucie")
    complete_step(session, cast.step(), today=YESTERDAY.date())
    _from_a_mail(session, cast, "Marc", NOW - timedelta(days=3))
    complete_step(session, cast.step("Fabriquer les caisses"), today=date(2026, 4, 4))
    session.commit()
    page = as_("Anne").get("/aujourdhui").text
    assert page.count("C’est fait") == 2
    assert page.count(">nouveau<") == 1


def test_a_partner_who_confirms_by_mail_is_an_answer(as_: As, session: Session, cast: Cast) -> None:
    shared = making.project(
        session,
        cast.plan(),
        "Bennes",
        date(2026, 4, 1),
        [cast.organisation("Le Fournil").id],
        partner_state=PartnerState.APPROACHED,
    )
    session.refresh(shared)
    _from_a_mail(session, cast, "Lucie")
    shared.partners[0].state = PartnerState.CONFIRMED
    shared.partners[0].confirmed_at = YESTERDAY
    session.commit()
    assert "Le Fournil confirme sa participation à" in as_("Anne").get("/aujourdhui").text


def test_drafts_and_partners_long_approached_wait_for_a_decision(
    as_: As, session: Session, cast: Cast
) -> None:
    firms = [cast.organisation(name).id for name in ("Le Fournil", "Atelier Bois")]
    for title, day in (("Bennes", date(2026, 3, 20)), ("Cuves", date(2026, 4, 6))):
        making.project(
            session,
            cast.plan(),
            title,
            day,
            [firms[0]],
            partner_state=PartnerState.APPROACHED,
        )
    session.commit()
    page = as_("Anne").get("/aujourdhui").text
    waiting = page[page.index("À décider") : page.index("Mes étapes</h2>")]
    assert "Piste confidentielle" in waiting
    assert "Bennes" in waiting
    assert "Cuves" not in waiting


def test_the_pilot_finds_her_own_steps(as_: As) -> None:
    page = as_("Anne").get("/aujourdhui").text
    assert "Réunir les partenaires" in page
    assert "Fabriquer les caisses" not in page[page.index("Mes étapes</h2>") :]


def test_a_firm_reads_its_step_and_with_whom(as_: As) -> None:
    page = as_("Lucie").get("/aujourdhui").text
    assert "Peser les invendus" in page
    assert "avec Atelier Bois, CC du Val d’Aubrive et CCI des Deux Rives" in page
    assert "Fabriquer les caisses" not in page
    assert "Tout voir" in page


def test_a_firm_reads_three_lines_and_how_many_more(as_: As, session: Session, cast: Cast) -> None:
    for number in range(4):
        making.step(
            session,
            cast.project(),
            cast.organisation("Le Fournil").id,
            f"Étape {number}",
            date(2026, 4, 1),
        )
    session.commit()
    page = as_("Lucie").get("/aujourdhui").text
    assert "(+2)" in page
    assert "Étape 1" in page and "Étape 2" not in page


def test_an_adviser_reads_both_territories_the_stuck_and_silent_marked(
    as_: As, session: Session, cast: Cast
) -> None:
    acting(session, None, Via.PAGE, NOW)
    block_step(
        session,
        cast.step("Chiffrer le transport"),
        barrier=BarrierKind.ECONOMIC,
        note="",
        today=NOW.date(),
    )
    session.commit()
    page = as_("Karim").get("/aujourdhui").text
    assert "Sciure pour la chaufferie" in page and "Invendus du Fournil" in page
    assert "1\u00a0étape bloquée" in page
    assert page.count("sans nouvelles depuis un mois") == 1  # the Val: nothing since March


def test_who_looks_on_gets_the_published_figures_and_the_meeting(as_: As, cast: Cast) -> None:
    val = cast.territory().public_id
    as_("Anne").post(f"/territoires/{val}/etats")
    for onlooker in ("Sylvie", "Henri"):
        page = as_(onlooker).get("/aujourdhui").text
        assert "entreprises engagées" in page
        assert f"/territoires/{val}/rencontre-annuelle" in page
        assert "Fabriquer les caisses" not in page


def test_another_territory_is_not_there(as_: As, cast: Cast) -> None:
    val = cast.territory().public_id
    assert as_("Paul").get(f"/aujourdhui?territoire={val}").status_code == 404
    assert "Aubrive" not in as_("Paul").get("/aujourdhui").text


def test_who_belongs_nowhere_is_told_what_to_do(as_: As, session: Session, cast: Cast) -> None:
    membership = cast.person("Lucie").memberships[0]
    acting(session, None, Via.PAGE, NOW)
    membership.ended_on = NOW.date()
    session.commit()
    assert "rattaché à aucun territoire" in as_("Lucie").get("/aujourdhui").text


@pytest.mark.parametrize("rows", [1, 3, 300])
@pytest.mark.parametrize(
    ("who", "pinned"), [("Anne", 31), ("Lucie", 8), ("Karim", 9), ("Henri", 7)]
)
def test_the_number_of_queries_does_not_grow(
    as_: As, cast: Cast, session: Session, queries: QueryCount, who: str, pinned: int, rows: int
) -> None:
    fournil = cast.organisation("Le Fournil").id
    for number in range(rows):
        step = making.step(session, cast.project(), fournil, f"Étape {number}", date(2026, 4, 1))
        _from_a_mail(session, cast, "Lucie")
        step.status, step.news_on = StepStatus.IN_PROGRESS, date(2026, 4, 20)
    session.commit()
    client = as_(who)
    queries.reset()
    assert client.get("/aujourdhui").status_code == 200
    assert len(queries) == pinned, (len(queries), queries.statements)


def test_an_adviser_finds_the_notes_whose_day_has_come_and_settles_them(
    as_: As, cast: Cast, session: Session
) -> None:
    words, day = "Rappeler pour les caisses", NOW.date()
    acting(session, cast.person("Karim").id, Via.PAGE, NOW)
    note = take_note(
        session,
        territory_id=cast.territory().id,
        organisation_id=cast.organisation("Atelier Bois").id,
        author_id=cast.person("Karim").id,
        author_organisation_id=cast.organisation("CCI des Deux Rives").id,
        said=Said(NoteKind.CALL, words, day, NoteVisibility.ORGANISATION, day + timedelta(days=1)),
        now=NOW,
        today=day,
    )
    note.follow_up_on = day
    session.commit()
    page = as_("Karim").get("/aujourdhui").text
    assert words in page
    assert words not in as_("Lucie").get("/aujourdhui").text
    [settled] = re.findall(r'formaction="(/notes/\w+/suivie)"', page)
    as_("Karim").post(settled)
    assert words not in as_("Karim").get("/aujourdhui").text


def test_time_is_that_of_the_cast() -> None:
    assert datetime.now(UTC) == NOW


def test_what_is_stuck_stays_to_be_decided_after_its_answer_has_gone(
    as_: As, session: Session, cast: Cast
) -> None:
    day = NOW.date() - timedelta(days=8)
    acting(session, cast.person("Lucie").id, Via.MAIL_LINK, NOW - timedelta(days=8))
    block_step(session, cast.step(), barrier=BarrierKind.ECONOMIC, note=None, today=day)
    session.commit()
    page = as_("Anne").get("/aujourdhui").text
    part = page.partition('id="decider"')[2].partition("</section>")[0]
    assert cast.step().title in part
    assert "coince depuis le" in part


def test_what_leaves_is_told_until_the_next_of_her_own_days(
    as_: As, session: Session, cast: Cast
) -> None:
    """She works on Tuesdays and Fridays; today is a Tuesday."""
    anne = as_("Anne")

    def until() -> str:
        page = anne.get("/aujourdhui").text.replace("\N{NO-BREAK SPACE}", " ")
        return page.partition("Ce qui partira d’ici ")[2].partition(" <")[0]

    assert until() == "mercredi 8 avril 2026"
    answer = anne.post("/compte/jours", data={"jour": ["2", "5", "9", "lundi"]})
    assert answer.location == "/aujourdhui#partira"
    assert until() == "vendredi 10 avril 2026"
    page = anne.get("/aujourdhui").text
    assert re.findall(r'name="jour" value="(.)" checked', page) == ["2", "5"]
    anne.post("/compte/jours")
    assert until() == "mercredi 8 avril 2026"


@given(
    today=st.dates(date(2026, 1, 1), date(2030, 12, 31)),
    days=st.sets(st.sampled_from("12345"), min_size=1),
    zone=st.sampled_from(["metropole", "alsace-moselle"]),
)
def test_the_next_own_day_is_worked_hers_and_the_first_such(
    today: date, days: set[str], zone: str
) -> None:
    found = next_own_day(today, zone, "".join(sorted(days)))

    def is_hers(day: date) -> bool:
        return is_working_day(day, zone) and str(day.isoweekday()) in days

    assert found > today and is_hers(found)
    between = (today + timedelta(days=n) for n in range(1, (found - today).days))
    assert not any(is_hers(day) for day in between)


def test_the_pilot_suspends_everything_from_her_first_page(
    as_: As, session: Session, cast: Cast
) -> None:
    anne_id, territory = cast.person("Anne").id, cast.territory()
    acting(session, anne_id, Via.PAGE, NOW)
    start(session, territory.id, person_id=anne_id, now=NOW)
    session.commit()
    anne, address = as_("Anne"), f"/territoires/{territory.public_id}/relances"
    assert f'formaction="{address}/suspendre?' in anne.get("/aujourdhui").text
    answer = anne.post(f"{address}/suspendre?suite=/aujourdhui")
    assert answer.location == "/aujourdhui"
    page = anne.get("/aujourdhui").text
    assert "Tout est suspendu" in page
    assert f'formaction="{address}/reprendre?' in page
