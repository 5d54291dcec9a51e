"""What organisations commit to, word for word. Pure; a version once published never changes.

A new wording gets a new version beside the old one: who said yes, said yes to that text.
"""

from __future__ import annotations

from collections.abc import Mapping

PART = "part-1"
STEP = "step-1"
THEME = "theme-1"

TEXTS: Mapping[str, tuple[str, ...]] = {
    "part-1": (
        "Notre organisation prend sa part de ce projet, au titre indiqué.",
        "Elle répond des étapes qu’elle accepte, et prévient quand une date ne tient pas.",
        "Elle garde pour elle les quantités et les prix que d’autres partenaires lui ouvrent.",
        "Elle décide avec les autres porteurs de ce qui engage tout le projet.",
        "Elle peut se retirer à tout moment : ce qu’elle a fait reste dans l’histoire du projet.",
    ),
    "step-1": (
        "Notre organisation se charge de cette étape, pour la date convenue.",
        "Si la date ne tient pas ou si quelque chose coince, elle le dit.",
    ),
    "theme-1": (
        "Notre organisation anime les projets de cet axe, avec l’équipe du territoire.",
        "Elle les tient à jour, et confie leurs étapes à qui peut s’en charger.",
        "Elle voit les projets encore en préparation, et n’en parle pas au-dehors.",
        "Elle ne lit pas pour autant les quantités ni les prix des entreprises.",
        "Elle peut rendre l’axe à tout moment, et l’équipe du territoire le reprendre.",
    ),
}


def text_of(version: str) -> tuple[str, ...]:
    """The paragraphs of a version; empty for one that is kept elsewhere, as a charter's is."""
    return TEXTS.get(version, ())
