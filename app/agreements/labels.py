"""The French words of this room's kinds."""

from __future__ import annotations

from collections.abc import Mapping

from app.agreements.kinds import GivenBy, ProposalKind, ProposalState

PROPOSALS: Mapping[ProposalKind, str] = {
    ProposalKind.LEAD: "Passer la main",
    ProposalKind.ROLE: "Changer un rôle",
    ProposalKind.REMOVE: "Retirer un partenaire",
    ProposalKind.CLOSE: "Clore le projet",
    ProposalKind.ABANDON: "Arrêter le projet",
}

PROPOSAL_STATES: Mapping[ProposalState, str] = {
    ProposalState.OPEN: "En attente d’accord",
    ProposalState.OBJECTED: "À la prochaine rencontre",
    ProposalState.EFFECTIVE: "Décidé",
    ProposalState.WITHDRAWN: "Retiré par son auteur",
    ProposalState.DROPPED: "Écarté",
    ProposalState.LAPSED: "Sans suite",
}

GIVEN: Mapping[GivenBy, str] = {
    GivenBy.PAGE: "sur le site",
    GivenBy.MAIL: "par un lien reçu par courriel",
    GivenBy.WORD: "de vive voix",
}
