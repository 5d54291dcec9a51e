"""What the tracker says of projects, and the tables that came in."""

from __future__ import annotations

from app.imports.kinds import ImportState
from app.imports.models import Import
from app.logbook.entries import Line
from app.logbook.kinds import Audience, Topic
from app.logbook.reading import Names, quoted
from app.logbook.words import forms
from app.logbook.words.lexicon import Clause, Lexicon, taken_off
from app.plans.kinds import FundingState
from app.plans.models import Funding, TrackingSheet

_TEXTS = {
    "sub_axis": "le sous-axe",
    "sub_sub_axis": "le sous-sous-axe",
    "governance": "les instances de gouvernance",
    "objectives": "les objectifs",
    "indicators": "les indicateurs liés",
    "means": "les moyens",
    "partners": "les partenaires cités",
    "department": "le service pilote",
    "person": "la personne pilote",
    "elected": "l’élu référent",
    "participation": "la participation citoyenne",
    "financing": "les financements",
    "status_text": "le statut du tableau de suivi",
    "starts_text": "le début",
    "ends_text": "la fin",
    "notes": "les autres informations",
}

SHEET = Lexicon(
    model=TrackingSheet,
    topic=Topic.PROJECT,
    audience=Audience.INVOLVED,
    one="fiche de suivi",
    many="fiches de suivi",
    feminine=True,
    thing=lambda _line, _names: "la fiche de suivi",
    created=lambda _line, _names: Clause("a rempli la fiche de suivi"),
    fields={
        **{name: forms.noted(the) for name, the in _TEXTS.items()},
        "starts_on": forms.day("le début"),
    },
)


def _funding(line: Line, names: Names) -> str:
    funder = names.about(line, "funder")
    return f"le financement {quoted(funder)}" if funder else "un financement"


FUNDING = Lexicon(
    model=Funding,
    topic=Topic.PROJECT,
    audience=Audience.INVOLVED,
    one="financement",
    many="financements",
    thing=_funding,
    updated=taken_off(_funding),
    at_creation=("state",),
    fields={
        "rank": forms.silent("l’ordre"),
        "funder": forms.text("le financeur"),
        "organisation_id": forms.named("l’organisation", "Organisation", feminine=True),
        "amount_cents": forms.noted("le montant prévu"),
        "spent_cents": forms.noted("le montant dépensé"),
        "state": forms.chosen("l’état", FundingState),
        "removed_at": forms.silent("le retrait"),
    },
)


def _import(line: Line, names: Names) -> str:
    name = names.about(line, "file_name")
    return f"l’import de {quoted(name)}" if name else "un import"


def _state(line: Line, names: Names) -> Clause | None:
    """Applied, taken back."""
    said: dict[str, str] = {ImportState.APPLIED: "a appliqué", ImportState.UNDONE: "a annulé"}
    verb = said.get(str(line.after("state")))
    return Clause(f"{verb} {_import(line, names)}", frozenset(line.fields)) if verb else None


IMPORT = Lexicon(
    model=Import,
    topic=Topic.TERRITORY,
    audience=Audience.FOLLOWERS,
    one="import",
    many="imports",
    thing=_import,
    created=lambda line, names: Clause(f"a préparé {_import(line, names)}", frozenset(line.fields)),
    updated=_state,
    fields={
        "state": forms.noted("l’état de l’import"),
        "file_name": forms.noted("le nom du fichier"),
    },
)
