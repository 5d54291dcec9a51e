"""Fewer mails from the link of any mail: less often, a pause, none, and back as it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts.kinds import MailRhythm
from app.accounts.models import MailPreference
from tests.cast import Cast
from tests.reminders.answering import mailed, the_morning
from tests.reminders.conftest import DAY_BEFORE, Clockwork, Mailed, mails

__all__ = ["mailed", "the_morning"]

Say = Callable[..., TestResponse]
Kept = Callable[[], tuple[MailRhythm, date | None] | None]
NEXT_MONTH = "2026-05-11"


@pytest.fixture
def say(client: FlaskClient, mailed: Mailed) -> Say:
    def said(**fields: str) -> TestResponse:
        return client.post(mailed.leave_path, data=fields)

    return said


@pytest.fixture
def kept(session: Session, started: Cast) -> Kept:
    """What stands of Lucie's wishes."""

    def read() -> tuple[MailRhythm, date | None] | None:
        session.rollback()
        found = session.get(MailPreference, started.person("Lucie").id, populate_existing=True)
        return (found.rhythm, found.paused_until) if found else None

    return read


@pytest.mark.parametrize(
    ("choix", "rhythm"),
    [("jour", MailRhythm.DAILY), ("semaine", MailRhythm.WEEKLY), ("rien", MailRhythm.OFF)],
)
def test_a_choice_holds_from_now_on_and_said_twice_stands_once(
    say: Say, kept: Kept, choix: str, rhythm: MailRhythm
) -> None:
    for _tap in range(2):
        answer = say(choix=choix)
        assert answer.status_code == 200 and "Set-Cookie" not in answer.headers
    assert kept() == (rhythm, None)


def test_looking_shows_each_choice_with_what_follows_from_it_and_changes_nothing(
    client: FlaskClient, mailed: Mailed, kept: Kept
) -> None:
    page = client.get(f"{mailed.leave_path}?choix=rien&retour=1").text
    for words in (
        "Un courriel par jour",
        "attendent le lundi",
        "Rien avant un jour que vous choisissez",
        "Ne plus recevoir de rappels",
        "saura qu’il faut vous appeler",
    ):
        assert words in page
    assert kept() is None


def test_a_pause_keeps_the_rhythm_and_ends_when_asked(say: Say, kept: Kept) -> None:
    say(choix="semaine")
    page = say(choix="pause", jusquau=NEXT_MONTH).text
    assert "rien ne part avant le lundi 11 mai 2026" in page.replace("\u00a0", " ")
    assert kept() == (MailRhythm.WEEKLY, date(2026, 5, 11))
    say(retour="1")
    assert kept() == (MailRhythm.WEEKLY, None)


@pytest.mark.parametrize("until", ["", "2026-04-10", "2028-01-01", "demain"])
def test_a_pause_ends_on_a_day_to_come_within_the_year(say: Say, kept: Kept, until: str) -> None:
    assert say(choix="pause", jusquau=until).status_code == 422
    assert kept() is None


def test_a_choice_that_there_is_not_changes_nothing(say: Say, kept: Kept) -> None:
    assert say(choix="toujours").status_code == 422
    assert kept() is None


@pytest.mark.parametrize("before", ["jour", "semaine", "aussitot"])
def test_who_comes_back_after_one_click_gets_what_held_before(
    say: Say, kept: Kept, before: str
) -> None:
    say(choix=before)
    held = kept()
    for _click in range(2):
        say(**{"List-Unsubscribe": "One-Click"})
    assert kept() == (MailRhythm.OFF, None)
    say(retour="1")
    assert kept() == held


def reached(session: Session, started: Cast, clockwork: Clockwork) -> bool:
    """Whether the eve's reminder is written to Lucie, too."""
    clockwork.run(DAY_BEFORE)
    lucie = started.person("Lucie").id
    return [one.recipient_id for one in mails(session)].count(lucie) == 2


@pytest.mark.parametrize(
    ("clicks", "is_written"),
    [
        ([], True),
        ([{"List-Unsubscribe": "One-Click"}], False),
        ([{"List-Unsubscribe": "One-Click"}, {"retour": "1"}], True),
    ],
)
def test_one_click_without_a_cookie_or_a_page_stops_what_would_leave(
    client: FlaskClient,
    mailed: Mailed,
    session: Session,
    started: Cast,
    clockwork: Clockwork,
    clicks: list[dict[str, str]],
    is_written: bool,
) -> None:
    client.application.config["WTF_CSRF_ENABLED"] = True
    for click in clicks:
        answer = client.post(mailed.leave_path, data=click)
        assert answer.status_code == 200 and "Set-Cookie" not in answer.headers
    said = {0: "lucie@example.org", 1: "plus aucun rappel", 2: "Au fil de l’eau"}[len(clicks)]
    assert said in client.get(mailed.leave_path).text
    assert reached(session, started, clockwork) is is_written


def test_a_dead_link_says_how_to_have_fewer_mails_all_the_same(client: FlaskClient) -> None:
    page = client.get("/desabonnement/abc")
    assert page.status_code == 410
    assert "Pour recevoir moins de courriels" in page.text
