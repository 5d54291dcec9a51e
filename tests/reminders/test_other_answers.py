"""« Autre »: in progress, or passed on to a colleague."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import MembershipRole
from app.accounts.models import Ask, Person
from app.plans.kinds import StepStatus
from app.plans.models import Dependency
from app.reminders.kinds import Answer
from app.reminders.queries.calls import to_call
from tests.cast import Cast
from tests.reminders.answering import DUE, Begin, Give, MailTo, give, nadia, the_morning, words
from tests.reminders.conftest import (
    DAY_BEFORE,
    WEEK_BEFORE,
    Clockwork,
    Mailed,
    mails,
    relances,
)

__all__ = ["give", "nadia", "the_morning"]


@pytest.fixture
def mailed(nadia: Person, mail_to: MailTo) -> Mailed:
    """Lucie's, while she has a colleague."""
    return mail_to("Lucie", WEEK_BEFORE)


def own_mails(session: Session, person: Person) -> list[str]:
    return [one.kind for one in mails(session) if one.recipient_id == person.id]


class TestInProgress:
    def test_no_mail_speaks_of_it_before_the_day_of_the_news(
        self,
        give: Give,
        client: FlaskClient,
        session: Session,
        started: Cast,
        clockwork: Clockwork,
    ) -> None:
        answer = give("cours", nouvelles="2026-04-27")
        assert answer.status_code == 303
        page = words(client.get(answer.headers["Location"]))
        assert "en cours, des nouvelles le lundi 27 avril 2026" in page
        session.rollback()
        step = started.step()
        assert (step.status, step.news_on) == (StepStatus.IN_PROGRESS, date(2026, 4, 27))
        for day in (DAY_BEFORE, date(2026, 4, 22), date(2026, 4, 27)):
            clockwork.run(day)
        assert own_mails(session, started.person("Lucie")) == ["relance"]
        clockwork.run(date(2026, 4, 28))
        assert own_mails(session, started.person("Lucie")) == ["relance", "relance"]

    @pytest.mark.parametrize("day", ["", "2026-04-10", "2026-04-01", "demain"])
    def test_the_day_of_the_news_is_one_to_come(
        self, give: Give, session: Session, started: Cast, day: str
    ) -> None:
        assert give("cours", nouvelles=day).status_code == 422
        session.rollback()
        assert started.step().status is StepStatus.TODO

    def test_said_twice_it_stands_once(self, give: Give, session: Session, started: Cast) -> None:
        give("cours", nouvelles="2026-04-27")
        session.rollback()
        version = started.step().version
        assert give("cours", nouvelles="2026-04-27").status_code == 303
        session.rollback()
        assert started.step().version == version
        assert {one.answer for one in relances(session) if one.answer} == {Answer.IN_PROGRESS}


def test_news_that_did_not_come_are_asked_for_by_telephone(
    mail_to: MailTo, client: FlaskClient, session: Session, started: Cast
) -> None:
    mailed = mail_to("Lucie", date(2026, 4, 22))
    step = started.step()
    form = {"etape": step.public_id, "vue": DUE, "reponse": "cours", "nouvelles": "2026-05-04"}
    assert client.post(mailed.answer_path, data=form).status_code == 303
    session.rollback()

    def to_be_called(day: date) -> list[str]:
        waiting = to_call(session, started.territory().id, day)
        return [one.title for one in waiting if one.step_id == step.id]

    assert to_be_called(date(2026, 5, 4)) == []
    assert to_be_called(date(2026, 5, 5)) == ["Peser les invendus"]


class TestPassingOn:
    def test_a_colleague_is_asked_by_mail_and_the_step_stays_until_the_yes(
        self,
        give: Give,
        client: FlaskClient,
        session: Session,
        started: Cast,
        nadia: Person,
        clockwork: Clockwork,
    ) -> None:
        before = started.step().lead_person_id
        answer = give("relais", collegue=nadia.public_id)
        assert "Un courriel part vers Nadia Roy" in words(client.get(answer.headers["Location"]))
        assert own_mails(session, nadia) == ["question"]
        assert started.step().lead_person_id == before
        clockwork.run(DAY_BEFORE)
        assert own_mails(session, started.person("Lucie")) == ["relance"]

    def test_the_pilot_reads_it_among_the_answers_of_the_day(
        self, give: Give, as_: Callable[[str], FlaskClient], nadia: Person
    ) -> None:
        give("relais", collegue=nadia.public_id)
        page = words(as_("Anne").get("/aujourdhui"))
        answer = page[page.index("Réponses reçues") : page.index("À appeler")]
        assert "Peser les invendus" in answer and "Lucie Perrin, Le Fournil" in answer
        assert "Passe la main" in answer

    def test_tapped_twice_the_colleague_is_asked_once(
        self,
        give: Give,
        session: Session,
        nadia: Person,
    ) -> None:
        for _tap in range(2):
            assert give("relais", collegue=nadia.public_id).status_code == 303
        assert own_mails(session, nadia) == ["question"]
        assert len(session.scalars(select(Ask).where(Ask.asked_person_id == nadia.id)).all()) == 1

    def test_a_person_of_another_firm_is_not_chosen(
        self, give: Give, session: Session, started: Cast
    ) -> None:
        marc = started.person("Marc")
        answer = give("relais", collegue=marc.public_id)
        assert answer.status_code == 422
        assert "Choisissez à qui vous passez la main" in words(answer)
        assert "question" not in own_mails(session, marc)

    def test_who_manages_the_firm_names_somebody_new(
        self,
        give: Give,
        session: Session,
        started: Cast,
        change: Begin,
    ) -> None:
        change()
        place = started.membership("Lucie")
        place.role = MembershipRole.MANAGER
        session.commit()
        answer = give("relais", nom="Zoé Blanc", adresse="Zoe@Example.org")
        assert answer.status_code == 303
        zoe = session.scalars(select(Person).where(Person.email == "zoe@example.org")).one()
        assert (zoe.name, own_mails(session, zoe)) == ("Zoé Blanc", ["question"])
        assert "incomplète" in words(give("relais", nom="Zoé Blanc", adresse="zoe"))

    def test_who_only_belongs_to_it_does_not(
        self,
        give: Give,
        session: Session,
        started: Cast,
        change: Begin,
    ) -> None:
        change()
        place = started.membership("Lucie")
        place.role = MembershipRole.MEMBER
        session.commit()
        assert give("relais", nom="Zoé Blanc", adresse="zoe@example.org").status_code == 422
        assert session.scalar(select(Person.id).where(Person.email == "zoe@example.org")) is None


def test_a_later_date_says_which_steps_slip(
    give: Give,
    client: FlaskClient,
    session: Session,
    started: Cast,
    change: Begin,
) -> None:
    change()
    step, after = started.step(), started.step("Fabriquer les caisses")
    after.due_on = date(2026, 4, 24)
    session.add(
        Dependency(
            project_id=step.project_id,
            territory_id=step.territory_id,
            step_id=after.id,
            awaited_id=step.id,
        )
    )
    session.commit()
    answer = give("date", date="2026-05-04")
    page = words(client.get(answer.headers["Location"]))
    assert "« Fabriquer les caisses » (Atelier Bois) vient ensuite" in page
    assert "prévue le vendredi 24 avril" in page and "Sa date ne tient plus" in page
    session.rollback()
    assert after.due_on == date(2026, 4, 24)
