"""What organisations commit to, word for word. Pure; a version once published never changes.

A new wording gets a new version beside the old one: who said yes, said yes to that text.
"""

from __future__ import annotations

from collections.abc import Mapping

PART = "part-1"
STEP = "step-1"
THEME = "theme-1"
PILOT = "pilot-1"
_CHARTER = "charter-"

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
    "pilot-1": (
        "Vous animez le territoire : son plan d’action, son équipe, ses relances, sa charte.",
        "Vous voyez les projets en brouillon, et aucune quantité qui ne vous est pas ouverte.",
        "Vous pourrez passer la main à votre tour.",
    ),
}


def text_of(version: str) -> tuple[str, ...]:
    """The paragraphs of a version; empty for one that is kept elsewhere, as a charter's is."""
    return TEXTS.get(version, ())


def charter(number: int) -> str:
    """The version of a territory's charter, as an ask and a commitment keep it."""
    return f"{_CHARTER}{number}"


def charter_number(version: str) -> int:
    """The number back again."""
    return int(version.removeprefix(_CHARTER))
