"""The French words of this room's kinds."""

from __future__ import annotations

from collections.abc import Mapping

from app.accounts.kinds import AskKind, AskState
from app.agreements.kinds import CommitmentKind, GivenBy, ProposalKind, ProposalState

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

COMMITMENTS: Mapping[CommitmentKind, str] = {
    CommitmentKind.CHARTER: "la charte de la démarche",
    CommitmentKind.PART: "sa part du projet",
    CommitmentKind.STEP: "une étape",
}

ASKS: Mapping[AskKind, str] = {
    AskKind.INVITATION: "une invitation",
    AskKind.TERRITORY_ROLE: "un rôle du territoire",
    AskKind.OPERATOR: "exploiter l’installation",
    AskKind.AGREEMENT: "un accord",
    AskKind.HAND_OVER: "une suite à prendre",
    AskKind.COMMITMENT: "un engagement",
    AskKind.OPENING: "une quantité à montrer",
    AskKind.RSVP: "une présence",
    AskKind.ADDRESS: "une adresse à confirmer",
}

ASK_STATES: Mapping[AskState, str] = {
    AskState.OPEN: "en attente",
    AskState.ACCEPTED: "oui",
    AskState.DECLINED: "non",
    AskState.WITHDRAWN: "retirée",
    AskState.EXPIRED: "sans réponse",
}
