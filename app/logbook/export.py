"""The journal as a table for a spreadsheet. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from app.core import spreadsheet

HEADINGS = ("Date", "Heure", "Qui", "Comment", "Projet", "Ce qui a changé", "Précisions")


def as_csv(rows: Iterable[tuple[str, ...]]) -> str:
    return spreadsheet.as_csv(HEADINGS, rows)
