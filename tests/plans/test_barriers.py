"""What holds a project up: noted, lifted, brought back, and what lifted it told to others."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.plans.models import Barrier
from tests.cast import Cast

As = Callable[[str], FlaskClient]
SAID = {"kind": "regulatory", "note": "Pas de texte", "lever": "Un avis", "helper_id": "0"}


def noted(as_: As, cast: Cast, session: Session) -> Barrier:
    answer = as_("Karim").post(f"/projets/{cast.project().public_id}/freins/nouveau", data=SAID)
    assert answer.status_code == 303
    session.rollback()
    return session.scalars(select(Barrier)).one()


def test_a_barrier_is_noted_with_what_would_lift_it(as_: As, cast: Cast, session: Session) -> None:
    barrier = noted(as_, cast, session)
    assert (barrier.note, barrier.lever, barrier.lifted_on) == ("Pas de texte", "Un avis", None)
    assert barrier.noted_by_id == cast.person("Karim").id
    assert "Un avis" in as_("Lucie").get(f"/projets/{cast.project().public_id}/freins").text


def test_a_barrier_without_words_says_what_is_missing(as_: As, cast: Cast) -> None:
    url = f"/projets/{cast.project().public_id}/freins/nouveau"
    answer = as_("Karim").post(url, data=SAID | {"note": " ", "kind": ""})
    assert answer.status_code == 422
    assert "Dites en quelques mots ce qui freine." in answer.text


def test_a_barrier_is_lifted_with_what_did_it_and_comes_back_by_one_tap(
    as_: As, cast: Cast, session: Session
) -> None:
    barrier, karim = noted(as_, cast, session), as_("Karim")
    page = karim.post(
        f"/freins/{barrier.public_id}/lever", data={"how": "La préfecture"}, follow_redirects=True
    ).text
    assert "La préfecture" in page
    assert f"/freins/{barrier.public_id}/revenir" in page
    session.rollback()
    assert barrier.lifted_how == "La préfecture"
    session.rollback()
    karim.post(f"/freins/{barrier.public_id}/revenir")
    session.rollback()
    session.refresh(barrier)
    assert (barrier.lifted_on, barrier.lifted_how) == (None, "")


def test_two_who_change_one_barrier_lose_no_words(as_: As, cast: Cast, session: Session) -> None:
    barrier = noted(as_, cast, session)
    url = f"/freins/{barrier.public_id}/modifier"
    first = SAID | {"note": "Texte d’Anne", "version": str(barrier.version)}
    second = SAID | {"note": "Texte de Karim", "version": str(barrier.version)}
    assert as_("Anne").post(url, data=first).status_code == 303
    refused = as_("Karim").post(url, data=second)
    assert refused.status_code == 409
    assert "Texte d’Anne" in refused.text
    assert "Texte de Karim" in refused.text


@pytest.mark.parametrize("onlooker", ["Sylvie", "Henri"])
def test_who_looks_on_reads_nobody_s_barriers(
    as_: As, cast: Cast, session: Session, onlooker: str
) -> None:
    barrier = noted(as_, cast, session)
    who = as_(onlooker)
    assert who.get(f"/projets/{cast.project().public_id}/freins").status_code == 403
    assert who.post(f"/freins/{barrier.public_id}/lever").status_code == 404
