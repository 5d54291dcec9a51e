"""What the data protection officer reads is what the code does."""

from __future__ import annotations

import re

from app.privacy.models import CONTACT_YEARS, IDLE_YEARS
from app.privacy.rooms import HOLDINGS, SECTIONS
from app.privacy.services.retention import INFORM_AFTER, LOGS_KEPT, WARNED_FOR
from app.privacy.texts import Statement
from tests.docs.reading import PROJECT, page


def rows(name: str, after: str = "") -> list[str]:
    return re.findall(r"^\| .*\|$", page(f"docs/rgpd/{name}.md").partition(after)[2], re.MULTILINE)


def test_the_register_of_processing_names_every_table_that_tells_of_people() -> None:
    told = rows("registre", "Catégories de données")[1:]
    assert told == [
        f"| {one.what} | {one.kept} | `{one.table.name}` |" for one in HOLDINGS if one.what
    ]


def test_the_format_of_the_copy_is_told_with_each_of_its_keys() -> None:
    told = rows("copie", "Format")[1:]
    assert told == [
        f"| `{one.key}` | {one.title} | {' '.join(f'`{key}`' for key in one.fields)} |"
        for one in SECTIONS
    ]


def test_the_terms_are_those_of_the_code() -> None:
    text, default = page("docs/rgpd/durees.md"), Statement("", "", controller="")
    idle = f"{default.idle_years} ans ; le territoire choisit de {IDLE_YEARS[0]} à {IDLE_YEARS[1]}"
    assert idle in text
    least, most = CONTACT_YEARS
    assert f"{default.contact_years} ans ; le territoire choisit de {least} à {most}" in text
    assert f"prévient {WARNED_FOR.days} jours avant" in text
    assert LOGS_KEPT.days == 365
    assert f"au bout de {INFORM_AFTER.days} jours" in page("docs/rgpd/notice.md")


def test_every_page_can_be_found_from_the_first() -> None:
    first = page("docs/rgpd/README.md")
    for path in (PROJECT / "docs" / "rgpd").glob("*.md"):
        assert path.name == "README.md" or f"({path.name})" in first
    assert "docs/rgpd/README.md" in page("README.md")
