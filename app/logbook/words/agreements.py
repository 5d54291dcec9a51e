"""What partners put to each other, commit to and open; and the documents they give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.accounts.kinds import AskKind, AskState
from app.accounts.models import Ask
from app.agreements.kinds import CommitmentKind, GivenBy, ProposalKind, ProposalState
from app.agreements.models import Commitment, Proposal
from app.core.french import listing, of
from app.files.kinds import Audience as Readers
from app.files.kinds import FileKind
from app.files.models import Document
from app.logbook.entries import HIDDEN, Line
from app.logbook.kinds import Audience, Topic
from app.logbook.reading import Names, quoted, small, word
from app.logbook.words import forms
from app.logbook.words.lexicon import Clause, Lexicon
from app.plans.kinds import PartnerRole
from app.plans.models import FlowAccess

_TOLD = frozenset({"kind", "partner_id", "role", "open_until", "state"})


def _decision(line: Line, names: Names) -> str:
    match names.about(line, "kind"):
        case ProposalKind.CLOSE:
            return "clore le projet"
        case ProposalKind.ABANDON:
            return "arrêter le projet"
        case ProposalKind.LEAD:
            return "passer la main à un autre chef de file"
        case ProposalKind.REMOVE:
            return "retirer un partenaire"
        case ProposalKind.ROLE:
            role = names.about(line, "role")
            more = f" : {small(PartnerRole, role)}" if role else ""
            return f"changer le rôle d’un partenaire{more}"
    return "décider ensemble"


_SETTLED: dict[str, str] = {
    ProposalState.EFFECTIVE: "La décision prend effet",
    ProposalState.OBJECTED: "Une objection attend la prochaine rencontre",
    ProposalState.WITHDRAWN: "La proposition est retirée",
    ProposalState.DROPPED: "La proposition est écartée",
    ProposalState.LAPSED: "La proposition reste sans suite",
    ProposalState.OPEN: "La proposition attend de nouveau son accord",
}


def _among(words: Mapping[Any, str], value: object) -> str | None:
    """What is said of this value; nothing of one that the log should not hold."""
    return next((said for known, said in words.items() if known == value), None)


def _proposed(line: Line, names: Names) -> Clause:
    return Clause(f"a proposé aux porteurs de {_decision(line, names)}", _TOLD)


def _settled(line: Line, names: Names) -> Clause | None:
    said = _among(_SETTLED, line.after("state"))
    if said is None:
        return None
    return Clause(f"{said} : {_decision(line, names)}", frozenset({"state"}), is_whole=True)


PROPOSAL = Lexicon(
    model=Proposal,
    topic=Topic.PARTNERS,
    audience=Audience.INVOLVED,
    one="proposition",
    many="propositions",
    feminine=True,
    thing=lambda line, names: f"la proposition de {_decision(line, names)}",
    created=_proposed,
    updated=_settled,
    known=("kind", "role"),
    at_creation=("reason",),
    fields={
        "kind": forms.chosen("la décision", ProposalKind, feminine=True),
        "partner_id": forms.silent("le partenaire"),
        "role": forms.chosen("le rôle", PartnerRole),
        "open_until": forms.day("le dernier jour pour répondre"),
        "state": forms.chosen("l’état", ProposalState),
        "reason": forms.text("la raison", feminine=True),
        "note": forms.text("la suite", feminine=True),
    },
)


def _asked(line: Line, names: Names) -> str:
    return names.of("Organisation", names.about(line, "asked_organisation_id"))


_ASKING = {
    AskKind.AGREEMENT: "a demandé un accord : {who}",
    AskKind.COMMITMENT: "a demandé un engagement : {who}",
    AskKind.HAND_OVER: "a proposé de prendre la suite : {who}",
    AskKind.OPENING: "a demandé à lire une quantité : {who}",
}


def _question(line: Line, names: Names) -> Clause:
    said = _among(_ASKING, names.about(line, "kind")) or "a posé une question : {who}"
    told = frozenset({"kind", "subject_kind", "subject_id", "asked_organisation_id", "state"})
    return Clause(said.format(who=_asked(line, names)), told)


def _answered(line: Line, names: Names) -> Clause | None:
    who, agreement = _asked(line, names), names.about(line, "kind") == AskKind.AGREEMENT
    words = {
        AskState.ACCEPTED: f"{who} est d’accord" if agreement else f"{who} a dit oui",
        AskState.DECLINED: f"{who} a une objection" if agreement else f"{who} a dit non",
        AskState.WITHDRAWN: f"La question n’attend plus de réponse : {who}",
        AskState.OPEN: f"La question est de nouveau posée : {who}",
    }
    said = _among(words, line.after("state"))
    return Clause(said, frozenset({"state"}), is_whole=True) if said else None


def _consulted(lines: list[Line], names: Names) -> str:
    said = "Organisation consultée" if len(lines) == 1 else "Organisations consultées"
    return f"{said} : {listing([_asked(line, names) for line in lines])}."


ASK = Lexicon(
    model=Ask,
    topic=Topic.PARTNERS,
    audience=Audience.INVOLVED,
    one="question",
    many="questions",
    feminine=True,
    thing=lambda line, names: f"une question à {quoted(_asked(line, names))}",
    created=_question,
    gathered=_consulted,
    updated=_answered,
    known=("kind", "asked_organisation_id"),
    refers={"asked_organisation_id": "Organisation"},
    fields={
        "kind": forms.chosen("la question", AskKind, feminine=True),
        "subject_kind": forms.silent("l’objet"),
        "subject_id": forms.silent("l’objet"),
        "asked_organisation_id": forms.named("l’organisation", "Organisation", feminine=True),
        "state": forms.chosen("la réponse", AskState, feminine=True),
        "words": forms.text("le mot"),
    },
)


def _firm(line: Line, names: Names) -> str:
    return names.of("Organisation", names.about(line, "organisation_id"))


def _committed(line: Line, names: Names) -> Clause:
    told = frozenset({"kind", "subject_id", "organisation_id", "text_version", "given_by"})
    kind = names.about(line, "kind")
    what = word(CommitmentKind, kind) if kind else "un texte"
    if names.about(line, "given_by") == GivenBy.WORD:
        return Clause(f"a noté un accord de vive voix : {_firm(line, names)}, {what}", told)
    return Clause(f"{_firm(line, names)} s’engage : {what}", told, is_whole=True)


def _no_longer(line: Line, names: Names) -> Clause | None:
    kind = names.about(line, "kind")
    if kind is None or not line.after("withdrawn_at"):
        return None
    what = word(CommitmentKind, kind)
    told = frozenset({"withdrawn_at"})
    return Clause(f"L’engagement {of(_firm(line, names))} a pris fin : {what}", told, is_whole=True)


COMMITMENT = Lexicon(
    model=Commitment,
    topic=Topic.PARTNERS,
    audience=Audience.COMMITTED,
    one="engagement",
    many="engagements",
    thing=lambda line, names: f"l’engagement de {quoted(_firm(line, names))}",
    created=_committed,
    updated=_no_longer,
    known=("kind", "organisation_id", "given_by"),
    refers={"organisation_id": "Organisation"},
    fields={
        "kind": forms.chosen("l’engagement", CommitmentKind),
        "subject_id": forms.silent("l’objet"),
        "organisation_id": forms.named("l’organisation", "Organisation", feminine=True),
        "text_version": forms.text("le texte"),
        "given_by": forms.chosen("la voie", GivenBy, feminine=True),
        "withdrawn_at": forms.noted("la fin de l’engagement", feminine=True),
    },
)


def _opened(line: Line, names: Names) -> Clause:
    verb = "ouvert" if names.about(line, "is_open") else "fermé"
    told = frozenset({"flow_id", "organisation_id", "is_open"})
    return Clause(f"a {verb} la quantité d’un flux à un lecteur : {_firm(line, names)}", told)


FLOW_ACCESS = Lexicon(
    model=FlowAccess,
    topic=Topic.FLOWS,
    audience=Audience.INVOLVED,
    one="accès à une quantité",
    many="accès à une quantité",
    thing=lambda line, names: f"l’accès de {quoted(_firm(line, names))} à une quantité",
    created=_opened,
    updated=_opened,
    known=("organisation_id", "is_open"),
    refers={"organisation_id": "Organisation"},
    fields={
        "flow_id": forms.silent("le flux"),
        "organisation_id": forms.named("l’organisation", "Organisation", feminine=True),
        "is_open": forms.either("La quantité est ouverte.", "La quantité est fermée."),
    },
)


def _document(line: Line, _names: Names) -> str:
    title = line.after("title") or line.before("title")
    return f"le document {quoted(title)}" if title and title is not HIDDEN else "un document"


def _given(_line: Line, _names: Names) -> Clause:
    told = frozenset({"organisation_id", "size", "audience", "opened_at", "removed_at"})
    return Clause("a déposé un document", told)


def _document_changed(line: Line, names: Names) -> Clause | None:
    if "removed_at" in line.fields:
        verb = "retiré" if line.after("removed_at") else "remis"
        return Clause(f"a {verb} {_document(line, names)}", frozenset({"removed_at"}))
    return None


DOCUMENT = Lexicon(
    model=Document,
    topic=Topic.COMMENTS,
    audience=Audience.INVOLVED,
    one="document",
    many="documents",
    thing=_document,
    created=_given,
    updated=_document_changed,
    at_creation=("title", "kind"),
    fields={
        "organisation_id": forms.named("l’organisation", "Organisation", feminine=True),
        "kind": forms.chosen("le format", FileKind),
        "size": forms.noted("la taille", feminine=True),
        "audience": forms.chosen("les lecteurs", Readers),
        "opened_at": forms.noted("l’ouverture du document", feminine=True),
        "removed_at": forms.noted("le retrait"),
        "title": forms.text("le titre"),
    },
)
