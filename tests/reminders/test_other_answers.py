"""« Autre »: in progress, passed on to a colleague, a word, a figure, a file."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from html import unescape

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts.kinds import MembershipRole
from app.accounts.models import Ask, Membership, Person
from app.files.models import Document
from app.plans.kinds import MeasureMethod, ProjectState, StepStatus
from app.plans.models import Comment, Dependency, Indicator, Measurement
from app.plans.services.measuring import add_indicator
from app.reminders.kinds import Answer
from app.reminders.queries.calls import to_call
from tests.cast import Cast, colleague
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
def nadia(session: Session, started: Cast) -> Person:
    """Lucie's colleague at Le Fournil."""
    person = colleague(session, started).person
    session.commit()
    return person


@pytest.fixture
def mailed(nadia: Person, mail_to: MailTo) -> Mailed:
    return mail_to("Lucie", WEEK_BEFORE)


@pytest.fixture
def give(client: FlaskClient, mailed: Mailed, started: Cast) -> Callable[..., TestResponse]:
    """`give("cours", nouvelles=…)`: one answer to Lucie's step."""
    step = started.step().public_id

    def given(reponse: str, **fields: str) -> TestResponse:
        form = {"etape": step, "vue": DUE, "reponse": reponse, **fields}
        return client.post(mailed.answer_path, data=form)

    return given


@pytest.fixture
def add(client: FlaskClient, mailed: Mailed, started: Cast) -> Callable[..., TestResponse]:
    """`add("mot", message=…)`: something beside the answer."""
    step = started.step().public_id

    def given(ajout: str, **fields: object) -> TestResponse:
        form = {"etape": step, "ajout": ajout, **fields}
        return client.post(f"{mailed.answer_path}/ajout", data=form)

    return given


def words(response: TestResponse) -> str:
    return unescape(response.get_data(as_text=True)).replace("\u00a0", " ").replace("\u202f", " ")


def own_mails(session: Session, person: Person) -> list[str]:
    return [one.kind for one in mails(session) if one.recipient_id == person.id]


class TestInProgress:
    def test_no_mail_speaks_of_it_before_the_day_of_the_news(
        self,
        give: Callable[..., TestResponse],
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
        self, give: Callable[..., TestResponse], session: Session, started: Cast, day: str
    ) -> None:
        assert give("cours", nouvelles=day).status_code == 422
        session.rollback()
        assert started.step().status is StepStatus.TODO

    def test_said_twice_it_stands_once(
        self, give: Callable[..., TestResponse], session: Session, started: Cast
    ) -> None:
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
        give: Callable[..., TestResponse],
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
        self, give: Callable[..., TestResponse], as_: Callable[[str], FlaskClient], nadia: Person
    ) -> None:
        give("relais", collegue=nadia.public_id)
        page = words(as_("Anne").get("/aujourdhui"))
        answer = page[page.index("Réponses reçues") : page.index("À appeler")]
        assert "Peser les invendus" in answer and "Lucie Perrin, Le Fournil" in answer
        assert "Passe la main" in answer

    def test_tapped_twice_the_colleague_is_asked_once(
        self,
        give: Callable[..., TestResponse],
        session: Session,
        nadia: Person,
    ) -> None:
        for _tap in range(2):
            assert give("relais", collegue=nadia.public_id).status_code == 303
        assert own_mails(session, nadia) == ["question"]
        assert len(session.scalars(select(Ask).where(Ask.asked_person_id == nadia.id)).all()) == 1

    def test_a_person_of_another_firm_is_not_chosen(
        self, give: Callable[..., TestResponse], session: Session, started: Cast
    ) -> None:
        marc = started.person("Marc")
        answer = give("relais", collegue=marc.public_id)
        assert answer.status_code == 422
        assert "Choisissez à qui vous passez la main" in words(answer)
        assert "question" not in own_mails(session, marc)

    def test_who_manages_the_firm_names_somebody_new(
        self,
        give: Callable[..., TestResponse],
        session: Session,
        started: Cast,
        change: Begin,
    ) -> None:
        change()
        lucie = started.person("Lucie").id
        place = session.scalars(select(Membership).where(Membership.person_id == lucie)).one()
        place.role = MembershipRole.MANAGER
        session.commit()
        answer = give("relais", nom="Zoé Blanc", adresse="Zoe@Example.org")
        assert answer.status_code == 303
        zoe = session.scalars(select(Person).where(Person.email == "zoe@example.org")).one()
        assert (zoe.name, own_mails(session, zoe)) == ("Zoé Blanc", ["question"])
        assert "incomplète" in words(give("relais", nom="Zoé Blanc", adresse="zoe"))

    def test_who_only_belongs_to_it_does_not(
        self,
        give: Callable[..., TestResponse],
        session: Session,
        started: Cast,
        change: Begin,
    ) -> None:
        change()
        lucie = started.person("Lucie").id
        place = session.scalars(select(Membership).where(Membership.person_id == lucie)).one()
        place.role = MembershipRole.MEMBER
        session.commit()
        assert give("relais", nom="Zoé Blanc", adresse="zoe@example.org").status_code == 422
        assert session.scalar(select(Person.id).where(Person.email == "zoe@example.org")) is None


class TestAdding:
    def test_a_word_stands_on_the_step_in_the_name_of_its_reader_and_once(
        self, add: Callable[..., TestResponse], client: FlaskClient, session: Session, started: Cast
    ) -> None:
        for _tap in range(2):
            answer = add("mot", message="Le peseur vient lundi.")
            assert answer.status_code == 303
        assert "Votre mot est ajouté" in words(client.get(answer.headers["Location"]))
        session.rollback()
        said = session.scalars(select(Comment).where(Comment.step_id == started.step().id)).all()
        assert [(one.body, one.author_id) for one in said] == [
            ("Le peseur vient lundi.", started.person("Lucie").id)
        ]
        assert [one.answer for one in relances(session) if one.answer] == []

    def test_a_word_of_somebody_unknown_says_whose_it_is(
        self, add: Callable[..., TestResponse], session: Session
    ) -> None:
        add("mot", message="C’est pesé.", qui="Paul Bert")
        session.rollback()
        [said] = session.scalars(select(Comment).where(Comment.body.contains("pesé"))).all()
        assert said.body == "Paul Bert (à la place de Lucie Perrin)\u00a0: C’est pesé."

    def test_a_figure_is_the_declared_word_of_the_firm_and_once(
        self,
        add: Callable[..., TestResponse],
        client: FlaskClient,
        mailed: Mailed,
        session: Session,
        started: Cast,
        change: Begin,
    ) -> None:
        indicator = self.indicator(session, started, change)
        assert "Un chiffre" in words(client.get(mailed.answer_path))
        for _tap in range(2):
            answer = add("chiffre", indicateur=indicator.public_id, valeur="12,5", annee="2025")
            assert answer.status_code == 303
        session.rollback()
        [one] = session.scalars(select(Measurement)).all()
        fournil = started.organisation("Le Fournil").id
        assert (one.value, one.method, one.organisation_id, one.starts_on, one.ends_on) == (
            Decimal("12.5"),
            MeasureMethod.DECLARED,
            fournil,
            date(2025, 1, 1),
            date(2025, 12, 31),
        )
        other = add("chiffre", indicateur=indicator.public_id, valeur="13", annee="2025")
        assert other.status_code == 422
        assert "Cette période a déjà une valeur" in words(other)

    @pytest.mark.parametrize(
        "fields", [{"valeur": "beaucoup"}, {"valeur": "-3"}, {"valeur": ""}, {"annee": "12"}]
    )
    def test_what_is_no_figure_is_not_taken(
        self,
        add: Callable[..., TestResponse],
        session: Session,
        started: Cast,
        change: Begin,
        fields: dict[str, str],
    ) -> None:
        indicator = self.indicator(session, started, change)
        form = {"indicateur": indicator.public_id, "valeur": "3", "annee": "2025", **fields}
        assert add("chiffre", **form).status_code == 422
        session.rollback()
        assert session.scalars(select(Measurement)).all() == []

    def indicator(self, session: Session, started: Cast, change: Begin) -> Indicator:
        change()
        made = add_indicator(session, started.project(), name="Pain valorisé", unit="t", axis=None)
        session.commit()
        return made

    def test_a_file_is_a_document_of_the_project_and_once(
        self, add: Callable[..., TestResponse], session: Session, started: Cast
    ) -> None:
        for _tap in range(2):
            paper = (io.BytesIO(b"Pesee du lundi : 12 kg"), "pesee.txt")
            assert add("fichier", fichier=paper).status_code == 303
        session.rollback()
        [one] = session.scalars(select(Document)).all()
        assert (one.file_name, one.project_id, one.organisation_id, one.given_by_id) == (
            "pesee.txt",
            started.project().id,
            started.organisation("Le Fournil").id,
            started.person("Lucie").id,
        )

    def test_a_file_that_is_not_what_it_says_is_refused(
        self, add: Callable[..., TestResponse], session: Session
    ) -> None:
        assert add("fichier", fichier=(io.BytesIO(b"MZ\x00"), "photo.jpg")).status_code == 422
        assert "Choisissez d’abord un fichier" in words(add("fichier"))
        session.rollback()
        assert session.scalars(select(Document)).all() == []

    def test_nothing_is_added_to_a_foreign_step_or_by_a_dead_link(
        self,
        add: Callable[..., TestResponse],
        client: FlaskClient,
        mailed: Mailed,
        session: Session,
        started: Cast,
    ) -> None:
        foreign = started.step("Fabriquer les caisses").public_id
        assert add("mot", etape=foreign, message="Bonjour").status_code == 422
        data = {"etape": started.step().public_id, "ajout": "mot", "message": "Bonjour"}
        assert client.post("/r/abc/ajout", data=data).status_code == 410
        session.rollback()
        assert session.scalars(select(Comment).where(Comment.body == "Bonjour")).all() == []

    def test_a_project_that_has_ended_takes_nothing_more(
        self,
        add: Callable[..., TestResponse],
        session: Session,
        started: Cast,
        change: Begin,
    ) -> None:
        change()
        started.project().state = ProjectState.CLOSED
        session.commit()
        assert add("mot", message="Trop tard").status_code in (410, 422)
        session.rollback()
        assert session.scalars(select(Comment).where(Comment.body == "Trop tard")).all() == []


def test_a_later_date_says_which_steps_slip(
    give: Callable[..., TestResponse],
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
