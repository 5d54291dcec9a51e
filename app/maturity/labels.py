"""The French words of maturity: statuses, levels, and why the plan proposes what it does."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from fractions import Fraction

from app.core.french import NBSP, THIN, count, in_short, listing, number, plain_date
from app.frameworks.labels import sentences
from app.frameworks.scoring import WHOLE, Explanation
from app.maturity.kinds import (
    CriterionStatus,
    EvidenceKind,
    Nearness,
    Networking,
    PhaseState,
    ProofState,
    RungState,
)
from app.maturity.proposals import Proposal
from app.maturity.standings import CriterionStanding, Proof
from app.maturity.taking_over import Asked, Kept, TakenBack

# one table for each kind: members of several kinds are equal where their texts are
LABELS: Mapping[type[enum.StrEnum], Mapping[str, str]] = {
    CriterionStatus: {
        CriterionStatus.UNSET: "Non renseigné",
        CriterionStatus.DONE: "Réalisé",
        CriterionStatus.PLANNED: "Programmé",
        CriterionStatus.NOT_DONE: "Pas fait",
        CriterionStatus.DETAILED: "Détaillé",
    },
    EvidenceKind: {
        EvidenceKind.PROJECT: "Projet",
        EvidenceKind.STEP: "Étape",
        EvidenceKind.MEETING: "Rencontre",
        EvidenceKind.DOCUMENT: "Document",
        EvidenceKind.INDICATOR: "Indicateur",
    },
    Networking: {
        Networking.INFORM: "informer et sensibiliser",
        Networking.GATHER: "réunir les entreprises",
        Networking.GOVERN: "faire vivre la gouvernance",
        Networking.NETWORK: "prendre part au réseau régional",
    },
    ProofState: {
        ProofState.DONE: "Fait",
        ProofState.EXPIRED: "D’un cycle passé",
        ProofState.LATER: "D’une année suivante",
        ProofState.OPEN: "En cours",
        ProofState.STOPPED: "Arrêté",
    },
    RungState: {
        RungState.REACHED: "Atteint",
        RungState.PARTIAL: "En chemin",
        RungState.AHEAD: "À venir",
        RungState.NOT_CONCERNED: "Non concerné",
    },
    PhaseState: {
        PhaseState.OPEN: "Ouverte",
        PhaseState.CLOSED: "Ne vous est pas ouverte",
        PhaseState.UNDECIDED: "À préciser",
    },
    Nearness: {
        Nearness.PASSED: "Échéance passée",
        Nearness.SOON: "Bientôt",
        Nearness.AHEAD: "À venir",
    },
}

# the pill that carries each word: the look's own classes (docs/look.md)
PILLS: Mapping[type[enum.StrEnum], Mapping[str, str]] = {
    CriterionStatus: {
        CriterionStatus.UNSET: "plain",
        CriterionStatus.DONE: "done",
        CriterionStatus.PLANNED: "in_progress",
        CriterionStatus.NOT_DONE: "todo",
        CriterionStatus.DETAILED: "in_progress",
    },
    ProofState: {
        ProofState.DONE: "done",
        ProofState.EXPIRED: "plain",
        ProofState.LATER: "plain",
        ProofState.OPEN: "in_progress",
        ProofState.STOPPED: "abandoned",
    },
    RungState: {
        RungState.REACHED: "done",
        RungState.PARTIAL: "in_progress",
        RungState.AHEAD: "todo",
        RungState.NOT_CONCERNED: "plain",
    },
    PhaseState: {
        PhaseState.OPEN: "done",
        PhaseState.CLOSED: "plain",
        PhaseState.UNDECIDED: "note",
    },
    Nearness: {
        Nearness.PASSED: "overdue",
        Nearness.SOON: "note",
        Nearness.AHEAD: "plain",
    },
}

# what the territory's own data can answer: (one, many)
COUNTED: Mapping[str, tuple[str, str]] = {
    "animation_nommee": ("personne nommée pour animer", "personnes nommées pour animer"),
    "synergies_operationnelles_annee": (
        "synergie opérationnelle dans l’année",
        "synergies opérationnelles dans l’année",
    ),
    "synergies_collectivite": (
        "synergie opérationnelle où la collectivité échange elle-même",
        "synergies opérationnelles où la collectivité échange elle-même",
    ),
    "rencontres_tenues_annee": (
        "rencontre tenue dans l’année",
        "rencontres tenues dans l’année",
    ),
    "genres_action_reseau": (
        "genre d’action de réseau mené dans le cycle",
        "genres d’action de réseau menés dans le cycle",
    ),
    "entreprises_engagees": ("entreprise engagée", "entreprises engagées"),
}
# of what stays when something is undone; messages travel in a cookie
NAMED = 5
_UNPROVED = "sans preuve reliée pour l’instant"
_UNKNOWN_COUNT = ("preuve faite", "preuves faites")
_OF_LATER = ("preuve d’une année suivante", "preuves d’une année suivante")


# a sentence, not a word: no pill carries it
ASKED: Mapping[Asked, str] = {
    Asked.NEW: "Nouveau\u202f: rien n’y correspond dans les référentiels précédents.",
    Asked.NOT_ASSESSED: "Ce dont il vient n’a pas été évalué ici.",
    Asked.PROOFS_ALONE: "Le texte demande autre chose\u202f: seules les preuves suivent.",
    Asked.NOTHING_SAID: "Rien n’y avait été confirmé.",
    Asked.DISAGREE: "Ce dont il vient ne dit pas partout la même chose.",
    Asked.DECIDED_ABOVE: "Seul l’ensemble dont il faisait partie était détaillé, pas cette partie.",
}


def why_asked(asked: Asked) -> str:
    """Why a status does not carry over from an earlier framework."""
    return ASKED[asked]


def statuses_and_proofs(statuses: int, proofs: int) -> str:
    """« 3 statuts et 1 preuve », without what there is none of."""
    parts = [(statuses, "statut", "statuts"), (proofs, "preuve", "preuves")]
    return listing([count(number, one, many) for number, one, many in parts if number])


def taken_back(found: TakenBack) -> str:
    """« La reprise est annulée : 2 statuts. Changé depuis, donc gardé : 9.1 – … »"""
    if found.statuses or found.proofs:
        what = statuses_and_proofs(found.statuses, found.proofs)
        said = f"La reprise est annulée{NBSP}: {what}."
    else:
        said = "Rien n’est annulé."
    if not found.kept:
        return said
    names = [_kept(one) for one in found.kept[:NAMED]]
    if len(found.kept) > NAMED:
        names.append(f"et {len(found.kept) - NAMED} autres")
    return f"{said} Changé depuis, donc gardé{NBSP}: {', '.join(names)}."


def _kept(one: Kept) -> str:
    name = f"{one.ref} – {in_short(one.title)}"
    return f"la preuve de {name}" if one.is_proof else name


def label(kind: enum.StrEnum) -> str:
    """The French word; a kind without one is a fault that the tests catch."""
    return LABELS[type(kind)][kind]


def pill(kind: enum.StrEnum) -> str:
    """The class of the pill that carries the word."""
    return PILLS[type(kind)][kind]


def reasons(proposal: Proposal) -> str:
    """Why the plan proposes this status: « 2 preuves faites, 1 en cours. »"""
    if proposal.is_split:
        return contrary(proposal)
    if not proposal.by_data:
        return f"{_proved(proposal)}."
    if proposal.wants_proof and proposal.met:
        return f"{_counted(proposal)}, avec une preuve. {_proved(proposal)}."
    return f"{_counted(proposal)}."


def _counted(proposal: Proposal) -> str:
    """« 1 synergie opérationnelle dans l’année ; il en faut 3 », or what each number is worth:
    « …, soit 25 % du critère (il en faut 1 pour 25 %, 2 pour 50 %) »"""
    words = COUNTED.get(proposal.indicator or "", _UNKNOWN_COUNT)
    found = count(proposal.count or 0, *words)
    *lower, top = proposal.thresholds
    if not lower and top.percent == WHOLE:
        return f"{found}\u202f; il en faut {top.count}"
    worth = _percent(proposal.met.percent if proposal.met else 0)
    steps = ", ".join(f"{one.count} pour {_percent(one.percent)}" for one in proposal.thresholds)
    return f"{found}, soit {worth} du critère (il en faut {steps})"


def _percent(percent: int) -> str:
    return f"{percent}{THIN}%"


def _proved(proposal: Proposal) -> str:
    """« 2 preuves faites et 1 preuve en cours »"""
    parts = []
    if proposal.done:
        parts.append(count(proposal.done, "preuve faite", "preuves faites"))
    if proposal.open:
        parts.append(count(proposal.open, "preuve en cours", "preuves en cours"))
    if proposal.stopped:
        parts.append(count(proposal.stopped, "preuve arrêtée", "preuves arrêtées"))
    if proposal.expired:
        parts.append(count(proposal.expired, "preuve d’un cycle passé", "preuves d’un cycle passé"))
    if proposal.later:
        parts.append(count(proposal.later, *_OF_LATER))
    return listing(parts) or "Aucune preuve reliée"


def contrary(proposal: Proposal) -> str:
    """What the data say against what is confirmed or linked, with the reasons of both."""
    word = f"«{NBSP}en partie{NBSP}»" if proposal.count else _quoted(CriterionStatus.NOT_DONE)
    data = f"Les données disent {word}{NBSP}: {_counted(proposal)}."
    if not proposal.is_split:
        return f"{data} Ce qui est confirmé reste tant que personne ne dit autre chose."
    done = _quoted(CriterionStatus.DONE)
    return f"{data} Les preuves reliées disent {done}{NBSP}: {_proved(proposal)}."


def _quoted(status: CriterionStatus) -> str:
    return f"«{NBSP}{label(status).lower()}{NBSP}»"


def missing(criterion: CriterionStanding, *, by_name: bool = True) -> str:
    """What stands between this criterion and « réalisé », or nothing.

    `by_name=False` for onlookers: nobody is shown as the one who is waited for (domain.md §6).
    """
    proposal = criterion.proposal
    if proposal is None or not criterion.concerned or criterion.is_silenced:
        return ""
    if criterion.status is CriterionStatus.DONE:
        attested = proposal.by_data and not proposal.is_unattested and proposal.tells_all
        return "" if proposal.done or attested else f"Réalisé, {_unproved(proposal)}."
    if proposal.status is CriterionStatus.DONE:
        return "Plus rien\u202f: il reste à confirmer."
    if proposal.short_of:
        one, many = COUNTED.get(proposal.indicator or "", _UNKNOWN_COUNT)
        return f"Il manque {count(proposal.short_of, one, many)}."
    if proposal.status is CriterionStatus.DETAILED:
        return "Les données n’en savent pas plus\u202f: le reste, une personne le dit et le prouve."
    return _unfinished(criterion, proposal.open, by_name=by_name)


def _unproved(proposal: Proposal) -> str:
    """What its proofs are, where none of them holds the status in this year."""
    times = [
        (proposal.expired, "d’un cycle passé"),
        (proposal.later, "d’une année suivante"),
    ]
    told = listing([time for some, time in times if some])
    return f"mais ses preuves sont {told}" if told else _UNPROVED


def _unfinished(criterion: CriterionStanding, waiting: int, *, by_name: bool) -> str:
    if not by_name:
        if not waiting:
            return "Aucune preuve reliée pour l’instant."
        return f"{count(waiting, 'preuve', 'preuves')} à terminer."
    named = [_waiting(proof) for proof in criterion.proofs if proof.state is ProofState.OPEN]
    if not named:
        return "Aucune preuve encore\u202f: reliez un projet ou une étape."
    return f"À terminer{NBSP}: {listing(named[:3])}."


def _waiting(proof: Proof) -> str:
    what = f"«{NBSP}{proof.title}{NBSP}»"
    return f"{what} ({plain_date(proof.due_on)})" if proof.due_on else what


def points(worth: Fraction) -> str:
    """« 1,25 point »: three digits at most, at display only (domain.md §4)."""
    return f"{number(float(worth), 3)}{NBSP}{'point' if abs(worth) < 2 else 'points'}"


def gain(worth: Fraction) -> str:
    """« +1,25 point », « −0,5 point »."""
    sign = "+" if worth > 0 else "−" if worth < 0 else ""
    return f"{sign}{points(abs(worth))}"


def percent_gain(worth: Fraction) -> str:
    """« +12,5 % » of what can be reached."""
    sign = "+" if worth > 0 else "−" if worth < 0 else ""
    return f"{sign}{number(float(abs(worth)), 1)}{THIN}%"


def counted(name: str, found: int | None) -> str:
    """« 3 rencontres tenues dans l’année »; nothing for a count that has no words."""
    if found is None or name not in COUNTED:
        return ""
    return count(found, *COUNTED[name])


def told_sentences(explanation: Explanation) -> list[str]:
    """What it is worth, what of that can be reached where it is not all, and what is done."""
    told = sentences(explanation)
    names = ["points", "done"]
    if explanation.potential.value != explanation.points.value:
        names.insert(1, "potential")
    if explanation.planned.value:
        names.append("planned")
    return [told[name] for name in names]
