"""The French words of the kinds, as people say them (domain.md §2, words on the screen)."""

from __future__ import annotations

import enum
from collections.abc import Mapping

from app.plans.conditions import Condition
from app.plans.kinds import (
    BarrierKind,
    ElipseAxis,
    FlowDirection,
    FundingState,
    MeasureMethod,
    PartnerRole,
    PartnerState,
    PlanState,
    Priority,
    ProjectKind,
    ProjectState,
    ResourceKind,
    Stage,
    StepStatus,
    SynergyType,
)

# one table a kind: members of two kinds with the same value would be the same key
LABELS: Mapping[type[enum.StrEnum], Mapping[enum.StrEnum, str]] = {
    PlanState: {
        PlanState.ACTIVE: "en cours",
        PlanState.CLOSED: "clos",
        PlanState.ARCHIVED: "archivé",
    },
    ProjectKind: {
        ProjectKind.SYNERGY: "Synergie",
        ProjectKind.ACTION: "Autre action",
    },
    SynergyType: {
        SynergyType.SUBSTITUTION: "Échange de flux (substitution)",
        SynergyType.SHARING: "Partage de moyens (mutualisation)",
    },
    Stage: {
        Stage.DISCUSSION: "En discussion",
        Stage.QUALIFIED: "Opportunité qualifiée",
        Stage.FEASIBILITY: "Faisabilité",
        Stage.IMPLEMENTATION: "Mise en œuvre",
        Stage.OPERATIONAL: "Opérationnelle",
        Stage.LASTING: "Pérenne",
    },
    ProjectState: {
        ProjectState.DRAFT: "Brouillon",
        ProjectState.ACTIVE: "Actif",
        ProjectState.PAUSED: "En pause",
        ProjectState.ABANDONED: "Abandonné",
        ProjectState.CLOSED: "Clos",
    },
    PartnerRole: {
        PartnerRole.LEAD: "Chef de file",
        PartnerRole.CO_OWNER: "Co-porteur",
        PartnerRole.CONTRIBUTOR: "Contributeur",
        PartnerRole.FUNDER: "Financeur",
        PartnerRole.OBSERVER: "Observateur",
    },
    PartnerState: {
        PartnerState.APPROACHED: "Pressenti",
        PartnerState.INVITED: "Invité",
        PartnerState.CONFIRMED: "Confirmé",
        PartnerState.RETIRED: "Retiré",
    },
    StepStatus: {
        StepStatus.TODO: "À faire",
        StepStatus.IN_PROGRESS: "En cours",
        StepStatus.DONE: "Fait",
        StepStatus.BLOCKED: "Bloqué",
        StepStatus.ABANDONED: "Abandonné",
    },
    BarrierKind: {
        BarrierKind.ORGANISATION: "Organisation",
        BarrierKind.GOVERNANCE: "Gouvernance",
        BarrierKind.FLOW_ADAPTATION: "Adaptation des flux",
        BarrierKind.REGULATORY: "Réglementation",
        BarrierKind.ECONOMIC: "Économie",
    },
    FlowDirection: {
        FlowDirection.OUTPUT: "Je propose",
        FlowDirection.INPUT: "Je cherche",
    },
    ResourceKind: {
        ResourceKind.MATERIAL: "Matière",
        ResourceKind.ENERGY: "Énergie",
        ResourceKind.WATER: "Eau",
        ResourceKind.WASTE: "Déchet",
        ResourceKind.BY_PRODUCT: "Coproduit",
        ResourceKind.LOGISTICS: "Logistique",
        ResourceKind.CAPACITY: "Capacité disponible",
        ResourceKind.EXPERTISE: "Savoir-faire",
        ResourceKind.EQUIPMENT: "Équipement",
        ResourceKind.SPACE: "Espace",
        ResourceKind.SERVICE: "Service",
    },
    MeasureMethod: {
        MeasureMethod.DECLARED: "déclaré",
        MeasureMethod.ESTIMATED: "estimé",
        MeasureMethod.MEASURED: "mesuré",
    },
    ElipseAxis: {
        ElipseAxis.GOVERNANCE: "Gouvernance",
        ElipseAxis.ECONOMIC_MODEL: "Modèle économique",
        ElipseAxis.RESULTS: "Activités et résultats",
    },
    Priority: {
        Priority.HIGH: "Élevé",
        Priority.MEDIUM: "Moyen",
        Priority.LOW: "Bas",
    },
    FundingState: {
        FundingState.EXPECTED: "Attendu",
        FundingState.ASKED: "Demandé",
        FundingState.GRANTED: "Accordé",
        FundingState.PAID: "Versé",
        FundingState.REFUSED: "Refusé",
    },
    Condition: {
        Condition.NAMED: "Au moins deux organisations sont nommées",
        Condition.OFFERS: "Ce que l’une propose ou cherche est noté",
        Condition.DESCRIBED: "L’action est décrite",
        Condition.PLANNED: "Une étape a sa date et son responsable",
        Condition.CONFIRMED: "Un partenaire a confirmé sa part",
        Condition.TWO_CONFIRMED: "Au moins deux partenaires ont confirmé leur part",
        Condition.MILESTONE: "Un jalon est daté",
        Condition.EXCHANGED: "Au moins un échange a lieu pour de vrai",
        Condition.SHARED: "Au moins deux organisations s’en servent",
        Condition.A_YEAR: "Cela fonctionne depuis un an",
    },
}


def label(kind: enum.StrEnum) -> str:
    """The French word; a kind without one is a fault that the tests catch."""
    return LABELS[type(kind)][kind]


def choices(kind: type[enum.StrEnum]) -> list[tuple[str, str]]:
    """(value, French word) for a form's select, in the order of the enumeration."""
    return [(member.value, LABELS[kind][member]) for member in kind]


SHEET_LABELS: Mapping[str, str] = {
    "sub_axis": "Sous-axe",
    "sub_sub_axis": "Sous-sous-axe",
    "governance": "Instances de gouvernance",
    "objectives": "Objectifs",
    "indicators": "Indicateurs liés",
    "means": "Moyens humains et techniques",
    "partners": "Partenaires cités",
    "department": "Direction ou service pilote",
    "person": "Personne pilote",
    "elected": "Élu·e référent·e",
    "participation": "Participation citoyenne",
    "financing": "Modalités de financement",
    "notes": "Autres informations",
}
