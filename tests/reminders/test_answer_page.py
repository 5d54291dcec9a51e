"""Answering from the mail: no account, no cookie, looked at by scanners, tapped twice."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.journal.kinds import Via
from app.journal.models import Change
from app.plans.kinds import BarrierKind, StepStatus
from app.plans.models import Step
from app.plans.services.steps import complete_step, reschedule_step
from app.reminders.kinds import Answer, RelanceState
from app.reminders.models import Relance
from tests.cast import Cast
from tests.conftest import QueryCount
from tests.reminders.answering import Begin, answer_to, mailed, standing, the_morning, words
from tests.reminders.conftest import (
    DAY_BEFORE,
    WEEK_BEFORE,
    Clockwork,
    Mailed,
    at,
    mails,
    relances,
)

__all__ = ["mailed", "the_morning"]


def entry(session: Session, step: Step) -> Relance:
    return next(one for one in relances(session) if one.subject_id == step.id and one.mail_id)


class TestLooking:
    def test_the_page_shows_the_step_with_its_three_answers(
        self, mailed: Mailed, client: FlaskClient
    ) -> None:
        page = words(client.get(mailed.answer_path))
        assert "Peser les invendus" in page and "vendredi 17 avril" in page
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
        answer_to(client, mailed, step, "date", date="2026-05-29")
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
        answer = answer_to(client, mailed, step, "fait")
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
        assert "C’est fait : merci" in thanks
        assert "Anne Vasseur et les partenaires le voient" in thanks
        assert "Fabriquer les caisses" in thanks

    def test_agreeing_silences_the_eve(
        self,
        mailed: Mailed,
        client: FlaskClient,
        session: Session,
        started: Cast,
        clockwork: Clockwork,
    ) -> None:
        answer = answer_to(client, mailed, started.step(), "accord")
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
        answer = answer_to(client, mailed, step, "date", date="2026-05-04")
        assert "lundi 4 mai 2026" in words(client.get(answer.headers["Location"]))
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
        answer = answer_to(client, mailed, started.step(), "date", date=given)
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
        answer_to(client, mailed, step, "coince", frein="regulatory", mot="Arrêté attendu")
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
        answer = answer_to(client, mailed, step, "pas-moi")
        assert "cherche la bonne personne" in words(client.get(answer.headers["Location"]))
        found = next(one for one in relances(session) if one.id == given)
        assert (found.state, found.answer) == (RelanceState.RELEASED, Answer.NOT_ME)

    def test_not_me_does_not_free_the_week_of_who_said_it(
        self,
        mailed: Mailed,
        client: FlaskClient,
        session: Session,
        started: Cast,
        change: Begin,
        clockwork: Clockwork,
    ) -> None:
        answer_to(client, mailed, started.step(), "pas-moi")
        session.rollback()
        change()
        other, lucie = started.step("Fabriquer les caisses"), started.membership("Lucie")
        other.lead_organisation_id, other.lead_person_id = lucie.organisation_id, lucie.person_id
        other.due_on = date(2026, 4, 20)  # a week after Monday the 13th
        session.commit()
        lucie_id = lucie.person_id
        for day, count in ((13, 1), (17, 2)):
            clockwork.run(date(2026, 4, day))
            assert [one.recipient_id for one in mails(session)].count(lucie_id) == count

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
        answer = answer_to(client, mailed, started.step(), "accord")
        assert answer.status_code == 422
        assert "La date a changé entre-temps" in words(answer)
        assert "mercredi 29 avril" in words(answer)

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
        answer = answer_to(client, mailed, started.step(), "date", date="2026-05-04")
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
        assert answer_to(client, mailed, started.step(), "fait").status_code == 303
