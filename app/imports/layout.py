"""The columns that are known: the tracker of 28 in its order, contacts, zones. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from app.core.folding import fold
from app.imports.kinds import Field, Status, TableKind
from app.plans.kinds import Priority

# as collectivités have it today; headings that stand twice are part of it
TRACKER: tuple[tuple[Field, str], ...] = (
    (Field.THEME, "Axe (x)"),
    (Field.SUB_AXIS, "Sous-axe (x.x)"),
    (Field.SUB_SUB_AXIS, "Sous-sous axe (x.x.x)"),
    (Field.ACTION, "Titre de l'action"),
    (Field.STEP, "Titre de la sous-action"),
    (Field.DESCRIPTION, "Descriptif"),
    (Field.GOVERNANCE, "Instances de gouvernance"),
    (Field.OBJECTIVES, "Objectifs"),
    (Field.INDICATORS, "Indicateurs liés"),
    (Field.LEAD, "Structure pilote"),
    (Field.MEANS, "Moyens humains et techniques"),
    (Field.PARTNERS, "Partenaires"),
    (Field.DEPARTMENT, "Direction ou service pilote"),
    (Field.PERSON, "Personne pilote"),
    (Field.ELECTED, "Élu·e référent·e"),
    (Field.PARTICIPATION, "Participation Citoyenne"),
    (Field.FINANCING, "Financements"),
    (Field.FUNDER, "Financeur 1"),
    (Field.AMOUNT, "Montant € HT"),
    (Field.FUNDER, "Financeur 2"),
    (Field.AMOUNT, "Montant € HT"),
    (Field.FUNDER, "Financeur 3"),
    (Field.AMOUNT, "Montant € HT"),
    (Field.BUDGET, "Budget prévisionnel total € HT"),
    (Field.STATUS, "Statut"),
    (Field.PRIORITY, "Niveau de priorité"),
    (Field.START, "Date de début"),
    (Field.END, "Date de fin"),
)
NOTES_HEADING = "Autres informations"
REFERENCE_HEADING = "Référence Maillage"

# other ways to say the same, folded
_ALIASES: Mapping[Field, str] = {
    Field.THEME: "axe|axes|axe strategique|theme|thematique|orientation|axe x",
    Field.SUB_AXIS: "sous axe|sous axe x x|sous theme|sous thematique",
    Field.SUB_SUB_AXIS: "sous sous axe|sous sous axe x x x",
    Field.ACTION: "titre de l action|action|actions|intitule de l action|nom de l action|projet|"
    "titre du projet|intitule|fiche action|titre",
    Field.STEP: "titre de la sous action|sous action|sous actions|etape|etapes|tache|taches|"
    "intitule de la sous action|prochaine etape",
    Field.DESCRIPTION: "descriptif|description|contenu|detail|details",
    Field.GOVERNANCE: "instances de gouvernance|gouvernance|instances|instance",
    Field.OBJECTIVES: "objectifs|objectif|objectifs vises",
    Field.INDICATORS: "indicateurs lies|indicateurs|indicateur|indicateurs de suivi",
    Field.LEAD: "structure pilote|pilote|porteur|structure porteuse|organisme pilote|"
    "chef de file|maitre d ouvrage|structure|responsable",
    Field.MEANS: "moyens humains et techniques|moyens|moyens humains|ressources",
    Field.PARTNERS: "partenaires|partenaire|acteurs associes|partenaires associes|acteurs",
    Field.DEPARTMENT: "direction ou service pilote|direction|service|service pilote|"
    "direction pilote",
    Field.PERSON: "personne pilote|personne referente|referent|referente|referent technique|"
    "contact",
    Field.ELECTED: "elu e referent e|elu referent|elue referente|elu|elus|elu e|elu referent e",
    Field.PARTICIPATION: "participation citoyenne|participation|concertation",
    Field.FINANCING: "financements|financement|modalites de financement",
    Field.FUNDER: "financeur|financeurs|cofinanceur",
    Field.AMOUNT: "montant ht|montant|montant en|montant eur ht|montant euros ht|subvention",
    Field.BUDGET: "budget previsionnel total ht|budget previsionnel|budget|budget total|cout|"
    "cout total|budget previsionnel total|cout previsionnel",
    Field.STATUS: "statut|etat|avancement|etat d avancement|etat avancement",
    Field.PRIORITY: "niveau de priorite|priorite",
    Field.START: "date de debut|debut|demarrage|date de demarrage|date debut|calendrier debut",
    Field.END: "date de fin|fin|echeance|date fin|date d echeance|date limite|calendrier fin|"
    "date de realisation|date prevue",
    Field.NOTES: "autres informations|observations|commentaires|commentaire|remarques|remarque",
    Field.REFERENCE: "reference maillage",
    Field.NAME: "nom|nom du contact|nom et prenom|nom prenom|prenom nom|prenom et nom|contact",
    Field.FIRST_NAME: "prenom",
    Field.FUNCTION: "fonction|poste|qualite|role",
    Field.PHONE: "telephone|tel|portable|mobile|numero|telephone portable|n de telephone",
    Field.EMAIL: "courriel|email|e mail|mail|adresse mail|adresse e mail|adresse electronique|mel",
    Field.ORGANISATION: "organisation|structure|entreprise|societe|raison sociale|organisme|"
    "etablissement",
    Field.SIRET: "siret|n siret|numero siret|siret etablissement",
    Field.ZONE_ID: "site id",
    Field.ZONE_NAME: "site nom",
    Field.ZONE_USE: "site vocadomi",
    Field.ZONE_AREA: "site surf brute",
    Field.ZONE_FIRMS: "site nb etab",
    Field.ZONE_VACANCY: "site taux vacance",
    Field.ZONE_POINT: "site geompoint",
}

FIELDS: Mapping[TableKind, tuple[Field, ...]] = {
    TableKind.TRACKER: (
        *dict.fromkeys(field for field, _heading in TRACKER),
        Field.NOTES,
        Field.REFERENCE,
    ),
    TableKind.CONTACTS: (
        Field.NAME,
        Field.FIRST_NAME,
        Field.FUNCTION,
        Field.PHONE,
        Field.EMAIL,
        Field.ORGANISATION,
        Field.SIRET,
    ),
    TableKind.ZONES: (
        Field.ZONE_ID,
        Field.ZONE_NAME,
        Field.ZONE_USE,
        Field.ZONE_AREA,
        Field.ZONE_FIRMS,
        Field.ZONE_VACANCY,
        Field.ZONE_POINT,
    ),
    TableKind.NONE: (),
}
# without one of these a table of the kind tells of nothing
NEEDED: Mapping[TableKind, frozenset[Field]] = {
    TableKind.TRACKER: frozenset({Field.ACTION, Field.STEP}),
    TableKind.CONTACTS: frozenset({Field.NAME, Field.EMAIL}),
    TableKind.ZONES: frozenset({Field.ZONE_NAME}),
}
REPEATED = frozenset({Field.FUNDER, Field.AMOUNT, Field.NOTES})

KNOWN: Mapping[TableKind, Mapping[str, Field]] = {
    kind: {
        alias: field
        # a later field's word gives way to an earlier one's
        for field in reversed(fields)
        for alias in _ALIASES[field].split("|")
    }
    for kind, fields in FIELDS.items()
}

STATUS_WORDS: Mapping[Status, str] = {
    Status.UPCOMING: "À venir",
    Status.RUNNING: "En cours",
    Status.DONE: "Réalisé",
    Status.PAUSED: "En pause",
    Status.ABANDONED: "Abandonné",
    Status.BLOCKED: "Bloqué",
    Status.LATE: "En retard",
    Status.TO_DISCUSS: "A discuter",
}
_OTHER_STATUS_WORDS: dict[str, Status] = {
    "a faire": Status.UPCOMING,
    "non demarre": Status.UPCOMING,
    "non demarree": Status.UPCOMING,
    "prevu": Status.UPCOMING,
    "prevue": Status.UPCOMING,
    "planifie": Status.UPCOMING,
    "demarre": Status.RUNNING,
    "en cours de realisation": Status.RUNNING,
    "lance": Status.RUNNING,
    "lancee": Status.RUNNING,
    "realisee": Status.DONE,
    "fait": Status.DONE,
    "faite": Status.DONE,
    "termine": Status.DONE,
    "terminee": Status.DONE,
    "clos": Status.DONE,
    "suspendu": Status.PAUSED,
    "abandonnee": Status.ABANDONED,
    "annule": Status.ABANDONED,
    "annulee": Status.ABANDONED,
    "bloquee": Status.BLOCKED,
    "a discuter": Status.TO_DISCUSS,
}
PRIORITY_WORDS: Mapping[Priority, str] = {
    Priority.HIGH: "Élevé",
    Priority.MEDIUM: "Moyen",
    Priority.LOW: "Bas",
}
_OTHER_PRIORITY_WORDS: dict[str, Priority] = {
    "elevee": Priority.HIGH,
    "haut": Priority.HIGH,
    "haute": Priority.HIGH,
    "forte": Priority.HIGH,
    "fort": Priority.HIGH,
    "urgent": Priority.HIGH,
    "1": Priority.HIGH,
    "moyenne": Priority.MEDIUM,
    "2": Priority.MEDIUM,
    "basse": Priority.LOW,
    "faible": Priority.LOW,
    "3": Priority.LOW,
}
_STATUSES = {fold(word): status for status, word in STATUS_WORDS.items()} | _OTHER_STATUS_WORDS
_PRIORITIES = {fold(word): value for value, word in PRIORITY_WORDS.items()} | _OTHER_PRIORITY_WORDS


def read_status(typed: str) -> Status | None:
    """« Réalisée » → DONE; None for a word that the tracker does not have."""
    return _STATUSES.get(fold(typed))


def read_priority(typed: str) -> Priority | None:
    return _PRIORITIES.get(fold(typed))
