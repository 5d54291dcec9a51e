"""Every page behind a link is among those looked at, and ten steps are as light as one can be."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.behind_links.conftest import opened
from tests.behind_links.doors import DOORS, TITLES
from tests.cast import Cast
from tests.reminders.answering import words

# a calendar for programs, and what leads back to its page
NO_PAGES = {"/agenda/<token>/maillage.ics", "/r/<token>/ajout"}


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


def test_every_address_that_opens_by_itself_is_looked_at(app: Flask) -> None:
    known = {f"{beginning}<token>" for _mail, beginning in DOORS.values()} | NO_PAGES
    assert {one.rule for one in app.url_map.iter_rules() if "token" in one.arguments} == known


class TestTenSteps:
    @pytest.fixture
    def path(self, app: Flask) -> str:
        return opened(app)["ten steps"]

    def test_each_has_its_three_answers_and_what_is_rare_behind_a_link(
        self, path: str, client: FlaskClient
    ) -> None:
        page = words(client.get(path))
        assert "D’accord pour ces dates ?" in page
        assert page.count('value="accord"') == page.count('value="pas-moi"') == 10
        assert page.count("reponse=autre") == 10
        assert "Je passe la main" not in page and 'name="message"' not in page

    def test_the_link_opens_everything_for_its_step_and_keeps_who_answers(
        self, path: str, client: FlaskClient, cast: Cast
    ) -> None:
        chosen = cast.step(TITLES[4]).public_id
        query = urlencode({"etape": chosen, "reponse": "autre", "qui": "Zoé Blin"})
        page = words(client.get(f"{path}?{query}"))
        first = page.partition("</section>")[0]
        assert TITLES[4] in first
        for said in ("<details open>", "C’est en cours", "Je passe la main", "Un fichier"):
            assert said in first
        assert page.count("reponse=autre") == page.count("qui=Zo%C3%A9+Blin") == 9
        assert page.count("Je passe la main") == 1

    def test_thanks_say_how_many_are_left_and_lead_to_another_answer(
        self, path: str, client: FlaskClient, cast: Cast, session: Session
    ) -> None:
        step = cast.step(TITLES[0]).public_id
        session.rollback()
        form = {"etape": step, "reponse": "accord", "vue": "2026-04-17"}
        page = words(client.get(client.post(path, data=form).location))
        assert "Il reste 9 étapes dans ce message" in page
        link = page.partition("Changer ma réponse")[0].rpartition('href="')[2].partition('"')[0]
        opened_again = words(client.get(link))
        settled = opened_again[opened_again.index("Déjà répondu") :]
        assert "<details open>" in settled.partition("Changer ma réponse")[0]
        assert "C’est en cours" in settled
