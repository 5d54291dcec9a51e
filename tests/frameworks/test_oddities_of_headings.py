"""What real files do with fences and headings (domain.md §4): read, told, nothing lost."""

from __future__ import annotations

from app.frameworks.format import walk
from tests.frameworks.samples import codes, ids, message, node, only, parents, read_text, said

WARNING = "warning"


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


def test_a_fence_of_tildes_of_four_marks_or_named_yml_opens_a_node() -> None:
    for opened, closed in (
        ("~~~yaml", "~~~"),
        ("````yaml", "````"),
        ("```yml", "```"),
        ("``` YAML  ", "```  "),
        ("  ```yaml\u200b", "  ```"),
        ("```yaml\xa0", "```\u200b"),
    ):
        reading = read_text(f"# A\n{opened}\nid: 1\n{closed}\nTexte.\n")
        assert (ids(reading), only(reading).sections) == (["1"], {"Description": "Texte."})
        assert codes(reading) == {"no-children"}


def test_a_fence_far_from_the_margin_opens_a_node_too() -> None:
    for indent in ("    ", "\t"):
        text = f"# A\n{indent}```yaml\n{indent}id: 1\n{indent}```\nTexte.\n"
        reading = read_text(text)
        assert (ids(reading), only(reading).sections) == (["1"], {"Description": "Texte."})
        assert said(reading, "indented-fence") == [(WARNING, 2)]


def test_an_invisible_character_alone_on_a_line_is_a_blank_line() -> None:
    assert ids(read_text("# A\n\u200b\n```yaml\nid: 1\n```\n")) == ["1"]


def test_a_fence_of_another_language_with_an_id_is_told_as_a_missed_node() -> None:
    for name in ("", "json", "{.yaml}"):
        reading = read_text(node("1") + f"### B\n```{name}\nid: 1.1\n```\n")
        assert ids(reading) == ["1"]
        assert only(reading).sections == {"B": f"```{name}\nid: 1.1\n```"}
        assert said(reading, "missed-node") == [(WARNING, 5)]


def test_a_node_shown_in_an_example_of_four_marks_is_no_node() -> None:
    example = "````markdown\n# X\n```yaml\nid: 2\n```\n````"
    reading = read_text(node("1") + f"## Exemples\n{example}\nFin.\n" + node("1.1", 3))
    assert ids(reading) == ["1", "1.1"]
    assert only(reading).sections == {"Exemples": f"{example}\nFin."}


def test_four_marks_never_closed_do_not_swallow_the_nodes_below() -> None:
    reading = read_text(node("1") + "````texte\nà revoir\n" + node("1.1", 3))
    assert ids(reading) == ["1", "1.1"]
    assert said(reading, "open-fence") == [(WARNING, 5)]


def test_an_indented_example_keeps_its_indentation() -> None:
    text = "- un point :\n\n  ```formule\n  a + b\n  ```"
    assert only(read_text(node("1") + text + "\n")).sections == {"Description": text}


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


def test_a_parent_is_the_one_that_the_id_names_where_a_level_is_missing() -> None:
    reading = read_text(node("1") + node("1.1", 3) + "# actions\n" + node("1.1.1", 5))
    assert parents(reading) == {"1": None, "1.1": "1", "1.1.1": "1.1"}
    assert "« 1.1 »" in message(reading, "skipped-level")


def test_where_no_level_is_missing_a_node_stays_where_it_is_written() -> None:
    reading = read_text(node("1") + node("1.1", 3) + node("1.1.1", 3))
    assert parents(reading)["1.1.1"] == "1"
    assert said(reading, "parent-mismatch") == [(WARNING, 9)]


def test_a_section_less_deep_than_the_node_above_belongs_to_the_one_that_holds_it() -> None:
    text = node("1") + node("1.1", 3) + node("1.1.1", 5) + "#### Contexte\nIci.\n"
    (first,) = only(read_text(text)).children
    assert first.sections == {"Contexte": "Ici."}


def test_an_underlined_title_above_a_fence_is_a_node() -> None:
    reading = read_text("Un titre\n========\n```yaml\nid: 1\n```\n" + node("1.1", 3))
    assert (only(reading).title, ids(reading)) == ("Un titre", ["1", "1.1"])
    assert said(reading, "underlined-heading") == [(WARNING, 1)]


def test_an_underlined_title_without_a_fence_stays_in_the_text_and_is_told() -> None:
    reading = read_text(node("1") + "Contexte\n--------\nIci.\n")
    assert only(reading).sections == {"Description": "Contexte\n--------\nIci."}
    assert said(reading, "underlined-heading") == [(WARNING, 5)]


def test_a_rule_between_paragraphs_is_no_title() -> None:
    reading = read_text(node("1") + "Un.\n\n---\n\n- deux\n---\n| a |\n---\n")
    assert codes(reading) == {"no-children"}


def test_a_node_in_an_html_comment_is_read_and_told() -> None:
    hidden = "<!--\n" + node("1.1", 3) + "-->\n"
    reading = read_text(node("1") + hidden + node("1.2", 3))
    assert ids(reading) == ["1", "1.1", "1.2"]
    assert said(reading, "commented-node") == [(WARNING, 6)]
    unclosed = read_text(node("1") + "a <!-- b\n" + node("1.1", 3))
    assert "commented-node" not in codes(unclosed)
