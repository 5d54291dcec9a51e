"""The documentation tells all there is, and nothing that there is not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import click
import pytest
from flask import Flask

from app.core.database import Base
from config import KNOWN, PREFIX
from tests.conftest import make_app
from tests.docs.reading import (
    PROJECT,
    anchors,
    code_words,
    crowded,
    headless_tables,
    links,
    markdown_files,
    page,
)

PAGES = markdown_files()
OWN_PAGES = [path for path in PAGES if path.parent.name == "docs" or path.parent == PROJECT]
# what Flask and Flask-Migrate bring along; the page says so in a sentence
NOT_OURS = frozenset({"db", "run", "routes", "shell"})
TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)
FILE = re.compile(
    r"(?:app|tests|templates|static|seeds|migrations|bench|docs|\.ci)/[\w./-]*|"
    r"\w+\.(?:py|md|toml|txt)"
)
ROUTE = re.compile(r"/(?:[a-z][a-z-]*|<[a-z_]+>)(?:/[\w<>-]+)*")


def named(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


def commands(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")
        else:
            yield before + name, command


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An application that opens no database."""
    folder = tmp_path_factory.mktemp("docs")
    return make_app(f"sqlite:///{folder / 'unused.sqlite3'}", folder)


def test_every_setting_is_told_and_no_other() -> None:
    told = re.findall(r"^\| `(MAILLAGE_\w+)` \|", page("docs/settings.md"), re.MULTILINE)
    assert sorted(told) == sorted(PREFIX + name for name in KNOWN)


@pytest.mark.parametrize("path", OWN_PAGES, ids=named)
def test_a_page_names_no_setting_that_there_is_not(path: Path) -> None:
    named_there = set(re.findall(r"MAILLAGE_[A-Z]\w+", path.read_text(encoding="utf-8")))
    assert named_there <= {PREFIX + name for name in KNOWN}


def test_every_command_is_told_with_each_of_its_options(app: Flask) -> None:
    rows = re.findall(r"^\| `([^`]+)` \|", page("docs/commands.md"), re.MULTILINE)
    own = [
        (name, command)
        for name, command in commands(app.cli)
        if name.split()[0] not in NOT_OURS or name == "db upgrade"
    ]
    for name, command in own:
        (row,) = [row for row in rows if f"{row} ".startswith(f"{name} ")] or [""]
        assert row, f"docs/commands.md does not tell `{name}`"
        if name == "db upgrade":
            continue
        options = {option for one in command.params for option in one.opts if "--" in option}
        assert set(re.findall(r"--[a-z][a-z-]*", row)) == options, name
    assert len(rows) == len(own)


@pytest.mark.parametrize("path", OWN_PAGES, ids=named)
def test_a_page_names_no_command_that_there_is_not(app: Flask, path: Path) -> None:
    known = {name for name, _command in commands(app.cli)} | NOT_OURS
    for words in code_words(path.read_text(encoding="utf-8")):
        for asked in re.findall(
            r"(?:flask --app wsgi|(?:^|[ ']|&& )maillage) ([a-z][a-z -]*)", words
        ):
            said = asked.split()
            assert {" ".join(said[:1]), " ".join(said[:2])} & known, f"{named(path)}: {words}"


@pytest.mark.parametrize("path", OWN_PAGES, ids=named)
def test_a_page_names_no_target_that_make_does_not_know(path: Path) -> None:
    known = set(TARGET.findall(page("Makefile")))
    asked = {
        target
        for words in code_words(path.read_text(encoding="utf-8"))
        for target in re.findall(r"(?:^|\s)make ([a-z]+)", words)
    }
    assert asked <= known


def test_make_tells_each_of_its_targets_and_the_readme_the_main_ones() -> None:
    makefile = page("Makefile")
    told = set(re.findall(r'@echo "make ([a-z]+)', makefile))
    assert told == set(TARGET.findall(makefile)) - {"help"}
    assert {"make run", "make test"} <= set(code_words(page("README.md")))


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_a_link_leads_somewhere(path: Path) -> None:
    for link in links(path.read_text(encoding="utf-8")):
        parts = urlsplit(link)
        if parts.scheme:
            assert parts.scheme in {"http", "https", "mailto"}, link
            continue
        target = (path.parent / parts.path).resolve() if parts.path else path
        assert target.exists(), f"{named(path)}: {link}"
        if parts.fragment:
            assert parts.fragment in anchors(target.read_text(encoding="utf-8")), link


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_a_page_is_read_as_it_is_meant(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert headless_tables(text) == []
    assert crowded(text) == []


def test_what_is_read_otherwise_than_meant_would_be_found() -> None:
    whole = "| what | who |\n|---|:-:|\n| see | all |\n"
    assert headless_tables(f"Text\n\n{whole}\n```\n| in an example |\n```\n") == []
    assert headless_tables(f"{whole}\n| edit | few |\n| end | one |\n") == ["| edit | few |"]
    assert headless_tables("| alone | here |") == ["| alone | here |"]
    assert crowded("## Title\n**One.** Text\n**Two.** Text\n") == ["**Two.** Text"]
    assert crowded("Text.\n## Title\n\n**One.** Text **and** more\n") == ["## Title"]


@pytest.mark.parametrize("path", OWN_PAGES, ids=named)
def test_a_file_that_a_page_names_is_there(path: Path) -> None:
    everywhere = {one.name for one in PROJECT.rglob("*.*") if ".venv" not in one.parts}
    for words in code_words(path.read_text(encoding="utf-8")):
        if FILE.fullmatch(words):
            there = (PROJECT / words).exists() if "/" in words else words in everywhere
            assert there, f"{named(path)} names {words}"


@pytest.mark.parametrize("path", OWN_PAGES, ids=named)
def test_an_address_that_a_page_names_is_there(app: Flask, path: Path) -> None:
    rules = [re.sub(r"<[^>]+>", "<>", rule.rule) for rule in app.url_map.iter_rules()]
    first_parts = {rule.split("/")[1] for rule in rules}
    for words in code_words(path.read_text(encoding="utf-8")):
        if ROUTE.fullmatch(words) and words.split("/")[1] in first_parts:
            assert re.sub(r"<[^>]+>", "<>", words) in rules, f"{named(path)} names {words}"


def test_the_architecture_names_every_room_and_every_table() -> None:
    text = page("docs/architecture.md")
    rooms = {path.parent.name for path in (PROJECT / "app").glob("*/__init__.py")}
    roots = {path.name for path in (PROJECT / "app").glob("*.py") if path.name != "__init__.py"}
    assert {room for room in rooms if f"| `app/{room}/` |" not in text} == set()
    assert {root for root in roots if f"`app/{root}`" not in text} == set()
    tables = {mapper.class_.__name__ for mapper in Base.registry.mappers}
    rows = "".join(re.findall(r"^\| `app/.*", text, re.MULTILINE))
    told = set(re.findall(r"\b[A-Z][A-Za-z]+\b", rows))
    assert tables - told == set()


def test_the_architecture_tells_the_floors_in_the_order_that_is_kept() -> None:
    rows = re.findall(r"^\| `app/(\w+)/` \|", page("docs/architecture.md"), re.MULTILINE)
    contract = page("pyproject.toml").partition('name = "Floors"')[2].partition("[[")[0]
    layers = contract.partition("layers = [")[2].partition("]")[0]
    kept = [name for name in re.findall(r"\w+", layers) if (PROJECT / "app" / name).is_dir()]
    assert rows == kept


def test_the_pages_that_one_opens_first_stay_short() -> None:
    assert page("README.md").count("\n") <= 60
    assert page("docs/architecture.md").count("\n") <= 150


@pytest.mark.parametrize("path", OWN_PAGES, ids=named)
def test_every_page_of_the_documentation_can_be_found_from_the_readme(path: Path) -> None:
    reached: set[Path] = set()
    waiting = [PROJECT / "README.md"]
    while waiting:
        found = waiting.pop()
        if found in reached or found.suffix != ".md":
            continue
        reached.add(found)
        for link in links(found.read_text(encoding="utf-8")):
            parts = urlsplit(link)
            if not parts.scheme and parts.path:
                waiting.append((found.parent / parts.path).resolve())
    assert path in reached
