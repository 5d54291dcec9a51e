"""What a file says of a node beyond its id, weight and category: nothing of it is hidden."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from app.frameworks.format import NodeDraft
from app.frameworks.labels.texts import plain

# keys that the format knows, as people call them; any other is shown as it is written
KEY_WORDS: Mapping[str, str] = {
    "id": "Identifiant, tel qu’écrit",
    "identifiant": "Identifiant, tel qu’écrit",
    "points": "Points, tels qu’écrits",
    "pourcentage": "Pourcentage, tel qu’écrit",
    "categorie": "Catégorie",
    "climat_pratic_id": "Identifiant Climat-Pratic",
    "referentiel": "Référentiel",
    "pointsDOM": "Points en outre-mer",
    "niveau_mesure": "Composantes d’un identifiant de mesure",
    "facteur": "Facteur",
    "desactive": "Désactivée",
    "score_plafond": "Plafonnée par",
    "niveaux": "Niveaux",
    "seuil_niveau": "Seuil d’un niveau, en pour cent",
    "indicateur": "Ce que les données comptent",
    "seuil": "Il en faut",
    "seuils": "Combien vaut quelle part, en pour cent",
    "cycle": "Cycle, en années",
    "prochaine_etape": "Prochaine étape proposée",
    "version": "Version du texte",
    "titre_court": "Titre court",
    "sources": "Référentiels remplacés",
    "reprend": "Vient de",
    "reprise": "Ce qui suit",
    "genre": "Genre",
    "question": "Question posée",
    "reponse_oui": "Réponse « oui »",
    "reponse_non": "Réponse « non »",
    "condition": "Condition pour participer",
    "livrable": "Livrable",
    "obligatoire": "Obligatoire",
    "alias": "Autres titres",
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
