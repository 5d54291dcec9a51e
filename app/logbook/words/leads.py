"""Leads of the catalogue and contact campaigns: told to who animates."""

from __future__ import annotations

from app.initiatives.kinds.leads import LeadState
from app.initiatives.models import Campaign, Opportunity
from app.logbook.entries import Line
from app.logbook.kinds import Audience, Topic
from app.logbook.reading import Names, quoted
from app.logbook.words import forms
from app.logbook.words.lexicon import Clause, Lexicon
from app.plans.kinds import FlowDirection, ResourceKind


def _lead(line: Line, names: Names) -> str:
    title = line.after("title") or names.about(line, "title")
    return f"la piste {quoted(title)}" if isinstance(title, str) else "une piste"


_DECIDED = {
    LeadState.PROJECT: "a fait un projet de",
    LeadState.REFUSED: "a refusé",
    LeadState.PASSED_ON: "a transmis hors démarche",
    LeadState.KEPT: "a gardé pour plus tard",
    LeadState.OPEN: "a rouvert",
}


def _decided(line: Line, names: Names) -> Clause | None:
    if "state" not in line.fields:
        return None
    verb = next((verb for state, verb in _DECIDED.items() if state == line.after("state")), None)
    told = frozenset({"state", "project_id"})
    return Clause(f"{verb} {_lead(line, names)}", told) if verb else None


OPPORTUNITY = Lexicon(
    model=Opportunity,
    topic=Topic.PROJECT,
    audience=Audience.ANIMATORS,
    one="piste",
    many="pistes",
    feminine=True,
    thing=_lead,
    created=lambda line, names: Clause(
        f"a noté {_lead(line, names)}", frozenset({"title", "state"})
    ),
    updated=_decided,
    known=("title",),
    at_creation=("direction", "resource"),
    fields={
        "title": forms.text("la phrase", feminine=True),
        "direction": forms.chosen("le sens", FlowDirection),
        "resource": forms.chosen("la nature", ResourceKind, feminine=True),
        "zone_id": forms.named("la zone", "ActivityZone", feminine=True),
        "state": forms.chosen("l’état", LeadState),
        "reason": forms.text("le motif"),
        "passed_to": forms.text("le destinataire"),
        "project_id": forms.silent("le projet"),
    },
)


def _campaign(line: Line, names: Names) -> str:
    title = line.after("title") or names.about(line, "title")
    return f"la campagne {quoted(title)}" if isinstance(title, str) else "une campagne"


def _closed(line: Line, names: Names) -> Clause | None:
    if "closed_on" not in line.fields:
        return None
    verb = "clos" if line.after("closed_on") else "rouvert"
    return Clause(f"a {verb} {_campaign(line, names)}", frozenset({"closed_on"}))


CAMPAIGN = Lexicon(
    model=Campaign,
    topic=Topic.TERRITORY,
    audience=Audience.ANIMATORS,
    one="campagne",
    many="campagnes",
    feminine=True,
    thing=_campaign,
    created=lambda line, names: Clause(
        f"a ouvert {_campaign(line, names)}", frozenset({"title", "opened_on"})
    ),
    updated=_closed,
    known=("title",),
    at_creation=("zone_id",),
    fields={
        "title": forms.text("le titre"),
        "zone_id": forms.named("la zone", "ActivityZone", feminine=True),
        "opened_on": forms.day("l’ouverture", feminine=True),
        "closed_on": forms.day("la clôture", feminine=True),
    },
)
