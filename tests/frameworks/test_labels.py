"""Where a number comes from, in French: the very words, and that there are words for all."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import given, settings

from app.frameworks.kinds import StatusKind
from app.frameworks.labels import sentences
from app.frameworks.scoring import Explainer, Status, prepare, read_statuses
from tests.frameworks.cases import Case, cases
from tests.frameworks.samples import outline_of
from tests.parts.examples import ON_ONE_FIXTURE

NOT_CONCERNED = Status(concerned=False)
DONE = Status(StatusKind.DONE)
CAE = (
    "6.3.1 | points: 100",
    "6.3.1.1 | pourcentage: 15",
    "6.3.1.2 | pourcentage: 20",
    "6.3.1.3 | pourcentage: 20 | facteur: 1.625 si 6.3.1.4 non concerné",
    "6.3.1.4 | pourcentage: 25 | facteur: 0 si 6.3.1.4 non concerné",
    "6.3.1.5 | pourcentage: 20 | facteur: 1.625 si 6.3.1.4 non concerné",
)


def _said(lines: tuple[str, ...], statuses: dict[str, Status], node_id: str) -> dict[str, str]:
    explainer = Explainer(prepare([outline_of(*lines)]), statuses)
    told = sentences(explainer.explain(node_id))
    # ordinary spaces, so that these tests can be read
    return {name: text.replace("\xa0", " ").replace("\u202f", " ") for name, text in told.items()}


def test_points_say_their_percentage_and_of_what() -> None:
    said = _said(CAE, {}, "6.3.1.2")
    assert said["points"] == "20 points : 20 % des 100 points de 6.3.1."
    assert said["potential"] == "20 points : tous ses points peuvent être obtenus."
    assert said["unset"] == "20 points non renseignés : aucun statut n’est déclaré."
    assert said["done"] == "0 point réalisé : aucun statut n’est déclaré."


def test_a_factor_says_its_condition() -> None:
    off = {"6.3.1.4": NOT_CONCERNED}
    assert _said(CAE, off, "6.3.1.3")["potential"] == (
        "32,5 points : 20 × 1,625, parce que 6.3.1.4 n’est pas concernée."
    )
    assert _said(CAE, off, "6.3.1.4")["potential"] == "0 point : elle est déclarée non concernée."
    assert _said(CAE, off, "6.3.1")["potential"] == (
        "100 points : somme de 6.3.1.1 (15), 6.3.1.2 (20), 6.3.1.3 (32,5) et 6.3.1.5 (32,5)."
    )


def test_sums_name_their_parts() -> None:
    tree = ("6.3.1", "6.3.1.1 | points: 12", "6.3.1.2 | points: 3")
    statuses = {"6.3.1.1": DONE}
    assert _said(tree, statuses, "6.3.1")["done"] == (
        "12 points réalisés : somme de 6.3.1.1 (12) et 6.3.1.2 (0)."
    )
    assert _said(tree, statuses, "6.3.1.1")["done"] == (
        "12 points réalisés : elle est déclarée réalisée."
    )
    assert _said(tree, statuses, "6.3.1")["points"] == (
        "15 points : somme de 6.3.1.1 (12) et 6.3.1.2 (3)."
    )


@pytest.mark.parametrize(
    ("lines", "node_id", "words"),
    [
        (
            ("1",),
            "1",
            (
                "100 points : le référentiel ne dit pas ce qu’elle vaut, tout y est compté "
                "en pour cent."
            ),
        ),
        (("1 | points: 0.5",), "1", "0,5 point : c’est ce que dit le référentiel."),
        (
            ("1", "1.1 | points: 4", "1.2"),
            "1.2",
            ("0 point : le référentiel ne lui en donne pas, alors qu’il en donne à ses voisines."),
        ),
        (("1", "1.1 | points: 4"), "1", "4 points : ce qu’apporte 1.1 (4)."),
        (
            ("1", "1.1", "1.2", "1.3"),
            "1.3",
            ("33,333 points : une des 3 parts égales des 100 points de 1."),
        ),
        (
            ("1 | points: 10", "1.1 | pourcentage: 40", "1.2", "1.3"),
            "1.2",
            ("3 points : une des 2 parts égales des 60 % qui restent des 10 points de 1."),
        ),
        (
            ("1 | points: 1", "1.1 | pourcentage: 40", "1.2"),
            "1.2",
            ("0,6 point : les 60 % qui restent de 1 point de 1."),
        ),
    ],
)
def test_the_words_of_points(lines: tuple[str, ...], node_id: str, words: str) -> None:
    assert _said(lines, {}, node_id)["points"] == words


def test_the_words_of_potentials() -> None:
    two = ("1 | points: 10", "1.1 | points: 6", "1.1.1 | points: 4", "1.1.2 | points: 2",
           "1.2 | points: 4 | desactive: si 1.2.9 non concerné", "1.2.9 | points: 4")  # fmt: skip
    off = {"1.2.9": NOT_CONCERNED}
    assert _said(two, off, "1.1.1")["potential"] == (
        "6,667 points : 4 × 5/3, sa part des points non concernés que reçoit 1.1."
    )
    assert _said(two, off, "1.2")["potential"] == (
        "0 point : le référentiel la désactive, parce que 1.2.9 n’est pas concernée."
    )
    assert _said(two, {"1.2": NOT_CONCERNED}, "1.2.9")["potential"] == (
        "0 point : 1.2 n’est pas concernée."
    )
    four = ("2.4 | points: 16", "2.4.1 | points: 4", "2.4.2 | points: 4 | desactive: oui",
            "2.4.3 | points: 2", "2.4.4 | points: 6")  # fmt: skip
    assert _said(four, {}, "2.4.3")["potential"] == (
        "3,333 points : 2 + 1,333, une des 3 parts égales des points non concernés de 2.4.2 (4)."
    )
    assert _said(four, {}, "2.4.2")["potential"] == "0 point : le référentiel la désactive."
    one = ("1 | points: 10 | facteur: 0.5", "1.1 | points: 6 | facteur: 2 si 1.2 non concerné",
           "1.2 | points: 4")  # fmt: skip
    assert _said(one, {"1.2": NOT_CONCERNED}, "1.1")["potential"] == (
        "8 points : 6 × 0,5 × 2, par une règle du référentiel, parce que 1.2 n’est pas concernée ; "
        "6 + 2, les points non concernés de 1.2 (2)."
    )


def test_the_words_of_a_node_whose_children_are_all_out() -> None:
    tree = ("1 | points: 10", "1.1", "1.2")
    off = {"1.1": NOT_CONCERNED, "1.2": NOT_CONCERNED}
    assert _said(tree, off, "1")["potential"] == (
        "0 point : aucune de ses sous-actions n’est concernée."
    )
    assert _said(tree, {**off, "1": DONE}, "1")["potential"] == (
        "10 points : elle a un statut, alors qu’aucune de ses sous-actions n’est concernée."
    )


def test_the_words_of_a_ceiling() -> None:
    tree = ("1 | points: 22", "1.2 | points: 10", "1.3 | points: 12 | score_plafond: 1.2",
            "1.3.1 | points: 8", "1.3.2 | points: 4")  # fmt: skip
    raw = {"1.2": {"status": "detailed", "fractions": [0.3, 0, 0.7]}}
    known = [f"1.{rest}" for rest in ("2", "3", "3.1", "3.2")]
    statuses = {**read_statuses(raw, known), "1.3.1": DONE, "1.3.2": DONE}
    assert _said(tree, statuses, "1.2")["done"] == (
        "3 points réalisés : 30 % de 10, d’après le détail déclaré."
    )
    assert _said(tree, statuses, "1.3")["done"] == (
        "3 points réalisés : plafond, pas plus que 1.2 (3), au lieu de 12."
    )
    assert _said(tree, statuses, "1.3.1")["done"] == (
        "2 points réalisés : elle est déclarée réalisée ; 8 × 3/12, parce que 1.3 a un plafond."
    )
    assert _said(tree, statuses, "1.3.1")["not_done"] == (
        "6 points non réalisés : 0 + 6, retirés des points réalisés par un plafond."
    )


@settings(max_examples=60, suppress_health_check=ON_ONE_FIXTURE)
@given(cases())
def test_there_are_words_for_every_number(app: Flask, case: Case) -> None:
    tree, statuses = case
    explainer = Explainer(prepare([tree]), statuses)
    with app.app_context():
        for node_id in explainer.sheet.ids:
            for text in sentences(explainer.explain(node_id)).values():
                assert text.endswith(".")
                assert "  " not in text
