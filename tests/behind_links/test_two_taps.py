"""A thumb that taps twice, a phone that sends again: one effect, and the same thanks."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.core.database import Base
from tests.behind_links.conftest import opened
from tests.behind_links.doors import TITLES
from tests.behind_links.tapping import tapped
from tests.cast import Cast

Fields = Mapping[str, str]
ANSWERS: Mapping[str, Fields] = {
    "fait": {},
    "accord": {},
    "date": {"date": "2026-05-04"},
    "coince": {"frein": "regulatory", "mot": "Arrêté attendu"},
    "pas-moi": {},
    "cours": {"nouvelles": "2026-05-04"},
    "relais": {"nom": "Zoé Blin", "adresse": "zoe@example.org"},
}
ADDITIONS: Mapping[str, Fields] = {
    "mot": {"message": "Le peseur vient lundi."},
    "chiffre": {"valeur": "12,5", "annee": "2025"},
    "fichier": {"words": "Pesée du lundi"},
}
# of the second step, so that it says something that nobody has said yet
OTHERS: Mapping[str, Fields] = {
    "relais": {"nom": "Paul Bert", "adresse": "paul@example.net"},
    "chiffre": {"annee": "2024"},
    "fichier": {"words": "Pesée du mardi"},
}
# elsewhere: the door, the form of its button, and the rows that one tap leaves
BUTTONS: Mapping[str, tuple[str, Fields, dict[str, int]]] = {
    "I come": ("meeting", {"reponse": "yes"}, {"change": 1}),
    "I do not come": ("meeting", {"reponse": "no", "words": "En tournée"}, {"change": 1}),
    # the ask, the proposal, and the project that it closes; a word to who asked
    "I agree": ("decision", {"reponse": "oui"}, {"change": 3, "mail": 1}),
    "I object": (
        "decision",
        {"reponse": "non", "words": "Il reste les caisses"},
        {"change": 2, "mail": 1},
    ),
    # with a word to the address that was
    "my new address": ("address", {}, {"change": 2, "mail": 1}),
    "no, thank you": ("invitation", {"answer": "decline"}, {"change": 1}),
    "keep my data": ("own data", {"answer": "keep"}, {}),
    "we adhere": ("charter", {"reponse": "oui"}, {"change": 2, "commitment": 1, "mail": 1}),
    "once a week": ("fewer mails", {"choix": "semaine"}, {"mail_preference": 1}),
    "a pause": (
        "fewer mails",
        {"choix": "pause", "jusquau": "2026-06-01"},
        {"mail_preference": 1},
    ),
    "no more": ("fewer mails", {"List-Unsubscribe": "One-Click"}, {"mail_preference": 1}),
}
HIDDEN = re.compile(r'<input type="hidden" name="(vue|texte)" value="([^"]*)">')


def footprint(session: Session) -> dict[str, int]:
    """How many rows stand in each table."""
    session.rollback()
    tables = Base.metadata.sorted_tables
    return {one.name: session.scalar(select(func.count()).select_from(one)) or 0 for one in tables}


def left(session: Session, before: dict[str, int]) -> dict[str, int]:
    """What has come since."""
    now = footprint(session)
    return {name: now[name] - before[name] for name in now if now[name] != before[name]}


def thanks(app: Flask, answers: list[TestResponse]) -> set[str]:
    """What they were shown in the end."""
    read = [
        app.test_client().get(one.location).text if one.status_code == 303 else one.text
        for one in answers
    ]
    assert {one.status_code for one in answers} <= {200, 303}, read
    return set(read)


@pytest.mark.parametrize("said", [*ANSWERS, *ADDITIONS])
def test_an_answer_tapped_twice_leaves_what_one_tap_leaves(
    app: Flask, session: Session, cast: Cast, said: str
) -> None:
    """Two steps of one mail: one is answered with one tap, the other with two, and once more."""
    path = opened(app)["ten steps"]
    steps = [cast.step(title).public_id for title in TITLES[:2]]
    form = _form(session, said)
    session.rollback()

    before = footprint(session)
    tapped(app, *_to(path, steps[0], form), fingers=1)
    single = left(session, before)
    assert single or said in ("accord", "pas-moi"), "one tap did nothing"

    other = {**form, **OTHERS.get(said, {})}
    before = footprint(session)
    twice = tapped(app, *_to(path, steps[1], other), fingers=2)
    assert left(session, before) == single
    shown = thanks(app, twice)
    again = tapped(app, *_to(path, steps[1], other), fingers=1)
    assert left(session, before) == single
    assert len(shown | thanks(app, again)) == 1


def _form(session: Session, said: str) -> dict[str, str]:
    if said in ANSWERS:
        return {"reponse": said, "vue": "2026-04-17", **ANSWERS[said]}
    indicator = session.scalar(select(Base.metadata.tables["indicator"].c.public_id))
    return {"ajout": said, "indicateur": str(indicator), **ADDITIONS[said]}


def _to(path: str, step: str, form: dict[str, str]) -> tuple[str, dict[str, str]]:
    return (f"{path}/ajout" if "ajout" in form else path), {"etape": step, **form}


@pytest.mark.parametrize("button", BUTTONS)
def test_a_button_of_another_page_tapped_twice_leaves_what_one_tap_leaves(
    app: Flask, session: Session, button: str
) -> None:
    door, form, one_tap = BUTTONS[button]
    path = opened(app)[door]
    # what the page that was tapped carried along
    page = app.test_client().get(path).text
    form = {**form, **dict(HIDDEN.findall(page))}
    before = footprint(session)
    shown = thanks(app, tapped(app, path, form, fingers=2))
    assert left(session, before) == one_tap
    shown |= thanks(app, tapped(app, path, form, fingers=1))
    assert left(session, before) == one_tap
    assert len(shown) == 1
