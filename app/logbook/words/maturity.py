"""Where a territory stands in a framework, and what proves it."""

from __future__ import annotations

from collections.abc import Mapping

from app.journal.kinds import Action
from app.logbook.entries import Line
from app.logbook.kinds import Audience, Topic
from app.logbook.reading import Names, quoted, shares, small
from app.logbook.words import forms
from app.logbook.words.lexicon import Clause, Lexicon
from app.maturity.kinds import CriterionStatus, EvidenceKind
from app.maturity.models import Assessment, Criterion, Deadline, Evidence, SharedReading


def _assessment(line: Line, names: Names) -> str:
    year = names.about(line, "year")
    return f"la lecture de la maturité{f' de {year}' if isinstance(year, int) else ''}"


def _frozen(line: Line, names: Names) -> Clause | None:
    if line.after("version_id"):
        told = f"a changé le texte du référentiel que suit {_assessment(line, names)}"
        return Clause(told, frozenset({"version_id"}))
    if line.after("frozen_at"):
        return Clause(f"a figé {_assessment(line, names)}", frozenset(line.fields))
    return None


ASSESSMENT = Lexicon(
    model=Assessment,
    topic=Topic.MATURITY,
    audience=Audience.FOLLOWERS,
    one="lecture de la maturité",
    many="lectures de la maturité",
    feminine=True,
    thing=_assessment,
    created=lambda line, names: Clause(f"a ouvert {_assessment(line, names)}"),
    updated=_frozen,
    known=("year",),
    fields={
        "year": forms.plain_number("l’année", feminine=True),
        "version_id": forms.silent("le texte du référentiel"),
        "frozen_at": forms.instant("la date de clôture", feminine=True),
    },
)


def _criterion(line: Line, names: Names) -> str:
    ref = names.about(line, "ref")
    return f"le critère {ref}" if ref else "un critère"


def _bare(line: Line, names: Names) -> str:
    return _criterion(line, names).removeprefix("le ").removeprefix("un ")


def _confirmed(line: Line, names: Names) -> Clause | None:
    if "status" not in line.fields:
        if "text_id" in line.fields:
            told = f"a revu {_criterion(line, names)}, dont le texte a changé"
            return Clause(told, frozenset({"text_id"}))
        return None
    if line.after("status") == CriterionStatus.UNSET and line.action is Action.UPDATED:
        return Clause(f"a retiré le statut du {_bare(line, names)}", frozenset({"status"}))
    said = small(CriterionStatus, line.after("status"))
    return Clause(f"a confirmé {_criterion(line, names)} : {said}", frozenset({"status"}))


CRITERION = Lexicon(
    model=Criterion,
    topic=Topic.MATURITY,
    audience=Audience.FOLLOWERS,
    one="critère",
    many="critères",
    thing=_criterion,
    created=_confirmed,
    updated=_confirmed,
    known=("ref",),
    at_creation=("fractions", "comment"),
    fields={
        "status": forms.chosen("le statut", CriterionStatus),
        "fractions": forms.Field("la répartition", lambda value, _names: shares(value), True),
        "concerned": forms.either(
            "Le territoire est concerné.", "Le territoire n’est pas concerné."
        ),
        "comment": forms.text("le commentaire"),
        "text_id": forms.silent("le texte lu"),
    },
)


# who reads the journal may be somebody who reads neither the figure nor the file
_UNNAMED: Mapping[str, str] = {
    EvidenceKind.MEETING: "une rencontre",
    EvidenceKind.DOCUMENT: "un document",
    EvidenceKind.INDICATOR: "un indicateur",
}


def _proof(line: Line, names: Names) -> str:
    """« le projet « … » au critère 3.5.1 »; a step only where it may be read."""
    subject, kind = names.about(line, "subject_id"), names.about(line, "kind")
    if kind == EvidenceKind.STEP:
        title = names.known_as("Step", subject)
        what = f"l’étape {quoted(title)}" if title else "une étape"
    elif isinstance(kind, str) and kind in _UNNAMED:
        what = _UNNAMED[kind]
    else:
        what = f"le projet {quoted(names.of('Project', subject))}"
    ref = names.about(line, "ref")
    return f"{what} ({f'critère {ref}' if ref else 'un critère'})"


def _proof_updated(line: Line, names: Names) -> Clause | None:
    if "removed_at" not in line.fields:
        return None
    said = "a retiré" if line.after("removed_at") else "a remis"
    return Clause(f"{said} une preuve : {_proof(line, names)}", frozenset({"removed_at"}))


EVIDENCE = Lexicon(
    model=Evidence,
    topic=Topic.MATURITY,
    audience=Audience.FOLLOWERS,
    one="preuve",
    many="preuves",
    feminine=True,
    thing=lambda line, names: f"une preuve : {_proof(line, names)}",
    created=lambda line, names: Clause(f"a relié une preuve : {_proof(line, names)}"),
    updated=_proof_updated,
    known=("ref", "kind", "subject_id"),
    at_creation=("note", "proved_on"),
    fields={
        "framework_key": forms.silent("le référentiel"),
        "ref": forms.silent("le critère"),
        "kind": forms.silent("la nature de la preuve"),
        "subject_id": forms.silent("ce qui prouve"),
        "note": forms.text("la note", feminine=True),
        "proved_on": forms.day("le jour de la preuve"),
        "removed_at": forms.instant("le retrait"),
    },
)


def _due(line: Line, names: Names) -> str:
    ref = names.about(line, "ref")
    return f"l’échéance du critère {ref}" if ref else "l’échéance d’un critère"


DEADLINE = Lexicon(
    model=Deadline,
    topic=Topic.MATURITY,
    audience=Audience.FOLLOWERS,
    one="échéance d’un critère",
    many="échéances de critères",
    feminine=True,
    thing=_due,
    known=("ref",),
    at_creation=("due_on",),
    fields={
        "ref": forms.silent("le critère"),
        "due_on": forms.day("l’échéance", feminine=True),
    },
)

SHARED_READING = Lexicon(
    model=SharedReading,
    topic=Topic.MATURITY,
    audience=Audience.FOLLOWERS,
    one="accord pour une lecture côte à côte",
    many="accords pour une lecture côte à côte",
    thing=lambda _line, _names: "l’accord pour lire la maturité à côté d’autres territoires",
    fields={"agreed_at": forms.instant("le jour de l’accord")},
)
