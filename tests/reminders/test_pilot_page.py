"""The pilot's page: look before the start, start, see what left and why not, call, pause."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from html import unescape

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.core.rank import spread
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.outbox.kinds import MailState
from app.outbox.models import Mail
from app.plans.kinds import BarrierKind
from app.plans.models import Step
from app.plans.services.steps import block_step
from app.reminders.kinds import Audience
from app.reminders.models import RelanceSetting
from app.reminders.schedule.policy import Policy
from app.reminders.services.choosing import set_policy
from tests.cast import BEGINNING, NOW, Cast
from tests.conftest import QueryCount
from tests.reminders.conftest import DAY_BEFORE, WEEK_BEFORE, Clockwork, at, mails

Begin = Callable[[], None]
As = Callable[[str], FlaskClient]


def words(response: TestResponse) -> str:
    text = " ".join(unescape(response.get_data(as_text=True)).split())
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.fixture(autouse=True)
def the_day() -> Iterator[None]:
    with time_machine.travel(at(date(2026, 4, 7)), tick=False):
        yield


@pytest.fixture
def here(cast: Cast) -> str:
    return f"/territoires/{cast.territory().public_id}/relances"


@pytest.mark.parametrize(
    ("who", "status"),
    [("Anne", 200), ("Karim", 404), ("Lucie", 404), ("Sylvie", 404), ("Paul", 404)],
)
def test_only_who_animates_the_territory_sees_and_acts(
    as_: As, here: str, who: str, status: int
) -> None:
    client = as_(who)
    assert client.get(here).status_code == status
    for verb in ("demarrer", "suspendre", "reprendre"):
        done = client.post(f"{here}/{verb}").status_code
        assert done == (303 if status == 200 else 404)


def test_without_signing_in_the_page_is_closed(client: FlaskClient, here: str) -> None:
    assert client.get(here).status_code == 303


def test_before_the_start_it_shows_who_would_get_what_and_what_to_sort_first(
    as_: As, here: str
) -> None:
    page = words(as_("Anne").get(here))
    assert "1 étape a une date passée." in page and "Démarrer sans elles" in page
    assert "personne n’a rien reçu" in page
    assert "Qui recevrait quoi" in page
    assert "Lucie Perrin" in page and "vendredi 10 avril</time> : Peser les invendus" in page
    assert "premier rappel" in page
    assert "À trier d’abord" in page
    sort_first = page[page.index("À trier d’abord") : page.index("Qui recevrait quoi")]
    assert "Fabriquer les caisses" in sort_first and "Peser" not in sort_first
    assert "Marc Oudot" not in page[page.index("Qui recevrait quoi") :]


def test_what_a_resumed_project_chases_no_more_is_to_be_sorted(
    as_: As, here: str, session: Session, started: Cast, change: Callable[[], None]
) -> None:
    change()
    started.project().active_since = at(date(2026, 4, 20))
    session.commit()
    with time_machine.travel(at(date(2026, 4, 30)), tick=False):
        page = words(as_("Anne").get(here))
    assert "Peser les invendus" in page[page.index("À trier d’abord") :].partition("</section>")[0]


def test_what_it_showed_before_the_start_is_what_then_leaves(
    as_: As, here: str, session: Session, cast: Cast, clockwork: Clockwork
) -> None:
    before = words(as_("Anne").get(here))
    as_("Anne").post(f"{here}/demarrer", data={"without": "1"})
    for offset in range(14):
        clockwork.run(date(2026, 4, 7) + timedelta(days=offset))
    sent = [mail.to for mail in mails(session)]
    assert "marc@example.org" not in sent and "lucie@example.org" in sent
    assert all(address in before for address in sent)


def test_starting_is_noted_with_who_and_when(
    as_: As, here: str, session: Session, cast: Cast
) -> None:
    answer = as_("Anne").post(f"{here}/demarrer", data={"without": "1"}, follow_redirects=True)
    assert "Les relances sont démarrées" in words(answer)
    assert "Démarrées le 7 avril 2026" in words(answer)
    session.rollback()
    found = session.scalars(select(RelanceSetting)).one()
    assert (found.started_at, found.started_by_id) == (
        at(date(2026, 4, 7)),
        cast.person("Anne").id,
    )


def test_suspending_and_resuming_say_so(as_: As, here: str, started: Cast) -> None:
    anne = as_("Anne")
    paused = words(anne.post(f"{here}/suspendre", follow_redirects=True))
    assert "Tout est suspendu, jusqu’à ce que vous repreniez." in paused
    assert "Rien à envoyer" in paused and "en pause" in paused
    until = {"until": "2026-04-14"}
    dated = words(anne.post(f"{here}/suspendre", data=until, follow_redirects=True))
    assert "Tout est suspendu jusqu’au 14 avril 2026." in dated
    resumed = words(anne.post(f"{here}/reprendre", follow_redirects=True))
    assert "Les relances reprennent." in resumed and "Suspendre tout" in resumed
    past = anne.post(f"{here}/suspendre", data={"until": "2026-04-06"})
    assert past.status_code == 422 and "Cette date est passée." in words(past)


def test_what_left_is_shown_with_its_state_and_its_answer(
    as_: As, here: str, started: Cast, session: Session, clockwork: Clockwork
) -> None:
    clockwork.run(WEEK_BEFORE)
    mail = session.scalars(select(Mail).where(Mail.to == "lucie@example.org")).one()
    mail.state, mail.ended_at = MailState.SENT, at(WEEK_BEFORE)
    session.commit()
    page = words(as_("Anne").get(here))
    left = page[page.index("Ce qui est parti") :]
    assert "Lucie Perrin" in left and "Peser les invendus" in left
    assert "premier rappel" in left and "parti" in left and "pas encore" in left


def test_after_the_last_relance_without_an_answer_the_firm_is_to_be_called(
    as_: As, here: str, started: Cast, clockwork: Clockwork
) -> None:
    clockwork.run(date(2026, 4, 7))  # the J+5 of Marc's step
    with time_machine.travel(at(date(2026, 4, 8)), tick=False):
        assert "À appeler" not in words(as_("Anne").get(here))
    with time_machine.travel(at(date(2026, 4, 9)), tick=False):
        page = words(as_("Anne").get(here))
    assert "À appeler" in page and "Fabriquer les caisses" in page
    assert "Atelier Bois" in page and "Marc Oudot" in page and 'href="tel:0353010010"' in page
    assert "pas de réponse au dernier message" in page


def test_who_has_no_address_is_to_be_called(
    as_: As,
    here: str,
    started: Cast,
    session: Session,
    clockwork: Clockwork,
    change: Begin,
) -> None:
    change()
    started.person("Lucie").email = None
    session.commit()
    clockwork.run(WEEK_BEFORE)
    page = words(as_("Anne").get(here))
    to_call = page[page.index("À appeler") :]
    assert "Peser les invendus" in to_call and "pas d’adresse électronique" in to_call
    assert "Ce qui n’a pas été envoyé, et pourquoi" in page


def test_a_mail_that_did_not_arrive_is_a_call_to_make(
    as_: As, here: str, started: Cast, session: Session, clockwork: Clockwork
) -> None:
    clockwork.run(WEEK_BEFORE)
    mail = session.scalars(select(Mail).where(Mail.to == "lucie@example.org")).one()
    mail.state, mail.ended_at, mail.last_error = MailState.FAILED, at(WEEK_BEFORE), "550 unknown"
    session.commit()
    page = words(as_("Anne").get(here))
    assert "Peser les invendus" in page[page.index("À appeler") :]
    assert "non remis" in page


def test_another_territory_s_relances_are_not_here(
    as_: As, here: str, started: Cast, clockwork: Clockwork
) -> None:
    clockwork.run(WEEK_BEFORE)
    assert "Chiffrer le transport" not in words(as_("Anne").get(here))


def test_the_project_page_s_panel_is_for_who_carries_the_project(
    as_: As, started: Cast, clockwork: Clockwork
) -> None:
    path = f"/projets/{started.project().public_id}/relances"
    clockwork.run(WEEK_BEFORE)
    page = words(as_("Anne").get(path))
    assert "Lucie Perrin" in page and "<html" in page
    fragment = words(as_("Karim").get(path, headers={"HX-Request-Type": "partial"}))
    assert "Lucie Perrin" in fragment and "<html" not in fragment
    assert as_("Lucie").get(path).status_code == 403
    assert as_("Sylvie").get(path).status_code == 403
    assert as_("Paul").get(path).status_code == 404


def test_the_page_costs_the_same_queries_for_1_3_and_300_steps(
    as_: As,
    here: str,
    started: Cast,
    session: Session,
    clockwork: Clockwork,
    change: Begin,
    queries: QueryCount,
) -> None:
    anne, counts, known = as_("Anne"), [], 1
    for wanted in (1, 3, 300):
        change()
        session.add_all(_steps(started, wanted - known))
        session.commit()
        known = wanted
        clockwork.run(WEEK_BEFORE + timedelta(days=len(counts)))
        queries.reset()
        assert anne.get(here).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] == counts[2] <= 23


def _steps(cast: Cast, count: int) -> list[Step]:
    project, fournil = cast.project(), cast.organisation("Le Fournil")
    return [
        Step(
            project_id=project.id,
            territory_id=project.territory_id,
            title=f"Étape {number}",
            lead_organisation_id=fournil.id,
            due_on=DAY_BEFORE + timedelta(days=number % 5),
            scheduled_at=BEGINNING,
            rank=f"z{rank}",
            created_at=BEGINNING,
        )
        for number, rank in enumerate(spread(count))
    ]


def test_what_is_kept_an_eye_on_stands_among_what_leaves(
    as_: As, here: str, started: Cast, session: Session
) -> None:
    acting(session, started.person("Anne").id, Via.PAGE, NOW)
    block_step(
        session, started.step(), barrier=BarrierKind.ECONOMIC, note="", today=date(2026, 3, 30)
    )
    session.commit()
    page = words(as_("Anne").get(here))
    coming = page[page.index("Ce qui part d’ici") :]
    assert "lundi 13 avril</time> : « Peser les invendus » coince depuis le lundi 30 mars" in coming
    assert "à suivre, sans rien à répondre" in coming


def test_the_two_weeks_tell_the_territorys_own_distance(
    as_: As, here: str, started: Cast, session: Session
) -> None:
    acting(session, started.person("Anne").id, Via.PAGE, NOW)
    set_policy(session, started.territory().id, Audience.COMPANY, Policy(before_days=9))
    session.commit()
    page = words(as_("Anne").get(here))
    assert "premier rappel, 9 jours avant" in page[page.index("Ce qui part d’ici") :]
