"""Meetings, what they decided, what was mailed of it, and groups."""

from __future__ import annotations

from app.initiatives.kinds.meetings import GroupKind, MeetingKind, MeetingState
from app.initiatives.models import Decision, Meeting, Results, WorkingGroup
from app.logbook.entries import HIDDEN, Line
from app.logbook.kinds import Audience, Topic
from app.logbook.reading import Names, quoted
from app.logbook.words import forms
from app.logbook.words.lexicon import Clause, Lexicon

_STATES: dict[str, str] = {
    MeetingState.HELD: "a noté que la rencontre a eu lieu : {what}",
    MeetingState.CANCELLED: "a annulé la rencontre {what}",
    MeetingState.PLANNED: "a remis la rencontre {what} comme prévue",
}


def _titled(what: str, line: Line, names: Names, column: str = "title") -> str:
    title = names.about(line, column)
    return f"{what} {quoted(title)}" if title and title is not HIDDEN else what


def _meeting(line: Line, names: Names) -> str:
    return _titled("la rencontre", line, names)


def _planned(line: Line, names: Names) -> Clause:
    told = frozenset({"kind", "title", "state", "ends_at", "group_id", "place"})
    return Clause(f"a prévu {_meeting(line, names)}", told)


def _state(line: Line, names: Names) -> Clause | None:
    said = next((text for state, text in _STATES.items() if state == line.after("state")), None)
    if said is None:
        return None
    return Clause(said.format(what=quoted(names.about(line, "title"))), frozenset({"state"}))


MEETING = Lexicon(
    model=Meeting,
    topic=Topic.TERRITORY,
    audience=Audience.ANIMATORS,
    one="rencontre",
    many="rencontres",
    feminine=True,
    thing=_meeting,
    created=_planned,
    updated=_state,
    known=("title",),
    at_creation=("starts_at",),
    fields={
        "kind": forms.chosen("le type", MeetingKind),
        "title": forms.text("le titre"),
        "starts_at": forms.instant("le début"),
        "ends_at": forms.instant("la fin", feminine=True),
        "state": forms.chosen("l’état", MeetingState),
        "group_id": forms.noted("le groupe"),
        "place": forms.text("le lieu"),
    },
)


def _decided(line: Line, names: Names) -> Clause:
    told = frozenset({"text", "project_id", "lead_organisation_id", "due_on", "step_id"})
    return Clause(f"a noté {_titled('la décision', line, names, 'text')}", told)


DECISION = Lexicon(
    model=Decision,
    topic=Topic.TERRITORY,
    audience=Audience.ANIMATORS,
    one="décision",
    many="décisions",
    feminine=True,
    thing=lambda line, names: _titled("la décision", line, names, "text"),
    created=_decided,
    at_creation=(),
    fields={
        "project_id": forms.silent("le projet"),
        "lead_organisation_id": forms.named("l’organisation", "Organisation", feminine=True),
        "due_on": forms.day("l’échéance", feminine=True),
        "step_id": forms.silent("l’étape"),
        "text": forms.text("le texte"),
    },
)


def _sent(line: Line, _names: Names) -> Clause | None:
    if not line.after("sent_at"):
        return None
    return Clause("a envoyé les résultats d’une rencontre", frozenset({"sent_at"}))


RESULTS = Lexicon(
    model=Results,
    topic=Topic.TERRITORY,
    audience=Audience.ANIMATORS,
    one="texte de résultats",
    many="textes de résultats",
    thing=lambda _line, _names: "les résultats d’une rencontre",
    updated=_sent,
    at_creation=(),
    fields={"sent_at": forms.noted("l’envoi")},
)


def _founded(line: Line, names: Names) -> Clause:
    told = frozenset({"kind", "title", "ended_on"})
    return Clause(f"a créé {_titled('le groupe', line, names)}", told)


def _ended(line: Line, names: Names) -> Clause | None:
    if "ended_on" not in line.fields:
        return None
    group = quoted(names.about(line, "title"))
    done = "a clos le groupe" if line.after("ended_on") else "a repris le groupe"
    return Clause(f"{done} {group}", frozenset({"ended_on"}))


GROUP = Lexicon(
    model=WorkingGroup,
    topic=Topic.TERRITORY,
    audience=Audience.ANIMATORS,
    one="groupe",
    many="groupes",
    thing=lambda line, names: _titled("le groupe", line, names),
    created=_founded,
    updated=_ended,
    known=("title",),
    at_creation=("rapporteur_organisation_id",),
    fields={
        "kind": forms.chosen("le type", GroupKind),
        "title": forms.text("le nom"),
        "rapporteur_organisation_id": forms.named("le rapporteur", "Organisation"),
        "ended_on": forms.day("la fin", feminine=True),
    },
)
