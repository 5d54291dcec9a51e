"""Whose link it is, and how long it lives."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import GrantPurpose
from app.accounts.models import Grant
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.outbox.kinds import MailState
from app.outbox.models import Mail
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


class TestTheEnd:
    """A link answers until the 180th day after that of its mail, by its reader's calendar."""

    LAST = WEEK_BEFORE + timedelta(days=180)

    @pytest.fixture(autouse=True)
    def sent(self, mailed: Mailed, session: Session, started: Cast) -> None:
        """It leaves late in the evening of its day: at eleven in Paris, the tenth at Greenwich."""
        mail = session.get_one(Mail, mailed.mail.id)
        mail.state, mail.ended_at = MailState.SENT, at(WEEK_BEFORE, hour=21)
        session.commit()

    def at_night(self, day: date, minute: int) -> datetime:
        """A minute before or after midnight in Paris, in summer: the day before at Greenwich."""
        return datetime.combine(day, time(22), tzinfo=UTC) + timedelta(days=-1, minutes=minute)

    def test_it_answers_until_the_last_minute_of_its_last_day(
        self, mailed: Mailed, client: FlaskClient, session: Session, started: Cast
    ) -> None:
        with time_machine.travel(self.at_night(self.LAST + timedelta(days=1), -1), tick=False):
            assert client.get(mailed.answer_path).status_code == 200
            assert answer_to(client, mailed, started.step(), "fait").status_code == 303
        assert standing(session, started.step())[0] is StepStatus.DONE

    def test_after_midnight_it_says_kindly_how_to_have_another(
        self, mailed: Mailed, client: FlaskClient, session: Session, started: Cast
    ) -> None:
        with time_machine.travel(self.at_night(self.LAST + timedelta(days=1), 0), tick=False):
            page = client.get(mailed.answer_path)
            assert page.status_code == 410
            assert "Recevoir un nouveau lien" in words(page)
            assert 'href="/connexion"' in words(page) and "Peser" not in words(page)
            assert answer_to(client, mailed, started.step(), "fait").status_code == 410
            added = {"etape": started.step().public_id, "ajout": "mot", "message": "Bientôt"}
            assert client.post(f"{mailed.answer_path}/ajout", data=added).status_code == 410
        assert standing(session, started.step())[0] is StepStatus.TODO

    def test_the_reader_s_own_clock_says_which_day_it_is(
        self, mailed: Mailed, client: FlaskClient, session: Session, started: Cast
    ) -> None:
        acting(session, None, Via.COMMAND, at(WEEK_BEFORE))
        # there it left on the eleventh, and lives a day longer
        started.person("Lucie").time_zone = "Pacific/Noumea"
        session.commit()
        last = datetime.combine(self.LAST + timedelta(days=1), time(12, 59), tzinfo=UTC)
        with time_machine.travel(last, tick=False):
            assert client.get(mailed.answer_path).status_code == 200
        with time_machine.travel(last + timedelta(minutes=1), tick=False):
            assert client.get(mailed.answer_path).status_code == 410

    def test_the_link_that_asks_for_fewer_mails_has_no_end(
        self, mailed: Mailed, client: FlaskClient
    ) -> None:
        with time_machine.travel(at(self.LAST + timedelta(days=900)), tick=False):
            assert client.get(mailed.leave_path).status_code == 200
