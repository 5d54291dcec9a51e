"""Offers and needs put side by side, and why. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from app.core.folding import fold
from app.plans.kinds import FlowDirection, ResourceKind

MOST_PAIRS = 6
# two resources that are known and differ need this many words in common all the same
WORDS_AGAINST_RESOURCES = 2
# a kind of resource alone says little: so many pairs may rest on it
MOST_WITHOUT_WORDS = 2
SHORTEST_WORD = 4
# said in every offer and need, of whatever
_EMPTY = frozenset(
    """
    autre avec besoin besoins cherche chercher dans disponible elle elles entre entreprise jour
    kilo leur leurs mois moins notre nous annee offre offres partage partager plus pour projet
    propose proposer sans semaine tonne vers vous chez
    """.split()  # noqa: SIM905  a list of forty words in quotes is read by nobody
)
_PLURAL = re.compile(r"(?:eaux|aux|s|x)$")


@dataclass(frozen=True)
class Half:
    """One offer or need, of a lead or of a project: never an amount."""

    title: str
    url: str
    direction: FlowDirection
    resource: ResourceKind | None
    zone: str | None
    organisations: tuple[str, ...]
    project_id: int | None = None


@dataclass(frozen=True)
class Pair:
    """An offer and a need, with what they have in common."""

    offer: Half
    need: Half
    resource: ResourceKind | None
    words: tuple[str, ...]
    zone: str | None

    @property
    def weight(self) -> int:
        return 4 * (self.resource is not None) + 2 * min(len(self.words), 3) + bool(self.zone)


def stems(text: str) -> frozenset[str]:
    """The words that say something, folded, plural forgiven: « Palettes » is « palette »."""
    return frozenset(
        _singular(word)
        for word in fold(text).split()
        if len(word) >= SHORTEST_WORD and word not in _EMPTY and _singular(word) not in _EMPTY
    )


def _singular(word: str) -> str:
    """« chevaux » and « cheval », « eaux » and « eau » meet; no dictionary."""
    if word.endswith("eaux"):
        return word[:-1]
    if word.endswith("aux"):
        return f"{word[:-3]}al"
    return _PLURAL.sub("", word) if len(word) > SHORTEST_WORD else word


def pairs(halves: Iterable[Half]) -> list[Pair]:
    """The pairs that have most in common first, at most MOST_PAIRS; no firm meets itself."""
    known = list(halves)
    offers = [one for one in known if one.direction is FlowDirection.OUTPUT]
    needs = [one for one in known if one.direction is FlowDirection.INPUT]
    found = [pair for offer in offers for need in needs if (pair := _pair(offer, need))]
    found.sort(key=lambda pair: (-pair.weight, pair.offer.title, pair.need.title, pair.offer.url))
    worded = [pair for pair in found if pair.words]
    others = [pair for pair in found if not pair.words]
    return [*worded, *others[:MOST_WITHOUT_WORDS]][:MOST_PAIRS]


def _pair(offer: Half, need: Half) -> Pair | None:
    same_project = offer.project_id is not None and offer.project_id == need.project_id
    if same_project or set(offer.organisations) & set(need.organisations):
        return None
    words = tuple(sorted(stems(offer.title) & stems(need.title)))
    same = offer.resource if offer.resource is need.resource else None
    contrary = bool(offer.resource and need.resource and same is None)
    if same is None and len(words) < (WORDS_AGAINST_RESOURCES if contrary else 1):
        return None
    zone = offer.zone if offer.zone == need.zone else None
    return Pair(offer, need, same, words, zone)
