"""The French words of leads."""

from __future__ import annotations

from collections.abc import Mapping

from app.core.french import spaced
from app.initiatives.kinds.leads import LeadState
from app.initiatives.matching import Pair
from app.plans.labels import label

LEAD_STATES: Mapping[LeadState, str] = {
    LeadState.OPEN: "À étudier",
    LeadState.KEPT: "Gardée pour plus tard",
    LeadState.PROJECT: "Devenue projet",
    LeadState.REFUSED: "Refusée",
    LeadState.PASSED_ON: "Transmise",
}
# the pill that carries each word (docs/look.md)
LEAD_PILLS: Mapping[LeadState, str] = {
    LeadState.OPEN: "in_progress",
    LeadState.KEPT: "paused",
    LeadState.PROJECT: "done",
    LeadState.REFUSED: "abandoned",
    LeadState.PASSED_ON: "closed",
}


def why_together(pair: Pair) -> str:
    """« Même ressource : matière ; mots communs : palette ; même zone : Les Prés. »"""
    said = []
    if pair.resource is not None:
        said.append(f"même ressource : {label(pair.resource).lower()}")
    if pair.words:
        said.append(f"mots communs : {', '.join(pair.words)}")
    if pair.zone is not None:
        said.append(f"même zone : {pair.zone}")
    words = " ; ".join(said)
    return spaced(f"{words[:1].upper()}{words[1:]}.")
