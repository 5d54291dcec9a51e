"""Headings are found wherever they stand, and their columns named."""

from __future__ import annotations

import pytest

from app.imports.heading import find, signature
from app.imports.kinds import Field, TableKind
from app.imports.layout import TRACKER, read_priority, read_status
from tests.imports.samples import HEADINGS


def test_the_28_columns_are_known_with_those_that_stand_twice() -> None:
    found = find([HEADINGS])
    assert found.kind is TableKind.TRACKER
    assert found.fields == tuple(field for field, _heading in TRACKER)


@pytest.mark.parametrize("above", [0, 1, 7, 30])
def test_headings_are_found_below_whatever_stands_above(above: int) -> None:
    rows = [["Plan d’actions", *[""] * 27]] * above + [HEADINGS, ["1", *["x"] * 27]]
    assert (find(rows).kind, find(rows).bottom) == (TableKind.TRACKER, above)


def test_three_rows_of_headings_are_read_from_the_top_down() -> None:
    rows = [
        ["Plan d’actions", "Plan d’actions", "Plan d’actions", "Plan d’actions"],
        ["Action", "Qui ?", "Calendrier", "Calendrier"],
        ["Titre", "Structure pilote", "Début", "Fin"],
        ["Peser", "Le Fournil", "T1", "T2"],
    ]
    found = find(rows)
    assert found.bottom == 2
    assert found.fields == (Field.ACTION, Field.LEAD, Field.START, Field.END)


def test_a_heading_says_the_same_in_other_words() -> None:
    found = find(
        [["N°", "Intitulé de l’action", "PILOTE", "échéance prévisionnelle", "Avancement"]]
    )
    assert found.fields == (None, Field.ACTION, Field.LEAD, Field.END, Field.STATUS)


def test_contacts_and_zones_are_known_by_their_columns() -> None:
    contacts = find([["Nom", "Prénom", "Fonction", "Courriel", "Téléphone", "Entreprise"]])
    assert contacts.kind is TableKind.CONTACTS
    assert find([["site_id", "site_nom", "site_vocadomi"]]).kind is TableKind.ZONES


def test_a_table_without_known_headings_waits_for_a_word() -> None:
    found = find([["Quoi", "Comment"], ["a", "b"]])
    assert (found.kind, found.fields) == (TableKind.NONE, (None, None))


def test_headings_are_remembered_whatever_their_accents_and_case() -> None:
    assert signature(["Échéance", "Qui"]) == signature(["ECHEANCE", "qui"])
    assert signature(["Échéance", "Qui"]) != signature(["Qui", "Échéance"])


@pytest.mark.parametrize(
    ("word", "read"),
    [
        ("À venir", "upcoming"),
        ("en cours", "running"),
        ("Réalisée", "done"),
        ("TERMINÉ", "done"),
        ("A discuter", "to_discuss"),
        ("À discuter", "to_discuss"),
        ("En retard", "late"),
        ("peut-être", None),
    ],
)
def test_the_trackers_words_for_a_state_are_read(word: str, read: str | None) -> None:
    assert read_status(word) == read


def test_priorities_are_read() -> None:
    words = ("Élevé", "haute", "Moyen", "BAS", "?")
    assert [read_priority(word) for word in words] == ["high", "high", "medium", "low", None]
