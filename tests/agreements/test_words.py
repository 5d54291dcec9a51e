"""Questions to partners: no name is spoken to as nobody would say it. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.agreements import words
from app.agreements.kinds import ProposalKind

ABOUT = words.Context(
    asks="Anne Vasseur (CC du Val d’Aubrive)",
    organisation="Le Fournil",
    project="Du pain à la bière",
    until=date(2026, 4, 21),
)
READER = "Les Voisins"


def plain(question: words.Question) -> str:
    said = (question.silence, question.after_yes, question.after_no)
    parts = (question.subject, question.title, *question.paragraphs, question.yes, *said)
    return " ".join(parts).replace("\u00a0", " ")


QUESTIONS = [
    words.part(ABOUT, "Contributeur", ()),
    words.step_hand_over(ABOUT, "Peser", date(2026, 4, 17), word=None, text=()),
    words.theme_hand_over(ABOUT, "Eau", open_steps=2, word=None, text=()),
    words.opening(ABOUT, "Pain invendu", READER, "Contributeur"),
    words.charter(ABOUT, body="", version="charter-2", number=2, former=None),
    words.charter(ABOUT, body="", version="charter-2", number=2, former=1),
    words.piloting(ABOUT, "Anne Vasseur", stays=False, word=None, steps=1, text=()),
    *(
        words.agreement(
            ABOUT,
            kind,
            partner=READER,
            role="Co-porteur",
            reason=None,
            concerns_them=theirs,
            must_agree=False,
        )
        for kind in ProposalKind
        for theirs in (True, False)
    ),
]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda one: one.subject)
def test_a_name_s_article_melts_into_the_preposition(question: words.Question) -> None:
    told = plain(question)
    for wrong in ("à Le ", "à Les ", "de Le ", "de Les ", ",,", " ,", "None"):
        assert wrong not in told


@pytest.mark.parametrize("kind", [ProposalKind.REMOVE, ProposalKind.ROLE])
def test_que_is_elided_before_a_partner_s_name(kind: ProposalKind) -> None:
    question = words.agreement(
        ABOUT,
        kind,
        partner="Atelier Bois",
        role="Observateur",
        reason=None,
        concerns_them=False,
        must_agree=False,
    )
    assert "propose qu’Atelier Bois" in plain(question)


def test_a_long_project_leaves_the_question_in_sight() -> None:
    """Of a subject a phone shows some forty-five signs."""
    project = "Valorisation des coproduits de panification, seconde tranche"
    question = words.part(replace(ABOUT, project=project), "Contributeur", ())
    assert question.subject == "Valorisation des coproduits… : votre organisation en est-elle ?"
    assert f"« {project} »" in question.paragraphs[0]


@pytest.mark.parametrize(
    ("open_steps", "said"),
    [
        (1, "Une étape y est ouverte : elle reste à qui s’en charge."),
        (12, "12 étapes y sont ouvertes : elles restent à qui s’en charge."),
    ],
)
def test_steps_stay_with_their_leads(open_steps: int, said: str) -> None:
    assert words.steps_stay(open_steps).replace("\u00a0", " ") == said
