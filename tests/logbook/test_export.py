"""The journal as a table that no spreadsheet takes for a program."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.logbook.export import HEADINGS, as_csv

DANGEROUS = "=+-@＝＋－＠\t\r\n"


def cells(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"))


@pytest.mark.parametrize("begins", DANGEROUS)
def test_what_begins_like_a_formula_stays_text(begins: str) -> None:
    [_headings, row] = cells(as_csv([(f"{begins}HYPERLINK(1)",)]))
    assert row == [f"'{begins}HYPERLINK(1)"]


def test_a_space_before_does_not_hide_a_formula() -> None:
    assert cells(as_csv([("\u00a0 =1+1",)]))[1] == ["'\u00a0 =1+1"]


@given(st.lists(st.lists(st.text(max_size=20), min_size=7, max_size=7).map(tuple), max_size=4))
def test_every_cell_comes_back_whole_and_harmless(rows: list[tuple[str, ...]]) -> None:
    text = as_csv(rows)
    assert text.startswith("\ufeff")
    read = cells(text)
    assert read[0] == list(HEADINGS)
    for row, given_row in zip(read[1:], rows, strict=True):
        for cell, was in zip(row, given_row, strict=True):
            assert not cell.startswith(tuple(DANGEROUS))
            assert cell in (was, f"'{was}")
