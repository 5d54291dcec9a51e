"""What a file says of a node beyond its id, weight and category: nothing of it is hidden."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from app.frameworks.format import NodeDraft
from app.frameworks.labels.texts import plain

# keys that the format knows, as people call them; any other is shown as it is written
KEY_WORDS: Mapping[str, str] = {
    "id": "identifiant, tel qu’écrit",
    "identifiant": "identifiant, tel qu’écrit",
    "points": "points, tels qu’écrits",
    "pourcentage": "pourcentage, tel qu’écrit",
    "categorie": "catégorie",
    "climat_pratic_id": "identifiant Climat-Pratic",
    "referentiel": "référentiel",
    "pointsDOM": "points en outre-mer",
    "niveau_mesure": "composantes d’un identifiant de mesure",
    "facteur": "facteur",
    "desactive": "désactivée",
    "score_plafond": "plafonnée par",
    "niveaux": "niveaux",
    "seuil_niveau": "seuil d’un niveau, en pour cent",
    "indicateur": "ce que les données comptent",
    "seuil": "il en faut",
    "cycle": "cycle, en années",
    "prochaine_etape": "prochaine étape proposée",
    "version": "version du texte",
    "titre_court": "titre court",
    "sources": "référentiels remplacés",
    "reprend": "vient de",
    "reprise": "ce qui suit",
    "genre": "genre",
    "question": "question posée",
    "reponse_oui": "réponse « oui »",
    "reponse_non": "réponse « non »",
    "condition": "condition pour participer",
    "livrable": "livrable",
    "obligatoire": "obligatoire",
    "alias": "autres titres",
}


class FurtherKey(NamedTuple):
    """A key as the file writes it, its name for people where it has one, and its value."""

    key: str
    words: str | None
    value: str


def further_keys(node: NodeDraft) -> list[FurtherKey]:
    """The keys of a node that its heading line does not tell, in the order of the file.

    A weight that the scoring left out, or an id that is kept under another one, is told as
    written (domain.md §4: what is not known is kept and shown).
    """
    told = set(_told(node))
    return [
        FurtherKey(key, KEY_WORDS.get(key), plain(value).strip())
        for key, value in node.keys.items()
        if key not in told
    ]


def _told(node: NodeDraft) -> Iterator[str]:
    yield from (key for key in ("id", "identifiant") if node.keys.get(key) == node.id)
    if node.points is not None:
        yield "points"
    elif node.percentage is not None:
        yield "pourcentage"
    if node.category:
        yield "categorie"
