"""Lines and entries that no database has written, and every tracked model there is."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from app.core.database import Base
from app.core.tracking import Tracked
from app.factory import TABLES
from app.journal.kinds import Action, Via
from app.logbook.entries import Entry, Line
from app.logbook.reading import Names
from app.logbook.sentences import Told, tell
from app.logbook.words.lexicon import Lexicon, lexicons, register
from app.logbook.words.vocabulary import VOCABULARY
from app.privacy.words import PRIVACY_TEXT

AT = datetime(2026, 4, 7, 7, 4, tzinfo=UTC)
_numbers = itertools.count(1)
# whoever knows the tables knows every tracked model
assert TABLES
register(*VOCABULARY, PRIVACY_TEXT)


def tracked_models() -> Iterator[type[Any]]:
    for model in sorted(
        (one.class_ for one in Base.registry.mappers), key=lambda one: one.__name__
    ):
        if issubclass(model, Tracked) and model.__module__.startswith("app."):
            yield model


def every_field() -> list[tuple[str, str]]:
    """(model, field) of everything that the change log keeps."""
    return sorted(
        (model.__name__, name) for model in tracked_models() for name in model.__tracked__
    )


def words_of(entity: str) -> Lexicon:
    return lexicons()[entity]


def line(entity: str, fields: dict[str, tuple[Any, Any]], **changed: Any) -> Line:
    values: dict[str, Any] = {
        "id": next(_numbers),
        "at": AT,
        "actor_id": 1,
        "via": Via.PAGE,
        "territory_id": 1,
        "project_id": 1,
        "entity": entity,
        "entity_id": 1,
        "action": Action.UPDATED,
        "fields": fields,
        "batch": "b",
    }
    return Line(**values | changed)


NAMES = Names(
    {
        ("Person", 1): "Lucie Perrin",
        ("Person", 2): "Anne Vasseur",
        ("Organisation", 1): "Le Fournil",
        ("Organisation", 2): "Atelier Bois",
        ("Project", 1): "Invendus du Fournil",
    },
    {
        ("Step", 1): {"title": "Peser les invendus"},
        ("Partner", 1): {"organisation_id": 1, "role": "contributor"},
        ("Partner", 2): {"organisation_id": 2, "role": "lead"},
        ("Project", 1): {"title": "Invendus du Fournil"},
        ("Flow", 1): {"label": "Pain invendu", "organisation_id": 1},
    },
    year=2026,
)


def said(*lines: Line, names: Names = NAMES, **entry: Any) -> Told:
    return tell(Entry(lines, **entry), names)


def plain_spaces(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")
