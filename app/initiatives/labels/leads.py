"""The French words of leads."""

from __future__ import annotations

from collections.abc import Mapping

from app.initiatives.kinds.leads import LeadState

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
