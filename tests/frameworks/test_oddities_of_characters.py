"""What real files do with characters (domain.md §4): read, told, nothing lost."""

from __future__ import annotations

import unicodedata

from app.frameworks.format import NodeDraft, Reading, read
from tests.frameworks.samples import codes, ids, node, only, read_text, said

WARNING = "warning"


def _keys(more: str) -> tuple[NodeDraft, Reading]:
    reading = read_text(node("1", more=more))
    return only(reading), reading


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
