"""The page of shortcuts tells those that the templates declare, and no other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.web.navigation import keyed_entries

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
DECLARED = re.compile(r'data-(?:shortcut|next-key|previous-key|row-key)="([^"{]+)"')
TOLD = re.compile(r"<dt>((?:<kbd>[^<]+</kbd> ?)+)</dt>")
# the sheet itself, which the script opens
SHEET = "?"


@pytest.fixture
def engine_name() -> str:
    """No row is read: one engine is enough."""
    return "sqlite"


def declared() -> Iterator[str]:
    for file in TEMPLATES.rglob("*.html"):
        yield from DECLARED.findall(file.read_text(encoding="utf-8"))


def test_every_key_that_does_something_is_told_and_no_other(app: Flask) -> None:
    page = app.test_client().get("/aide/clavier").text
    told = [" ".join(re.findall(r"<kbd>([^<]+)</kbd>", keys)) for keys in TOLD.findall(page)]
    places = [f"g {entry.key}" for entry in keyed_entries(app)]
    assert sorted(told) == sorted({SHEET, *declared(), *places})


def test_no_two_places_have_the_same_letter(app: Flask) -> None:
    keys = [entry.key for entry in keyed_entries(app)]
    assert len(keys) == len(set(keys)) > 5


def test_the_keys_of_rows_are_not_those_of_the_page() -> None:
    texts = [file.read_text(encoding="utf-8") for file in TEMPLATES.rglob("*.html")]
    rows = {key for text in texts for key in re.findall(r'data-row-key="([^"]+)"', text)}
    page = {key for text in texts for key in re.findall(r'data-shortcut="([^"{]+)"', text)}
    assert rows.isdisjoint(page)
