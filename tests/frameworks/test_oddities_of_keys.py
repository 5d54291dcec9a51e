"""What real files do with weights, ids and keys (domain.md §4): read, told, nothing lost."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from app.frameworks.format import NodeDraft, Reading
from tests.frameworks.samples import codes, ids, message, node, only, parents, read_text, said

WARNING = "warning"


def _keys(more: str) -> tuple[NodeDraft, Reading]:
    reading = read_text(node("1", more=more))
    return only(reading), reading


# Weights


def test_percentages_that_do_not_sum_to_100_are_kept_and_told() -> None:
    text = node("1") + node("1.1", 3, more="pourcentage: 60\n")
    reading = read_text(text + node("1.2", 3, more="pourcentage: 50\n"))
    assert said(reading, "weights-sum") == [(WARNING, 1)]
    assert [child.percentage for child in only(reading).children] == [60, 50]
    assert "110 au lieu de 100" in message(reading, "weights-sum")


def test_points_of_a_measure_without_its_own_are_its_percents() -> None:
    text = node("1") + node("1.1", 3, more="points: 60\n")
    assert said(read_text(text + node("1.2", 3, more="points: 40\n")), "weights-sum") == []
    assert said(read_text(text + node("1.2", 3, more="points: 30\n")), "weights-sum") == [
        (WARNING, 1)
    ]


def test_points_must_sum_to_the_parents_points() -> None:
    text = node("1", more="points: 8\n") + node("1.1", 3, more="points: 5\n")
    assert "weights-sum" not in codes(read_text(text + node("1.2", 3, more="points: 3\n")))
    assert "weights-sum" in codes(read_text(text + node("1.2", 3, more="points: 4\n")))


def test_axes_add_up_the_measures_of_other_files_without_a_remark() -> None:
    reading = read_text(node("1"), node("1.1", more="points: 8\n"), node("1.2", more="points: 3\n"))
    assert codes(reading) == set()


def test_a_measure_without_children_is_told() -> None:
    assert said(read_text(node("1")), "no-children") == [(WARNING, 1)]


def test_children_without_weights_are_told() -> None:
    reading = read_text(node("1") + node("1.1", 3) + node("1.2", 3))
    assert said(reading, "no-weights") == [(WARNING, 1)]


def test_a_child_without_weight_beside_weighed_ones_is_told() -> None:
    for key in ("points: 100", "pourcentage: 70"):
        text = node("1") + node("1.1", 3, more=f"{key}\n") + node("1.2", 3)
        assert said(read_text(text), "missing-weight") == [(WARNING, 1)]


def test_a_weight_that_is_no_number_is_kept_and_left_out() -> None:
    for written in ("beaucoup", "-3", "1e9", "NaN", "Infinity", "1_000", "٣"):
        root, reading = _keys(f"points: {written}\n")
        assert root.points is None
        assert root.keys["points"] == written
        assert said(reading, "number") == [(WARNING, 4)]


def test_a_french_comma_and_a_percent_sign_are_understood() -> None:
    root, reading = _keys('points: 12,5\npourcentage: "20 %"\n')
    assert (root.points, root.percentage) == (Decimal("12.5"), 20)
    assert said(reading, "number") == [(WARNING, 4), (WARNING, 5)]


# Ids and keys


def test_a_second_node_of_the_same_id_is_kept_under_another() -> None:
    text = node("1") + node("1.1", 3, "Premier") + node("1.1", 3, "Second")
    reading = read_text(text)
    assert [(n.id, n.title) for n in only(reading).children] == [
        ("1.1", "Premier"),
        ("1.1#2", "Second"),
    ]
    assert said(reading, "duplicate-id") == [(WARNING, 9)]


def test_the_other_id_of_a_duplicate_is_free() -> None:
    text = "".join(node(written) for written in ("1", '"1#2"', "1", "1"))
    assert sorted(ids(read_text(text))) == ["1", "1#2", "1#3", "1#4"]


def test_of_two_equal_keys_the_last_holds() -> None:
    root, reading = _keys("points: 3\npoints: 4\n")
    assert root.points == 4
    assert said(reading, "repeated-key") == [(WARNING, 5)]
    assert "« 4 » remplace « 3 »" in message(reading, "repeated-key")


def test_id_and_identifiant_that_differ_are_told() -> None:
    reading = read_text("# T\n```yaml\nid: 1\nidentifiant: 2\n```\n")
    assert ids(reading) == ["2"]
    assert said(reading, "two-ids") == [(WARNING, 1)]


def test_an_unusual_id_is_kept() -> None:
    reading = read_text(node("3,5 bis"))
    assert ids(reading) == ["3,5 bis"]
    assert said(reading, "odd-id") == [(WARNING, 1)]


def test_a_percent_sign_that_yaml_refuses_is_read_line_by_line() -> None:
    root, reading = _keys("unite: %\npoints: 3\n")
    assert root.keys == {"id": "1", "unite": "%", "points": "3"}
    assert root.points == 3
    assert said(reading, "bad-yaml") == [(WARNING, 4)]


def test_an_unquoted_colon_is_part_of_the_value() -> None:
    root, reading = _keys("nom: Ateliers : premier tour\n")
    assert root.keys["nom"] == "Ateliers : premier tour"
    assert said(reading, "bad-yaml") == [(WARNING, 4)]


def test_what_follows_a_hash_is_told_as_a_comment() -> None:
    root, reading = _keys("points: 3 # voir la note\n")
    assert root.points == 3
    assert said(reading, "eaten-by-hash") == [(WARNING, 4)]
    assert "voir la note" in message(reading, "eaten-by-hash")


def test_a_value_that_a_hash_would_eat_whole_is_kept() -> None:
    root, reading = _keys("nom: #EIT pour tous\n")
    assert root.keys["nom"] == "#EIT pour tous"
    assert said(reading, "eaten-by-hash") == [(WARNING, 4)]


def test_a_hash_in_quotes_and_a_whole_line_comment_are_no_oddity() -> None:
    root, reading = _keys('categorie: bases\n# points: 500\nreferentiel: "a # b"\n')
    assert root.keys["referentiel"] == "a # b"
    assert codes(reading) == {"no-children"}


def test_a_missing_space_after_a_key_is_forgiven() -> None:
    root, reading = _keys("points:3\n")
    assert root.points == 3
    assert "bad-yaml" in codes(reading)


def test_a_line_without_a_key_goes_with_the_value_above() -> None:
    root, reading = _keys("nom: %a\nsuite du nom\n")
    assert root.keys["nom"] == "%a suite du nom"
    assert said(reading, "unreadable-line") == [(WARNING, 5)]


def test_a_list_in_a_key_is_kept_as_its_text() -> None:
    root, reading = _keys("tags: [eau, bois]\n")
    assert root.keys["tags"] == "[eau, bois]"
    assert said(reading, "nested-value") == [(WARNING, 4)]


def test_a_key_in_capitals_or_with_accents_is_recognised() -> None:
    root, reading = _keys("Catégorie: bases\n")
    assert root.category == "bases"
    assert said(reading, "key-spelling") == [(WARNING, 4)]


def test_a_category_without_its_accents_is_recognised() -> None:
    for written in ("mise en oeuvre", "Mise En Œuvre"):
        root, reading = _keys(f"categorie: {written}\n")
        assert root.category == "mise en œuvre"
        assert root.keys["categorie"] == written
        assert said(reading, "category") == [(WARNING, 4)]


def test_an_unknown_category_is_kept() -> None:
    root, reading = _keys("categorie: rêves\n")
    assert root.category == "rêves"
    assert said(reading, "category") == [(WARNING, 4)]


def test_quotes_and_escapes_survive_the_line_reader() -> None:
    root, _ = _keys("a: %\nb: \"l\\u00e9ger \\\"dit\\\"\"\nc: 'l''eau'\n")
    assert (root.keys["b"], root.keys["c"]) == ('léger "dit"', "l'eau")


def test_a_full_stop_or_a_space_after_an_id_is_no_part_of_it() -> None:
    reading = read_text(node('"6.3.1. "'), node("6.3.1.2"))
    assert parents(reading) == {"6.3.1": None, "6.3.1.2": "6.3.1"}
    assert only(reading).keys["id"] == "6.3.1. "
    assert said(reading, "odd-id") == [(WARNING, 1)]


def test_a_trailing_zero_is_not_eaten_quoted_or_not() -> None:
    for first, second in (("3.1", "3.10"), ('"3.1"', "'3.10'")):
        reading = read_text(node("3") + node(first, 3) + node(second, 3))
        assert ids(reading) == ["3", "3.1", "3.10"]
        assert "duplicate-id" not in codes(reading)


def test_what_yaml_would_turn_into_dates_numbers_or_nothing_stays_text() -> None:
    written = {"version": "2024-01-02", "a": "12:30:45", "b": "yes", "c": "~", "d": "0x1F"}
    root, _ = _keys("".join(f"{key}: {value}\n" for key, value in written.items()))
    assert root.keys == {"id": "1", **written}


def test_anchors_aliases_and_tags_are_read_as_their_text_and_told() -> None:
    root, reading = _keys("a: &x eau\nb: *x\npoints: !!int 3\nc: !!python/name:os.system 9\n")
    assert root.keys == {"id": "1", "a": "eau", "b": "eau", "points": "3", "c": "9"}
    assert said(reading, "yaml-mark") == [(WARNING, line) for line in (4, 5, 6, 7)]


def test_a_bomb_of_aliases_is_kept_as_it_is_written() -> None:
    lines = ["a: &a [x,x,x,x,x,x,x,x,x]"] + [
        f"{name}: &{name} [{','.join([f'*{above}'] * 9)}]" for above, name in pairwise("abcdefghi")
    ]
    root, reading = _keys("\n".join(lines) + "\n")
    assert root.keys["i"] == "&i [*h,*h,*h,*h,*h,*h,*h,*h,*h]"
    assert [line for _, line in said(reading, "nested-value")] == list(range(4, 13))


def test_a_python_tag_runs_nothing() -> None:
    root, _ = _keys("a: !!python/object/apply:os.abort []\n")
    assert root.keys["a"] == "!!python/object/apply:os.abort []"


def test_yaml_indented_by_tabs_or_in_documents_is_read() -> None:
    root, reading = _keys("\tpoints:\t3\n")
    assert (root.points, "bad-yaml" in codes(reading)) == (3, True)
    document, _ = _keys("---\npoints: 3\n...\n")
    assert (document.id, document.points) == ("1", 3)


def test_a_line_without_a_key_never_lengthens_an_id_or_a_weight() -> None:
    for more, kept in ((": 3\n", ": 3"), ("? [a]\n", "? [a]")):
        root, reading = _keys(more)
        assert (root.id, root.keys["texte"]) == ("1", kept)
        assert said(reading, "unreadable-line") == [(WARNING, 4)]


def test_points_and_a_percentage_that_contradict_each_other_are_told() -> None:
    text = node("1", more="points: 8\n") + node("1.1", 3, more="points: 4\npourcentage: 50\n")
    agreed = text + node("1.2", 3, more="points: 4\npourcentage: 50\n")
    assert "two-weights" not in codes(read_text(agreed))
    reading = read_text(text + node("1.2", 3, more="points: 4\npourcentage: 10\n"))
    assert said(reading, "two-weights") == [(WARNING, 1)]
    assert [child.points for child in only(reading).children] == [4, 4]
