"""Words of the official format: keys, categories, sections, keywords and their spellings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import TypeVar

from app.core.folding import fold
from app.frameworks.kinds import Category, FrameworkKind

T = TypeVar("T")

ID_KEYS = ("identifiant", "id")
DESCRIPTION = "Description"
PREAMBLE = "Préambule"
KEYWORDS = ("Actions", "Niveaux")

_OFFICIAL_KEYS = (
    *ID_KEYS,
    "points",
    "pourcentage",
    "categorie",
    "climat_pratic_id",
    "referentiel",
    "pointsDOM",
)
# Our own, read by app/frameworks/scoring; docs/framework-format.md explains them.
_RULE_KEYS = (
    "niveau_mesure",
    "facteur",
    "desactive",
    "score_plafond",
    "niveaux",
    "seuil_niveau",
    "indicateur",
    "cycle",
    "prochaine_etape",
    "seuil",
    "seuils",
    "preuve",
    "version",
    "titre_court",
    "sources",
    "reprend",
    "reprise",
)
# Our own, of programmes and of lists of objectives (app/maturity).
_CHECKLIST_KEYS = (
    "genre",
    "question",
    "reponse_oui",
    "reponse_non",
    "condition",
    "livrable",
    "obligatoire",
    "alias",
)
_SECTIONS = (
    DESCRIPTION,
    PREAMBLE,
    "Contexte",
    "Exemples",
    "Ressources",
    "Preuves",
    "Preuves attendues",
    "Critère",
    "Réduction de potentiel",
    "Périmètre de l'évaluation",
)
_MAX_WORD_LENGTH = 80
_NUMBER = re.compile(r"[0-9]{1,9}(?:[.,][0-9]{1,9})?")


def _by_fold(*names: str) -> dict[str, str]:
    return {fold(name): name for name in names}


_KEY_NAMES = _by_fold(*_OFFICIAL_KEYS, *_RULE_KEYS, *_CHECKLIST_KEYS)
_SECTION_NAMES = _by_fold(*_SECTIONS)
_KEYWORD_NAMES = _by_fold(*KEYWORDS)
# Most words of a file are written as expected: folding them all again takes its time.
_AS_EXPECTED = {
    name: fold(name) for name in (*_OFFICIAL_KEYS, *_RULE_KEYS, *_SECTIONS, *KEYWORDS, *Category)
}
_CATEGORIES = {
    **{fold(kind): kind for kind in Category},
    "base": Category.BASES,
    "effet": Category.EFFECTS,
}

_GENRES = {kind.value: kind for kind in FrameworkKind}


def known_key(name: str) -> str | None:
    return _lookup(_KEY_NAMES, name)


def known_section(name: str) -> str | None:
    return _lookup(_SECTION_NAMES, name)


def keyword(name: str) -> str | None:
    return _lookup(_KEYWORD_NAMES, name)


def category(raw: str) -> Category | None:
    return _lookup(_CATEGORIES, raw)


def genre(raw: str) -> FrameworkKind | None:
    """None for a word that is no genre. `app/frameworks/queries.py` says the same in SQL."""
    return _GENRES.get(raw.strip().lower())


def number(raw: str) -> Decimal | None:
    """ "12,5" or "12.5" → Decimal; None for what is no plain positive number."""
    return Decimal(raw.replace(",", ".")) if _NUMBER.fullmatch(raw) else None


def _lookup(names: Mapping[str, T], name: str) -> T | None:
    if name in _AS_EXPECTED:
        return names.get(_AS_EXPECTED[name])
    return names.get(fold(name)) if len(name) <= _MAX_WORD_LENGTH else None
