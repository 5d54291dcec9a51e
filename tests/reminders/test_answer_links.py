"""Whose link it is, and how long it lives."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import GrantPurpose
from app.accounts.models import Grant
from app.plans.kinds import StepStatus
from tests.cast import Cast
from tests.reminders.answering import Begin, answer_to, mailed, standing, the_morning, words
from tests.reminders.conftest import WEEK_BEFORE, Mailed, at

__all__ = ["mailed", "the_morning"]


def test_a_foreign_step_is_not_answered_through_this_mail(
    mailed: Mailed, client: FlaskClient, session: Session, started: Cast
) -> None:
    foreign = started.step("Fabriquer les caisses")
    answer = answer_to(client, mailed, foreign, "fait")
    assert answer.status_code == 422
    assert "suivie par quelqu’un d’autre" in words(answer)
    assert standing(session, foreign)[0] is StepStatus.TODO


def test_a_forged_or_foreign_token_opens_nothing(mailed: Mailed, client: FlaskClient) -> None:
    token = mailed.answer_path.removeprefix("/r/")
    leave = mailed.leave_path.removeprefix("/desabonnement/")
    for wrong in (token[:-2] + "xx", "abc", leave):
        assert client.get(f"/r/{wrong}").status_code == 410
        assert client.post(f"/r/{wrong}", data={"reponse": "fait"}).status_code == 410


def test_a_revoked_link_is_dead_at_once(
    mailed: Mailed, client: FlaskClient, session: Session, started: Cast
) -> None:
    grants = select(Grant).where(Grant.purpose == GrantPurpose.RELANCE)
    for grant in session.scalars(grants):
        grant.revoked_at = at(WEEK_BEFORE)
    session.commit()
    assert client.get(mailed.answer_path).status_code == 410
    assert answer_to(client, mailed, started.step(), "fait").status_code == 410
    assert standing(session, started.step())[0] is StepStatus.TODO


def test_the_pilot_withdraws_the_link_of_a_mail(
    mailed: Mailed, client: FlaskClient, as_: Callable[[str], FlaskClient], started: Cast
) -> None:
    here = f"/territoires/{started.territory().public_id}/relances"
    withdraw = f"{here}/messages/{mailed.mail.public_id}/retirer"
    anne = as_("Anne")
    assert withdraw in words(anne.get(here))
    for _tap in range(2):
        assert anne.post(withdraw).status_code == 303
    assert client.get(mailed.answer_path).status_code == 410
    assert client.get(mailed.leave_path).status_code == 200
    page = words(anne.get(here))
    assert "n’ouvre plus rien" in page and withdraw not in page
    assert anne.post(f"{here}/messages/inconnu/retirer").status_code == 404


def test_a_link_dies_when_its_person_leaves_the_firm(
    mailed: Mailed,
    client: FlaskClient,
    session: Session,
    started: Cast,
    change: Begin,
) -> None:
    change()
    place = started.membership("Lucie")
    place.ended_on = WEEK_BEFORE
    session.commit()
    answer = client.get(mailed.answer_path)
    assert answer.status_code == 410
    assert "Peser les invendus" not in words(answer)
    assert answer_to(client, mailed, started.step(), "fait").status_code == 410
    assert standing(session, started.step())[0] is StepStatus.TODO
