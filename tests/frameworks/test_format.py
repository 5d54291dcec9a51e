"""The rule that reads every real file: a heading whose next filled line opens a YAML fence."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.frameworks.format import read, sort_key, walk
from tests.frameworks.samples import PLAIN, ids, node, only, parents, read_text, said


def test_a_plain_file_is_read_without_a_remark() -> None:
    reading = read_text(PLAIN)
    assert reading.diagnostics == ()
    assert not reading.has_errors
    root = only(reading)
    assert (root.id, root.title, root.points, root.depth) == (
        "7.1",
        "Relier les ateliers",
        Decimal(40),
        0,
    )
    first, second = root.children
    assert (first.id, first.parent, first.percentage, first.depth) == ("7.1.1", "7.1", 60, 1)
    assert (first.category, second.category) == ("bases", "mise en œuvre")
    assert (first.file, first.line, second.line) == ("a.md", 10, 18)


def test_text_right_after_a_fence_is_the_description() -> None:
    first, second = only(read_text(PLAIN)).children
    assert first.sections == {"Description": "Un inventaire partagé."}
    assert second.sections == {"Exemples": "Une chaufferie commune."}


def test_a_heading_without_a_fence_is_a_section_of_the_node_above() -> None:
    text = node("1") + "## Contexte\nPourquoi.\n## Une idée à nous\nLibre.\n"
    assert only(read_text(text)).sections == {"Contexte": "Pourquoi.", "Une idée à nous": "Libre."}


def test_a_section_after_the_children_belongs_to_their_parent() -> None:
    text = node("1") + "## Actions\n" + node("1.1", 3) + "## Ressources\nUn guide.\n"
    root = only(read_text(text))
    assert root.sections == {"Ressources": "Un guide."}
    assert root.children[0].sections == {}


def test_the_keywords_actions_and_niveaux_are_no_sections() -> None:
    for word in ("Actions", "Niveaux"):
        reading = read_text(node("1") + f"## {word}\n" + node("1.1", 3))
        assert only(reading).sections == {}
        assert ids(reading) == ["1", "1.1"]


def test_blank_lines_may_stand_between_a_heading_and_its_fence() -> None:
    assert ids(read_text("# T\n\n\xa0\n\n```yaml\nid: 1\n```\n")) == ["1"]


def test_any_line_between_a_heading_and_a_fence_makes_it_a_section() -> None:
    text = node("1") + "## Exemple\nVoici :\n```yaml\nid: 9\n```\n"
    assert ids(read_text(text)) == ["1"]


def test_ids_stay_text_exactly_as_written() -> None:
    for written in ("3.5", "1.10", "6.3.5altercom", "6.3.5.4.a", "007", "1.0", "1e3"):
        assert only(read_text(node(written))).id == written


def test_the_later_spelling_identifiant_is_an_id_too() -> None:
    root = only(read_text("# T\n```yaml\nidentifiant: 2.1\npourcentage: 20\n```\n"))
    assert (root.id, root.percentage) == ("2.1", 20)


def test_points_and_percentage_may_both_stand_on_a_node() -> None:
    root = only(read_text(node("1", more="points: 7.5\npourcentage: 30\n")))
    assert (root.points, root.percentage) == (Decimal("7.5"), Decimal(30))


def test_every_key_is_kept_as_text_known_or_not() -> None:
    root = only(read_text(node("1", more="pointsDOM: 3\nclimat_pratic_id: eci\ncouleur: vert\n")))
    assert root.keys == {"id": "1", "pointsDOM": "3", "climat_pratic_id": "eci", "couleur": "vert"}


def test_the_root_of_a_whole_framework_has_an_empty_id_and_is_above_all() -> None:
    whole = '# Tout\n```yaml\nidentifiant: ""\n# points: 500\nreferentiel: "zzz"\n```\n'
    reading = read_text(node("2"), whole, node("1"))
    assert ids(reading) == ["", "1", "2"]
    assert parents(reading) == {"": None, "1": "", "2": ""}
    assert only(reading).keys == {"identifiant": "", "referentiel": "zzz"}


def test_across_files_the_parent_is_the_nearest_id_prefix() -> None:
    reading = read_text(node("1.1.2"), node("1.10"), node("1.1"), node("1"))
    assert parents(reading) == {"1": None, "1.1": "1", "1.1.2": "1.1", "1.10": "1"}
    assert [draft.depth for draft in walk(reading.roots)] == [0, 1, 2, 1]


def test_a_node_without_its_parent_hangs_from_the_nearest_one_there_is() -> None:
    reading = read_text(node("1"), node("1.2.3"))
    assert parents(reading)["1.2.3"] == "1"
    assert said(reading, "missing-parent") == [("warning", 1)]


def test_letters_after_a_number_are_a_component_of_their_own_kind() -> None:
    reading = read_text(node("6.3"), node("6.3.5"), node("6.3.5altercom"), node("6.3.5.a"))
    assert parents(reading)["6.3.5altercom"] == "6.3"
    assert parents(reading)["6.3.5.a"] == "6.3.5"


def test_ids_sort_by_their_components() -> None:
    shuffled = ["1.2.3.2.10", "1.10", "", "6.3.5altercom", "1.2.3.2.9", "6.3.5", "6.3.5.a", "1.2"]
    assert sorted(shuffled, key=sort_key) == [
        "",
        "1.2",
        "1.2.3.2.9",
        "1.2.3.2.10",
        "1.10",
        "6.3.5",
        "6.3.5.a",
        "6.3.5altercom",
    ]


def test_ids_of_thousands_of_digits_sort_too() -> None:
    assert sort_key("9" * 9000) < sort_key("1" + "0" * 9000)


def test_children_stand_in_natural_order_whatever_the_file_says() -> None:
    text = node("1") + node("1.10", 3) + node("1.9", 3) + node("1.0", 3)
    assert ids(read_text(text)) == ["1", "1.0", "1.9", "1.10"]


def test_the_tree_does_not_depend_on_the_order_of_the_files() -> None:
    files = [("x", node("1").encode()), ("y", node("1.2").encode()), ("z", PLAIN.encode())]
    assert read(files).roots == read(files[::-1]).roots


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (b"", "no-node", 1),
        (b"du texte\n# un titre seul\n", "no-node", 1),
        ("# Été\n".encode("latin-1"), "not-utf8", 1),
        (b"# T\n```yaml\nid: 1\n\xff\n```\n", "not-utf8", 4),
        ("\n# T\n```yaml\nid: 1\n```\n".encode("utf-16"), "not-utf8", 1),
        (b"# T\n```yaml\npoints: 3\n```\n", "no-id", 1),
        (b"# T\n```yaml\n```\n", "no-id", 1),
        (b"# T\n```yaml\nid:\n```\n", "no-id", 1),
        (b'# T\n```yaml\nid: ""\n```\n', "no-id", 1),
        (b"# T\n```yaml\nid: " + b"1" * 81 + b"\n```\n", "no-id", 1),
        (b"# T\n```yaml\nid: 6.3/4\n```\n", "no-id", 1),
    ],
)
def test_what_cannot_be_taken_is_an_error_with_its_line(
    content: bytes, code: str, line: int
) -> None:
    reading = read([("mauvais.md", content)])
    assert [(d.file, d.line, d.code) for d in reading.diagnostics if d.level == "error"] == [
        ("mauvais.md", line, code)
    ]
    assert reading.has_errors


def test_children_of_a_node_without_id_go_to_the_nearest_node_that_has_one() -> None:
    text = node("1") + "### Sans\n```yaml\npoints: 2\n```\n" + node("1.2.3", 5)
    reading = read_text(text)
    assert parents(reading) == {"1": None, "1.2.3": "1"}
    assert said(reading, "no-id") == [("error", 5)]


def test_an_id_that_no_address_could_hold_is_refused_by_its_name() -> None:
    (told, *_) = read_text(node("6.3/4") + node("6.3.5")).diagnostics
    assert "l’identifiant « 6.3/4 » contient une barre « / »" in told.message


def test_one_bad_file_does_not_hide_the_others() -> None:
    reading = read([("vide.md", b""), ("bon.md", PLAIN.encode())])
    assert ids(reading) == ["7.1", "7.1.1", "7.1.2"]
    assert [(d.file, d.code) for d in reading.diagnostics] == [("vide.md", "no-node")]


def test_diagnostics_come_by_file_then_line() -> None:
    bad = node("1", more="a b: c\n") + node("1.1", 2) + "### \n"
    places = [(d.file, d.line) for d in read_text(bad, bad).diagnostics]
    assert places == sorted(places)
    assert {file for file, _ in places} == {"a.md", "b.md"}
