"""All that the reader can say, once each: what was met, in which file, on which line.

The details of each oddity stand in test_oddities_of_*.py; this is the list, and it is whole.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from app.frameworks.format import read
from app.frameworks.kinds import DiagnosticCode as Code
from app.frameworks.scoring import check_rules
from tests.frameworks.samples import node

_MANUAL = Path(__file__).resolve().parents[2] / "docs" / "framework-format.md"

ROOT, CHILD = node("1"), node("1.1", 3)
SHARE = "pourcentage: 60\n"


def _key(lines: str) -> str:
    """The fourth line of its file is the first of these."""
    return node("1", more=lines)


LIST: list[tuple[Code, str | bytes, int]] = [
    (Code.NOT_UTF8, "# Été\n```yaml\nid: 1\n```\n".encode("cp1252"), 1),
    (Code.NO_ID, "# A\n```yaml\npoints: 1\n```\n", 1),
    (Code.NO_NODE, "", 1),
    (Code.BOM, "\ufeff" + ROOT, 1),
    (Code.LINE_ENDINGS, ROOT.replace("\n", "\r\n"), 1),
    (Code.CONTROL_CHARACTER, ROOT + "a\x00b\n", 5),
    (Code.LINE_SEPARATOR, ROOT + "a\u2028b\n", 5),
    (Code.DECOMPOSED_ACCENTS, ROOT + "e\u0301\n", 5),
    (Code.BLANK_RUN, ROOT + "a" + "\n" * 29 + "b\n", 6),
    (Code.TAB_AFTER_DASH, ROOT + "-\ta\n", 5),
    (Code.RAW_HTML, ROOT + "<b>a</b>\n", 5),
    (Code.UNUSUAL_SPACE, ROOT + "##\xa0Contexte\n", 5),
    (Code.EMPTY_HEADING, ROOT + "## \na\n", 5),
    (Code.UNDERLINED_HEADING, "A\n===\n```yaml\nid: 1\n```\n", 1),
    (Code.UNSPACED_HEADING, ROOT + "##Contexte\na\n", 5),
    (Code.HEADING_LEVEL, ROOT + node("1.1", 2), 5),
    (Code.SKIPPED_LEVEL, ROOT + node("1.1", 5), 5),
    (Code.PREAMBLE, "a\n" + ROOT, 1),
    (Code.KEYWORD_SPELLING, ROOT + "# actions\n" + CHILD, 5),
    (Code.KEYWORD_TEXT, ROOT + "## Actions\na\n" + CHILD, 5),
    (Code.SECTION_SPELLING, ROOT + "## contexte\na\n", 5),
    (Code.REPEATED_SECTION, ROOT + "## Contexte\na\n## Contexte\nb\n", 7),
    (Code.OPEN_FENCE, "# A\n```yaml\nid: 1\n## Contexte\na\n", 2),
    (Code.OTHER_FENCE, ROOT + "```formule\na\n```\n", 5),
    (Code.STRAY_FENCE, ROOT + "a\n```yaml\nid: 2\n```\n", 6),
    (Code.INDENTED_FENCE, "# A\n    ```yaml\n    id: 1\n    ```\n", 2),
    (Code.MISSED_NODE, ROOT + "### B\n```\nid: 1.1\n```\n", 5),
    (Code.COMMENTED_NODE, f"{ROOT}<!--\n{CHILD}-->\n", 6),
    (Code.BAD_YAML, _key("unite: %\n"), 4),
    (Code.UNREADABLE_LINE, _key("unite: %\nsuite\n"), 5),
    (Code.REPEATED_KEY, _key("points: 1\npoints: 2\n"), 5),
    (Code.GENRE, _key("genre: roman\n"), 4),
    (Code.KEY_SPELLING, _key("Points: 1\n"), 4),
    (Code.UNKNOWN_KEY, _key("couleur: vert\n"), 4),
    (Code.EATEN_BY_HASH, _key("points: 1 # un\n"), 4),
    (Code.NESTED_VALUE, _key("actions: [a, b]\n"), 4),
    (Code.YAML_MARK, _key("points: !!int 1\n"), 4),
    (Code.NUMBER, _key("points: oui\n"), 4),
    (Code.CATEGORY, _key("categorie: Bases\n"), 4),
    (Code.TWO_IDS, _key("identifiant: 2\n"), 1),
    (Code.ODD_ID, node("3,5 bis"), 1),
    (Code.DUPLICATE_ID, ROOT + CHILD + CHILD, 9),
    (Code.PARENT_MISMATCH, ROOT + node("2.1", 3), 5),
    (Code.NO_CHILDREN, ROOT, 1),
    (Code.NO_WEIGHTS, ROOT + CHILD, 1),
    (Code.MISSING_WEIGHT, ROOT + node("1.1", 3, more=SHARE) + node("1.2", 3), 1),
    (Code.WEIGHTS_SUM, ROOT + node("1.1", 3, more=SHARE), 1),
    (
        Code.TWO_WEIGHTS,
        node("1", more="points: 8\n") + node("1.1", 3, more=SHARE + "points: 8\n"),
        1,
    ),
    (Code.UNREADABLE_RULE, _key("facteur: beaucoup\n"), 1),
]
# What only several files can show: the second file's first line.
OF_FILES = {
    Code.MISSING_PARENT: (node("1"), node("1.2.3")),
    Code.PARENT_LOOP: (node("b.1") + node("a", 3), node("a.1") + node("b", 3)),
}


# What a file of added keys can show, beside the root.
OF_OVERLAYS = {
    Code.OVERLAY_ID: (node("2"), 1),
    Code.OVERLAY_KEY: (node("1", more="points: 9\n"), 4),
}


@pytest.mark.parametrize("code", OF_OVERLAYS)
def test_what_an_overlay_does_not_add_is_told(code: Code) -> None:
    overlay, line = OF_OVERLAYS[code]
    root = node("1", more="points: 8\n")
    reading = read([("a.md", root.encode())], [("ajout.md", overlay.encode())])
    assert (code, "ajout.md", line) in [(d.code, d.file, d.line) for d in reading.diagnostics]


@pytest.mark.parametrize(("code", "content", "line"), LIST, ids=[str(one[0]) for one in LIST])
def test_what_was_met_is_told_with_its_file_and_line(
    code: Code, content: str | bytes, line: int
) -> None:
    raw = content if isinstance(content, bytes) else content.encode()
    reading = read([("vide.md", b""), ("fiche.md", raw)])
    found = [*reading.diagnostics, *check_rules(reading.roots)]
    assert (code, "fiche.md", line) in [(d.code, d.file, d.line) for d in found]


@pytest.mark.parametrize("code", OF_FILES)
def test_what_files_do_to_each_other_is_told(code: Code) -> None:
    first, second = OF_FILES[code]
    reading = read([("a.md", first.encode()), ("b.md", second.encode())])
    assert code in {d.code for d in reading.diagnostics}


def test_the_list_is_whole_and_the_manual_tells_each() -> None:
    assert {code for code, _, _ in LIST} | set(OF_FILES) | set(OF_OVERLAYS) == set(Code)
    manual = _MANUAL.read_text(encoding="utf-8")
    assert [code.value for code in Code if f"`{code.value}`" not in manual] == []
