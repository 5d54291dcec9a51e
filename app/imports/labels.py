"""The French words of what comes in, as the preview shows it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date

from app.core.french import money, plain_date
from app.imports.kinds import Field, ImportState, Outcome, Status, TableKind
from app.imports.layout import NOTES_HEADING, PRIORITY_WORDS, STATUS_WORDS, TRACKER
from app.imports.rows import VAGUE
from app.plans.kinds import Priority

TABLES: Mapping[TableKind, str] = {
    TableKind.TRACKER: "Un plan d’action",
    TableKind.CONTACTS: "Des contacts",
    TableKind.ZONES: "Des zones d’activités",
    TableKind.NONE: "Rien à importer",
}
STATES: Mapping[ImportState, str] = {
    ImportState.DRAFT: "Aperçu",
    ImportState.APPLIED: "Importé",
    ImportState.UNDONE: "Annulé",
}
OUTCOMES: Mapping[Outcome, str] = {
    Outcome.CHECK: "À vérifier",
    Outcome.REFUSED: "Non importé",
    Outcome.CREATE: "À créer",
    Outcome.UPDATE: "À mettre à jour",
    Outcome.SKIPPED: "Laissé tel quel",
    Outcome.SAME: "Inchangé",
}
# why rows of an action that has ended stay outside, by the state that it ended in
OVER: Mapping[str, str] = {
    Status.DONE: "action close : laissée telle quelle",
    Status.ABANDONED: "action abandonnée : laissée telle quelle",
}
_COLUMNS = dict(reversed(TRACKER)) | {
    Field.THEME: "Axe",
    Field.SUB_AXIS: "Sous-axe",
    Field.SUB_SUB_AXIS: "Sous-sous-axe",
    Field.ACTION: "Titre de l’action",
    Field.STEP: "Titre de la sous-action",
    Field.FUNDER: "Financeur",
    Field.AMOUNT: "Montant (du financeur à sa gauche)",
    Field.BUDGET: "Budget prévisionnel total",
    Field.PARTICIPATION: "Participation citoyenne",
    Field.NOTES: NOTES_HEADING,
    Field.REFERENCE: "Référence Maillage",
    Field.NAME: "Nom",
    Field.FIRST_NAME: "Prénom",
    Field.FUNCTION: "Fonction",
    Field.PHONE: "Téléphone",
    Field.EMAIL: "Courriel",
    Field.ORGANISATION: "Organisation",
    Field.SIRET: "SIRET",
    Field.ZONE_ID: "Identifiant du site",
    Field.ZONE_NAME: "Nom du site",
    Field.ZONE_USE: "Vocation dominante",
    Field.ZONE_AREA: "Surface brute",
    Field.ZONE_FIRMS: "Nombre d’établissements",
    Field.ZONE_VACANCY: "Taux de vacance",
    Field.ZONE_POINT: "Point géographique",
}
_SAID: Mapping[str, str] = {
    "title": "Titre",
    "owners": "Portage partagé",
    "fundings": "Financeurs",
    "budget": "Budget prévisionnel",
    "zone_area": "Surface brute",
}


def column(field: Field) -> str:
    return _COLUMNS[field]


def said_label(name: str) -> str:
    """The word of something that a row says."""
    return _SAID[name] if name in _SAID else _COLUMNS[Field(name)]


def shown(name: str, value: str) -> str:
    """A value as people read it."""
    if not value:
        return "rien"
    if value.startswith(VAGUE):
        return f"« {value.removeprefix(VAGUE)} »"
    text = _SPELLED[name](value) if name in _SPELLED else value.replace("\n", ", ")
    return text if len(text) <= 120 else f"{text[:119]}…"


def _funders(value: str) -> str:
    funds = [
        f"{funder} {money(cents)}" if cents is not None else funder
        for funder, cents in json.loads(value)
    ]
    return ", ".join(funds) or "rien"


def _day(value: str) -> str:
    return plain_date(date.fromisoformat(value))


_SPELLED: Mapping[str, Callable[[str], str]] = {
    "start": _day,
    "end": _day,
    "status": lambda value: STATUS_WORDS[Status(value)],
    "priority": lambda value: PRIORITY_WORDS[Priority(value)],
    "budget": lambda value: money(int(value)),
    "fundings": _funders,
}
