"""Cells that name several organisations and people."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.kinds import OrganisationKind
from app.core.folding import fold
from app.imports.kinds import NameChoice
from app.imports.names import Names, Piece, guessed_kind, is_person, pieces


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("CCI + Vallon (M. X)", [Piece("CCI"), Piece("Vallon"), Piece("M. X", "Vallon")]),
        ("CCI ; CMA", [Piece("CCI"), Piece("CMA")]),
        ("CCI, CMA\nRégion", [Piece("CCI"), Piece("CMA"), Piece("Région")]),
        ("Chambre de commerce (CCI)", [Piece("Chambre de commerce (CCI)")]),
        (
            "Vallon (Lucie Perrin, Marc Oudot)",
            [Piece("Vallon"), Piece("Lucie Perrin", "Vallon"), Piece("Marc Oudot", "Vallon")],
        ),
        ("CCI + CCI", [Piece("CCI")]),
        ("Ets Martin & Fils & CCI", [Piece("Ets Martin & Fils"), Piece("CCI")]),
        ("Arts et Métiers", [Piece("Arts et Métiers")]),
        (" ; - ", []),
    ],
)
def test_a_cell_is_parted_where_it_names_several(cell: str, found: list[Piece]) -> None:
    assert list(pieces(cell)) == found


@given(st.text(max_size=60))
def test_any_cell_is_parted_without_losing_its_head(cell: str) -> None:
    keys = [piece.key for piece in pieces(cell)]
    assert len(keys) == len(set(keys))
    assert all(fold(piece.name) for piece in pieces(cell))


def test_people_are_told_from_acronyms() -> None:
    names = ("M. X", "Mme Roy", "Lucie Perrin", "CCI", "CCI Jura", "le pilote", "35 t")
    assert [is_person(name) for name in names] == [True, True, True, False, False, False, False]


def test_what_is_known_as_a_whole_is_not_asked() -> None:
    names = Names({fold("Dupont + Fils"): "Dupont + Fils", "cci": "CCI"}, {})
    found = names.read("Dupont + Fils; CCI")
    assert (found.organisations, found.open) == (("Dupont + Fils", "CCI"), False)
    assert names.questions == {}


def test_what_is_new_is_asked_with_a_suggestion() -> None:
    names = Names({fold("CCI des Deux Rives"): "CCI des Deux Rives"}, {})
    found = names.read("CCI + Association Vallon")
    assert found.open
    suggested = {one.piece.name: one.suggested for one in names.questions.values()}
    assert suggested["CCI"].choice is NameChoice.KNOWN
    assert suggested["CCI"].name == "CCI des Deux Rives"
    assert suggested["Association Vallon"].kind is OrganisationKind.ASSOCIATION


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("CMA du Jura", OrganisationKind.CHAMBER),
        ("Communauté de communes", OrganisationKind.COLLECTIVITE),
        ("ADEME", OrganisationKind.FUNDER),
        ("Lycée Pasteur", OrganisationKind.RESEARCH),
        ("Scierie Roux", OrganisationKind.COMPANY),
    ],
)
def test_the_kind_of_an_organisation_is_guessed_by_its_name(
    name: str, kind: OrganisationKind
) -> None:
    assert guessed_kind(name) is kind


def test_a_person_of_no_organisation_is_no_new_firm() -> None:
    names = Names({}, {})
    names.read("Mme Roy")
    [question] = names.questions.values()
    assert question.suggested.choice is NameChoice.IGNORED
