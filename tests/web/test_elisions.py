"""Nowhere does « de » or « que » stand bare before a name: `of`, `to` and `that` know how."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# what follows is a number, an address, a unit or words of our own, which begin with a consonant
NO_NAME = {
    *("address", "because", "email", "first", "id", "lost", "n", "parts", "present", "sum"),
    *("told", "unit", "url", "what", "when", "year"),
}
BARE = re.compile(r"\b(?:[Dd]e|[Qq]ue|[Jj]usque|[Ll]orsque|[Pp]uisque) %\((\w+)\)s")


def test_no_sentence_puts_a_bare_word_before_a_name() -> None:
    files = [*ROOT.glob("templates/**/*.html"), *ROOT.glob("templates/**/*.txt")]
    files += ROOT.glob("app/**/*.py")
    found = {
        f"{file.relative_to(ROOT)}: {match.group()}"
        for file in files
        for match in BARE.finditer(file.read_text(encoding="utf-8"))
        if match.group(1) not in NO_NAME
    }
    assert len(files) > 300
    assert not found
