"""French words of the reports that are shorter than those of the plan, or theirs alone."""

from __future__ import annotations

from collections.abc import Mapping

from app.plans.kinds import MeasureMethod, Stage

# under the columns of a chart, six side by side
STAGES_IN_SHORT: Mapping[Stage, str] = {
    Stage.DISCUSSION: "Discussion",
    Stage.QUALIFIED: "Qualifiée",
    Stage.FEASIBILITY: "Faisabilité",
    Stage.IMPLEMENTATION: "Mise en œuvre",
    Stage.OPERATIONAL: "Opérationnelle",
    Stage.LASTING: "Pérenne",
}

METHODS_TOLD: Mapping[MeasureMethod, str] = {
    MeasureMethod.MEASURED: "mesuré (compteur, pesée, facture)",
    MeasureMethod.DECLARED: "déclaré par les partenaires",
    MeasureMethod.ESTIMATED: "estimé par calcul",
}
