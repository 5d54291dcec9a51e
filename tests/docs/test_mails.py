"""docs/mails.md tells every kind of mail, and what it promises is what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from app.outbox import registry
from app.outbox.registry import MailKind
from app.outbox.rendering import TEMPLATES
from tests.conftest import make_app
from tests.docs.reading import page

# mails of an earlier version are worded by the kind that follows them
WORDED_BY = {"mention": "for_you"}


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, MailKind]:
    """What the rooms of a whole application register."""
    folder: Path = tmp_path_factory.mktemp("mails")
    app: Flask = make_app(f"sqlite:///{folder / 'unused.sqlite3'}", folder)
    assert app.blueprints
    return {kind.name: kind for kind in registry.every()}


@pytest.fixture(scope="module")
def lines() -> dict[str, list[str]]:
    """By kind the other columns of its line."""
    rows = re.findall(r"^\| `(\w+)` \|(.+)\|$", page("docs/mails.md"), re.MULTILINE)
    return {name: [cell.strip() for cell in rest.split("|")] for name, rest in rows}


def test_every_kind_has_a_line_and_no_other(
    kinds: dict[str, MailKind], lines: dict[str, list[str]]
) -> None:
    own = {name for name in kinds if (TEMPLATES / "mail" / WORDED_BY.get(name, name)).is_dir()}
    assert own == set(lines)
    assert {path.parent.name for path in (TEMPLATES / "mail").glob("*/subject.txt")} <= own


def test_a_line_says_what_the_kind_does(
    kinds: dict[str, MailKind], lines: dict[str, list[str]]
) -> None:
    def promises(kind: MailKind) -> tuple[str, ...]:
        of_it = (kind.follows_wish, kind.offers_fewer, kind.fills_the_week)
        return tuple("yes" if one else "no" for one in of_it)

    said = {name: tuple(cells[-3:]) for name, cells in lines.items()}
    assert said == {name: promises(kinds[name]) for name in lines}


def test_nothing_follows_a_wish_without_offering_it(kinds: dict[str, MailKind]) -> None:
    assert all(kind.offers_fewer for kind in kinds.values() if kind.follows_wish)


def test_every_line_is_told_whole(lines: dict[str, list[str]]) -> None:
    assert all(len(cells) == 7 and all(cells) for cells in lines.values())
