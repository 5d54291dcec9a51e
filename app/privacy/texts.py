"""What people are told about their data, before a territory has written its own text. Pure.

A new default text gets a new version, so that it is known who was told which.
"""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT_VERSION = "maillage-2"

PURPOSES = """\
- suivre les projets d’écologie industrielle et territoriale : qui fait quoi, pour quand ;
- rappeler les échéances convenues et recueillir les réponses ;
- préparer les rencontres et rendre compte, sans nommer personne."""

LEGAL_BASIS = (
    "Une mission d’intérêt public de la collectivité (article 6.1.e du RGPD). "
    "Rien n’est décidé par une machine seule, rien n’est vendu ni cédé."
)


@dataclass(frozen=True)
class Statement:
    """A territory's text as it is shown; `version` is kept with whoever was told it.

    `number` is None for the default text.
    """

    territory: str
    public_id: str
    controller: str
    address: str = ""
    contact: str = ""
    dpo: str = ""
    purposes: str = PURPOSES
    legal_basis: str = LEGAL_BASIS
    complement: str = ""
    idle_years: int = 2
    contact_years: int = 3
    number: int | None = None

    @property
    def version(self) -> str:
        return DEFAULT_VERSION if self.number is None else f"territoire-{self.number}"
