"""Beside the answer: a word, a figure, a file."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.files.models import Document
from app.plans.kinds import MeasureMethod, ProjectState
from app.plans.models import Comment, Indicator, Measurement
from app.plans.services.measuring import add_indicator
from tests.cast import Cast
from tests.reminders.answering import Begin, Give, mailed, the_morning, words
from tests.reminders.conftest import (
    Mailed,
    relances,
)

__all__ = ["mailed", "the_morning"]


@pytest.fixture
def add(client: FlaskClient, mailed: Mailed, started: Cast) -> Give:
    """`add("mot", message=…)`: something beside the answer."""
    step = started.step().public_id

    def given(ajout: str, **fields: object) -> TestResponse:
        form = {"etape": step, "ajout": ajout, **fields}
        return client.post(f"{mailed.answer_path}/ajout", data=form)

    return given


class TestAdding:
    def test_a_word_stands_on_the_step_in_the_name_of_its_reader_and_once(
        self, add: Give, client: FlaskClient, session: Session, started: Cast
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

    def test_a_word_of_somebody_unknown_says_whose_it_is(self, add: Give, session: Session) -> None:
        add("mot", message="C’est pesé.", qui="Paul Bert")
        session.rollback()
        [said] = session.scalars(select(Comment).where(Comment.body.contains("pesé"))).all()
        assert said.body == "Paul Bert (à la place de\u00a0Lucie Perrin)\u00a0: C’est pesé."

    def test_a_figure_is_the_declared_word_of_the_firm_and_once(
        self,
        add: Give,
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
        add: Give,
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
        self, add: Give, session: Session, started: Cast
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

    def test_a_file_that_is_not_what_it_says_is_refused(self, add: Give, session: Session) -> None:
        assert add("fichier", fichier=(io.BytesIO(b"MZ\x00"), "photo.jpg")).status_code == 422
        assert "Choisissez d’abord un fichier" in words(add("fichier"))
        session.rollback()
        assert session.scalars(select(Document)).all() == []

    def test_nothing_is_added_to_a_foreign_step_or_by_a_dead_link(
        self,
        add: Give,
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
        add: Give,
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
