"""Everything that real files do (domain.md §4): read, told with file and line, nothing lost."""

from __future__ import annotations

import unicodedata
from decimal import Decimal

from app.frameworks.format import NodeDraft, Reading, read, walk
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


# Fences


def test_a_fence_never_closed_ends_with_its_keys() -> None:
    text = "# A\n```yaml\nid: 1\npoints: 3\n\nDu texte.\n## Contexte\nIci.\n" + node("1.1", 3)
    reading = read_text(text)
    assert ids(reading) == ["1", "1.1"]
    assert only(reading).points == 3
    assert only(reading).sections == {"Description": "Du texte.", "Contexte": "Ici."}
    assert said(reading, "open-fence") == [(WARNING, 2)]


def test_a_fence_never_closed_before_the_next_node_or_the_end_loses_nothing() -> None:
    reading = read_text("# A\n```yaml\nid: 1\n# B\n```yaml\nid: 2\n")
    assert ids(reading) == ["1", "2"]
    assert said(reading, "open-fence") == [(WARNING, 2), (WARNING, 5)]


def test_other_fences_stay_in_the_text_with_their_headings() -> None:
    formula = "```formule\n# pas un titre\nmin(a, b)\n```"
    reading = read_text(node("1") + "## Points\nCalcul :\n" + formula + "\nFin.\n")
    assert only(reading).sections == {"Points": f"Calcul :\n{formula}\nFin."}
    assert said(reading, "other-fence") == [(WARNING, 7)]


def test_another_fence_never_closed_does_not_swallow_the_nodes_below() -> None:
    reading = read_text(node("1") + "```commentaire\nà revoir\n" + node("1.1", 3))
    assert ids(reading) == ["1", "1.1"]
    assert only(reading).sections == {"Description": "```commentaire\nà revoir\n```"}
    assert said(reading, "open-fence") == [(WARNING, 5)]


def test_a_yaml_fence_without_a_heading_stays_as_text() -> None:
    reading = read_text(node("1") + "Exemple :\n\n```yaml\nid: 2\n```\n")
    assert ids(reading) == ["1"]
    assert only(reading).sections == {"Description": "Exemple :\n\n```text\nid: 2\n```"}
    assert said(reading, "stray-fence") == [(WARNING, 7)]


# Headings


def test_an_empty_heading_of_a_node_takes_its_id() -> None:
    reading = read_text("#\n```yaml\nid: 4\n```\n")
    assert only(reading).title == "4"
    assert said(reading, "empty-heading") == [(WARNING, 1)]


def test_an_empty_heading_of_a_section_is_ignored() -> None:
    reading = read_text(node("1") + "## Contexte\nUn.\n## \nDeux.\n## ##\nTrois.\n")
    assert only(reading).sections == {"Contexte": "Un.\nDeux.\nTrois."}
    assert said(reading, "empty-heading") == [(WARNING, 7), (WARNING, 9)]


def test_a_skipped_level_still_finds_its_parent() -> None:
    reading = read_text(node("1") + node("1.1.1", 5) + node("1.2", 3))
    assert parents(reading) == {"1": None, "1.1.1": "1", "1.2": "1"}
    assert said(reading, "skipped-level") == [(WARNING, 5)]


def test_a_node_on_an_even_level_is_a_node() -> None:
    reading = read_text(node("1") + node("1.1", 2))
    assert parents(reading) == {"1": None, "1.1": "1"}
    assert said(reading, "heading-level") == [(WARNING, 5)]


def test_a_section_on_an_odd_level_is_a_section() -> None:
    reading = read_text(node("1") + "### Remarque\nIci.\n")
    assert only(reading).sections == {"Remarque": "Ici."}
    assert said(reading, "heading-level") == [(WARNING, 5)]


def test_a_section_too_deep_belongs_to_the_node_above() -> None:
    reading = read_text(node("1") + "#### Détail\nIci.\n")
    assert only(reading).sections == {"Détail": "Ici."}
    assert said(reading, "skipped-level") == [(WARNING, 5)]


def test_actions_in_lower_case_and_at_the_top_is_the_keyword() -> None:
    reading = read_text(node("1") + "# actions\n" + node("1.1", 3))
    assert parents(reading) == {"1": None, "1.1": "1"}
    assert only(reading).sections == {}
    assert said(reading, "keyword-spelling") == [(WARNING, 5)]


def test_actions_with_a_fence_is_a_real_title() -> None:
    reading = read_text(node("1") + "## Actions\n" + node("1.1", 3, "Actions"))
    assert [child.title for child in only(reading).children] == ["Actions"]


def test_text_under_the_keyword_is_kept() -> None:
    reading = read_text(node("1") + "## Actions\nUne seule réponse possible.\n" + node("1.1", 3))
    assert only(reading).sections == {"Actions": "Une seule réponse possible."}
    assert said(reading, "keyword-text") == [(WARNING, 5)]


def test_a_section_without_its_accents_or_capital_is_recognised() -> None:
    reading = read_text(node("1") + "## perimetre de l’evaluation\nIci.\n## Critère\nLà.\n")
    assert list(only(reading).sections) == ["Périmètre de l'évaluation", "Critère"]
    assert said(reading, "section-spelling") == [(WARNING, 5)]


def test_a_section_twice_is_one_with_both_texts() -> None:
    reading = read_text(node("1") + "Avant.\n## Description\nAprès.\n")
    assert only(reading).sections == {"Description": "Avant.\n\nAprès."}
    assert said(reading, "repeated-section") == [(WARNING, 6)]


def test_text_before_the_first_node_is_kept() -> None:
    reading = read_text("Un mot.\n# Un titre seul\nUn autre.\n" + node("1"))
    assert only(reading).sections == {"Préambule": "Un mot.\n**Un titre seul**\nUn autre."}
    assert said(reading, "preamble") == [(WARNING, 1)]


def test_a_heading_glued_to_its_hashes_is_a_heading() -> None:
    reading = read_text("#Un\n```yaml\nid: 1\n```\n##Contexte\nIci.\n#motdiese\n")
    assert only(reading).title == "Un"
    assert only(reading).sections == {"Contexte": "Ici.\n#motdiese"}
    assert said(reading, "unspaced-heading") == [(WARNING, 1), (WARNING, 5)]


def test_closing_hashes_are_no_part_of_a_title() -> None:
    assert only(read_text(node("1", title="Le C# ##"))).title == "Le C#"


def test_a_child_whose_id_says_otherwise_stays_where_it_is_written() -> None:
    reading = read_text(node("1") + node("2.1", 3))
    assert parents(reading) == {"1": None, "2.1": "1"}
    assert said(reading, "parent-mismatch") == [(WARNING, 5)]


def test_files_that_contain_each_other_are_cut_apart() -> None:
    reading = read_text(node("a.1") + node("b", 3), node("b.1") + node("a", 3))
    assert sorted(ids(reading)) == ["a", "a.1", "b", "b.1"]
    assert [level for level, _ in said(reading, "parent-loop")] == [WARNING]


def test_a_chain_of_many_files_stays_shallow_and_whole() -> None:
    files = [node(f"n{i}.1") + node(f"n{i + 1}", 3) for i in range(60)]
    reading = read_text(*files)
    assert len(ids(reading)) == 120
    assert max(draft.depth for draft in walk(reading.roots)) < 20


# Characters


def test_decomposed_accents_are_composed() -> None:
    text = node("1", title=unicodedata.normalize("NFD", "Réemploi à côté"))
    reading = read_text(text)
    assert only(reading).title == "Réemploi à côté"
    assert said(reading, "decomposed-accents") == [(WARNING, 1)]


def test_unbreakable_and_thin_spaces_stay_in_text_and_open_headings() -> None:
    reading = read_text(node("1") + "##\xa0Contexte\nEau\u202f: 3\u2009t\n")
    assert only(reading).sections == {"Contexte": "Eau\u202f: 3\u2009t"}
    assert said(reading, "unusual-space") == [(WARNING, 5)]


def test_an_unbreakable_space_after_a_key_is_forgiven() -> None:
    root, reading = _keys("points:\xa020\n")
    assert root.points == 20
    assert "bad-yaml" in codes(reading)


def test_a_line_separator_inside_a_line_does_not_cut_it() -> None:
    text = node("1", more="nom: un\u2028deux\n") + "## Contexte\navant\u2028# après\n"
    reading = read_text(text)
    assert only(reading).keys["nom"] == "un\u2028deux"
    assert only(reading).sections == {"Contexte": "avant\u2028# après"}
    assert said(reading, "line-separator") == [(WARNING, 4)]


def test_windows_and_old_mac_line_ends_are_line_ends() -> None:
    for end in ("\r\n", "\r"):
        text = (node("1") + "Un.\n\nDeux.\n").replace("\n", end)
        reading = read_text(text)
        assert only(reading).sections == {"Description": "Un.\n\nDeux."}
        assert said(reading, "line-endings") == [(WARNING, 1)]


def test_a_byte_order_mark_is_ignored() -> None:
    reading = read([("bom.md", b"\xef\xbb\xbf" + node("1").encode())])
    assert ids(reading) == ["1"]
    assert said(reading, "bom") == [(WARNING, 1)]


def test_control_characters_never_reach_the_database() -> None:
    reading = read_text(node("1") + "a\x00b\n")
    assert only(reading).sections == {"Description": "a\ufffdb"}
    assert said(reading, "control-character") == [(WARNING, 5)]


def test_a_tab_after_a_dash_is_a_space() -> None:
    reading = read_text(node("1") + "-\tun\n-\tdeux\n")
    assert only(reading).sections == {"Description": "- un\n- deux"}
    assert said(reading, "tab-after-dash") == [(WARNING, 5)]


def test_many_blank_lines_are_told_once() -> None:
    reading = read_text(node("1") + "Un." + "\n" * 29 + "Deux.\n")
    assert said(reading, "blank-run") == [(WARNING, 6)]
    assert only(reading).sections["Description"].split() == ["Un.", "Deux."]


def test_raw_html_is_kept_and_told() -> None:
    reading = read_text(node("1") + 'Voir <a href="/x">ici</a>.\n')
    assert only(reading).sections == {"Description": 'Voir <a href="/x">ici</a>.'}
    assert said(reading, "raw-html") == [(WARNING, 5)]


def test_every_message_is_a_sentence_with_a_point() -> None:
    text = (
        "\ufeffAvant.\r\n" + node("1", 2, more="a: %\nb: c # d\n") + "##\xa0actions\nx\n<b>\n```\n"
    )
    messages = [d.message for d in read_text(text, text).diagnostics]
    assert len(messages) > 10
    assert [said for said in messages if not said.endswith((".", ")"))] == []
