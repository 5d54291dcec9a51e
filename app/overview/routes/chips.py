"""The conditions of a filter as words that one click takes away."""

from __future__ import annotations

import enum
from datetime import date
from typing import NamedTuple

from flask_babel import gettext as _

from app.core.french import plain_date
from app.overview.asked import StepFilter, query_of
from app.overview.kinds import When
from app.overview.labels import WHEN
from app.overview.queries.choices import Choices
from app.plans.kinds import Priority, ProjectKind, Stage, StepStatus
from app.plans.labels import label


class Chip(NamedTuple):
    text: str
    # the address without it, after the question mark
    query: str


def chips_of(asked: StepFilter, choices: Choices) -> list[Chip]:
    return [
        Chip(_words(choices, word, value), query_of(asked.without(word, value)))
        for word, value in asked.pairs()
    ]


def _words(choices: Choices, word: str, value: str) -> str:
    named = {
        "axe": choices.themes,
        "zone": choices.zones,
        "organisation": choices.organisations,
        "personne": choices.people,
    }
    if word in named:
        # somebody who has no step left here, or whom this reader does not see
        return dict(named[word]).get(value) or str(_("autre"))
    return str(_fixed(word, value))


def _fixed(word: str, value: str) -> object:
    match word:
        case "statut" | "nature" | "stade":
            return _(label(_KINDS[word](value)))
        case "quand":
            return _(WHEN[When(value)])
        case "priorite":
            return _("Priorité : %(word)s", word=label(Priority(value)).lower())
        case "du" | "au":
            day = plain_date(date.fromisoformat(value))
            return _(_DAYS[word], day=day)
    return f"« {value} »"


_KINDS: dict[str, type[enum.StrEnum]] = {
    "statut": StepStatus,
    "nature": ProjectKind,
    "stade": Stage,
}
_DAYS = {"du": "À partir du %(day)s", "au": "Jusqu’au %(day)s"}
