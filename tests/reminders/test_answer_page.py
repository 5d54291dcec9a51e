"""Answering from the mail: no account, no cookie, looked at by scanners, tapped twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from html import unescape

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts.kinds import GrantPurpose
from app.accounts.models import Grant, Membership
from app.journal.kinds import Via
from app.journal.models import Change
from app.plans.kinds import BarrierKind, StepStatus
from app.plans.models import Step
from app.plans.services.steps import complete_step, reschedule_step
from app.reminders.kinds import Answer, RelanceState
from app.reminders.models import Relance
from tests.cast import Cast
from tests.conftest import QueryCount
from tests.reminders.conftest import (
    DAY_BEFORE,
    WEEK_BEFORE,
    Clockwork,
    Mailed,
    at,
    mails,
    relances,
)

MailTo = Callable[[str, date], Mailed]
Begin = Callable[[], None]
DUE = "2026-04-17"


@pytest.fixture(autouse=True)
def the_morning() -> Iterator[None]:
    """The mail is read on the day it is sent."""
    with time_machine.travel(at(WEEK_BEFORE), tick=False):
        yield


@pytest.fixture
def mailed(mail_to: MailTo) -> Mailed:
    return mail_to("Lucie", WEEK_BEFORE)


def words(response: TestResponse) -> str:
    return unescape(response.get_data(as_text=True))


def give(
    client: FlaskClient, mailed: Mailed, step: Step, reponse: str, **fields: str
) -> TestResponse:
    form = {"etape": step.public_id, "vue": DUE, "reponse": reponse, **fields}
    return client.post(mailed.answer_path, data=form)


def standing(session: Session, step: Step) -> tuple[StepStatus, date | None]:
    session.rollback()
    session.refresh(step)
    return step.status, step.due_on


def entry(session: Session, step: Step) -> Relance:
    return next(one for one in relances(session) if one.subject_id == step.id and one.mail_id)


class TestLooking:
    def test_the_page_shows_the_step_with_its_three_answers(
        self, mailed: Mailed, client: FlaskClient
    ) -> None:
        page = words(client.get(mailed.answer_path))
        assert "Peser les invendus" in page and "vendredi 17\u00a0avril" in page
        assert "C’est d’accord" in page and "Une autre date" in page
        assert "Ce n’est pas moi" in page
        assert "Anne Vasseur" in page and "tel:0353010010" in page

    def test_looking_changes_nothing_and_leaves_no_cookie(
        self, mailed: Mailed, client: FlaskClient, session: Session, started: Cast
    ) -> None:
        changes = session.scalar(select(func.count(Change.id)))
        for reponse in Answer:
            path = f"{mailed.answer_path}?etape={started.step().public_id}&reponse={reponse}"
            answer = client.get(path)
            assert answer.status_code == 200
            assert "Set-Cookie" not in answer.headers
            assert client.head(path).status_code == 200
        assert standing(session, started.step()) == (StepStatus.TODO, date(2026, 4, 17))
        assert entry(session, started.step()).answer is None
        assert session.scalar(select(func.count(Change.id))) == changes

    def test_a_link_that_chose_an_answer_asks_for_one_tap_more(
        self, mailed: Mailed, client: FlaskClient, started: Cast
    ) -> None:
        path = f"{mailed.answer_path}?etape={started.step().public_id}&reponse=accord"
        page = words(client.get(path))
        assert "Touchez pour confirmer" in page and "Une autre réponse" in page

    def test_a_link_that_says_otherwise_than_what_was_said_offers_to_change_it(
        self, mailed: Mailed, client: FlaskClient, started: Cast
    ) -> None:
        step = started.step()
        give(client, mailed, step, "date", date="2026-05-29")
        path = f"{mailed.answer_path}?etape={step.public_id}&reponse=coince"
        page = words(client.get(path))
        assert "Changer votre réponse" in page and "tout est noté" not in page
        settled = page[page.index("Changer ma réponse") - 120 : page.index("Changer ma réponse")]
        assert "<details open>" in settled

    def test_the_page_costs_the_same_whatever_the_number_of_steps(
        self, mailed: Mailed, client: FlaskClient, queries: QueryCount
    ) -> None:
        queries.reset()
        client.get(mailed.answer_path)
        assert len(queries) <= 19


class TestAnswering:
    def test_done_closes_the_step_in_the_name_of_the_person(
        self, mailed: Mailed, client: FlaskClient, session: Session, started: Cast
    ) -> None:
        step = started.step()
        answer = give(client, mailed, step, "fait")
        assert answer.status_code == 303
        assert "Set-Cookie" not in answer.headers
        assert standing(session, step)[0] is StepStatus.DONE
        assert step.done_on == WEEK_BEFORE
        change = session.scalars(
            select(Change).where(Change.entity == "Step").order_by(Change.id.desc())
        ).first()
        assert change is not None
        assert change.via is Via.MAIL_LINK
        assert change.actor_id == started.person("Lucie").id
        thanks = words(client.get(answer.headers["Location"]))
        assert "C’est fait : merci" in thanks.replace("\u00a0", " ")
        assert "Anne Vasseur et les partenaires le voient" in thanks
        assert "Fabriquer les caisses" in thanks

    def test_tapped_twice_it_is_done_once(
        self, mailed: Mailed, client: FlaskClient, session: Session, started: Cast
    ) -> None:
        step = started.step()
        give(client, mailed, step, "fait")
        session.rollback()
        changes = session.scalar(select(func.count(Change.id)))
        again = give(client, mailed, step, "fait")
        assert again.status_code == 303
        assert standing(session, step)[0] is StepStatus.DONE
        assert session.scalar(select(func.count(Change.id))) == changes

    def test_agreeing_silences_the_eve(
        self,
        mailed: Mailed,
        client: FlaskClient,
        session: Session,
        started: Cast,
        clockwork: Clockwork,
    ) -> None:
        answer = give(client, mailed, started.step(), "accord")
        assert "pas de rappel la veille" in words(client.get(answer.headers["Location"]))
        assert entry(session, started.step()).answer is Answer.AGREED
        before = len(mails(session))
        clockwork.run(DAY_BEFORE)
        own = [one for one in mails(session) if one.recipient_id == started.person("Lucie").id]
        assert len(own) == 1 and len(mails(session)) >= before

    def test_a_new_date_is_a_new_occasion(
        self, mailed: Mailed, client: FlaskClient, session: Session, started: Cast
    ) -> None:
        step = started.step()
        answer = give(client, mailed, step, "date", date="2026-05-04")
        assert "lundi 4\u00a0mai 2026" in words(client.get(answer.headers["Location"]))
        assert standing(session, step) == (StepStatus.TODO, date(2026, 5, 4))

    @pytest.mark.parametrize(
        ("given", "sentence"),
        [("", "Choisissez la nouvelle date"), ("2026-04-01", "Cette date est déjà passée")],
    )
    def test_a_new_date_must_be_one_to_come(
        self,
        mailed: Mailed,
        client: FlaskClient,
        session: Session,
        started: Cast,
        given: str,
        sentence: str,
    ) -> None:
        answer = give(client, mailed, started.step(), "date", date=given)
        assert answer.status_code == 422
        assert sentence in words(answer)
        assert standing(session, started.step())[1] == date(2026, 4, 17)

    def test_stuck_says_what_is_in_the_way_and_silences(
        self,
        mailed: Mailed,
        client: FlaskClient,
        session: Session,
        started: Cast,
        clockwork: Clockwork,
    ) -> None:
        step = started.step()
        give(client, mailed, step, "coince", frein="regulatory", mot="Arrêté attendu")
        assert standing(session, step)[0] is StepStatus.BLOCKED
        assert (step.barrier, step.barrier_note) == (BarrierKind.REGULATORY, "Arrêté attendu")
        before = len(mails(session))
        clockwork.run(DAY_BEFORE)
        lucie = started.person("Lucie").id
        assert len([one for one in mails(session) if one.recipient_id == lucie]) == 1 <= before

    def test_not_me_gives_the_occasion_back_and_leaves_the_person_alone(
        self, mailed: Mailed, client: FlaskClient, session: Session, started: Cast
    ) -> None:
        step = started.step()
        given = entry(session, step).id
        answer = give(client, mailed, step, "pas-moi")
        assert "cherche la bonne personne" in words(client.get(answer.headers["Location"]))
        found = next(one for one in relances(session) if one.id == given)
        assert (found.state, found.answer) == (RelanceState.RELEASED, Answer.NOT_ME)

    def test_a_date_moved_meanwhile_is_shown_before_it_is_agreed_to(
        self,
        mailed: Mailed,
        client: FlaskClient,
        session: Session,
        started: Cast,
        change: Begin,
    ) -> None:
        change()
        reschedule_step(session, started.step(), due_on=date(2026, 4, 29), now=at(WEEK_BEFORE))
        session.commit()
        answer = give(client, mailed, started.step(), "accord")
        assert answer.status_code == 422
        assert "La date a changé entre-temps" in words(answer)
        assert "mercredi 29\u00a0avril" in words(answer)

    def test_a_step_done_by_a_colleague_needs_no_answer(
        self,
        mailed: Mailed,
        client: FlaskClient,
        session: Session,
        started: Cast,
        change: Begin,
    ) -> None:
        change()
        complete_step(session, started.step(), today=WEEK_BEFORE)
        session.commit()
        assert "C’est fait." in words(client.get(mailed.answer_path))
        answer = give(client, mailed, started.step(), "date", date="2026-05-04")
        assert answer.status_code == 422
        assert "déjà terminée" in words(answer)

    def test_nonsense_changes_nothing(
        self, mailed: Mailed, client: FlaskClient, session: Session, started: Cast
    ) -> None:
        for form in ({}, {"etape": "x" * 40, "reponse": "fait"}, {"reponse": "efface"}):
            assert client.post(mailed.answer_path, data=form).status_code == 422
        assert standing(session, started.step())[0] is StepStatus.TODO

    def test_csrf_protection_lets_the_token_through(
        self, mailed: Mailed, client: FlaskClient, session: Session, started: Cast
    ) -> None:
        client.application.config["WTF_CSRF_ENABLED"] = True
        assert give(client, mailed, started.step(), "fait").status_code == 303


class TestRights:
    def test_a_foreign_step_is_not_answered_through_this_mail(
        self, mailed: Mailed, client: FlaskClient, session: Session, started: Cast
    ) -> None:
        foreign = started.step("Fabriquer les caisses")
        answer = give(client, mailed, foreign, "fait")
        assert answer.status_code == 422
        assert "suivie par quelqu’un d’autre" in words(answer)
        assert standing(session, foreign)[0] is StepStatus.TODO

    def test_a_forged_or_foreign_token_opens_nothing(
        self, mailed: Mailed, client: FlaskClient
    ) -> None:
        token = mailed.answer_path.removeprefix("/r/")
        leave = mailed.leave_path.removeprefix("/desabonnement/")
        for wrong in (token[:-2] + "xx", "abc", leave):
            assert client.get(f"/r/{wrong}").status_code == 410
            assert client.post(f"/r/{wrong}", data={"reponse": "fait"}).status_code == 410

    def test_a_revoked_link_is_dead_at_once(
        self, mailed: Mailed, client: FlaskClient, session: Session, started: Cast
    ) -> None:
        grants = select(Grant).where(Grant.purpose == GrantPurpose.RELANCE)
        for grant in session.scalars(grants):
            grant.revoked_at = at(WEEK_BEFORE)
        session.commit()
        assert client.get(mailed.answer_path).status_code == 410
        assert give(client, mailed, started.step(), "fait").status_code == 410
        assert standing(session, started.step())[0] is StepStatus.TODO

    def test_a_link_dies_when_its_person_leaves_the_firm(
        self,
        mailed: Mailed,
        client: FlaskClient,
        session: Session,
        started: Cast,
        change: Begin,
    ) -> None:
        change()
        lucie = started.person("Lucie").id
        place = session.scalars(select(Membership).where(Membership.person_id == lucie)).one()
        place.ended_on = WEEK_BEFORE
        session.commit()
        answer = client.get(mailed.answer_path)
        assert answer.status_code == 410
        assert "Peser les invendus" not in words(answer)
        assert give(client, mailed, started.step(), "fait").status_code == 410
        assert standing(session, started.step())[0] is StepStatus.TODO


class TestLeaving:
    def unsubscribed(self, session: Session, started: Cast, clockwork: Clockwork) -> bool:
        clockwork.run(DAY_BEFORE)
        lucie = started.person("Lucie").id
        return len([one for one in mails(session) if one.recipient_id == lucie]) == 1

    def test_looking_unsubscribes_nobody(
        self,
        mailed: Mailed,
        client: FlaskClient,
        session: Session,
        started: Cast,
        clockwork: Clockwork,
    ) -> None:
        page = words(client.get(mailed.leave_path))
        assert "Ne plus recevoir de rappels" in page and "lucie@example.org" in page
        assert not self.unsubscribed(session, started, clockwork)

    def test_one_click_from_the_mail_client_needs_no_cookie_and_no_page(
        self,
        mailed: Mailed,
        client: FlaskClient,
        session: Session,
        started: Cast,
        clockwork: Clockwork,
    ) -> None:
        client.application.config["WTF_CSRF_ENABLED"] = True
        for _twice in range(2):
            answer = client.post(mailed.leave_path, data={"List-Unsubscribe": "One-Click"})
            assert answer.status_code == 200 and "Set-Cookie" not in answer.headers
        assert "plus aucun rappel" in words(answer)
        assert self.unsubscribed(session, started, clockwork)

    def test_who_left_can_come_back_by_the_same_link(
        self,
        mailed: Mailed,
        client: FlaskClient,
        session: Session,
        started: Cast,
        clockwork: Clockwork,
    ) -> None:
        client.post(mailed.leave_path)
        assert "Recevoir de nouveau" in words(client.get(mailed.leave_path))
        assert "de nouveau les rappels" in words(
            client.post(mailed.leave_path, data={"retour": "1"})
        )
        assert not self.unsubscribed(session, started, clockwork)
