"""Steps: what became of them, when they are due, whose they are."""

from __future__ import annotations

from app.core.french import of
from app.logbook.entries import Line
from app.logbook.kinds import Audience, Topic
from app.logbook.reading import Names, day, quoted
from app.logbook.words import forms
from app.logbook.words.lexicon import Clause, Lexicon
from app.plans.kinds import BarrierKind, StepStatus
from app.plans.models import CheckItem, Dependency, Step

_DATES = frozenset({"due_on", "due_text", "news_on"})
_LEADS = frozenset({"lead_organisation_id", "lead_person_id"})
_LIFTED = frozenset({"status", "barrier", "barrier_note", "lever"})


def _thing(line: Line, names: Names) -> str:
    title = names.about(line, "title")
    return f"l’étape {quoted(title)}" if title else "une étape"


def _updated(line: Line, names: Names) -> Clause | None:
    changed = frozenset(line.fields)
    if "status" in changed:
        return _status(line, names)
    if changed <= _DATES:
        return _date(line, names)
    if changed <= _LEADS:
        return _lead(line, names)
    return _alone(line, names) if len(changed) == 1 else None


def _alone(line: Line, names: Names) -> Clause | None:
    """One field and nothing else."""
    thing, changed = _thing(line, names), frozenset(line.fields)
    renamed = f"{quoted(line.before('title'))} : {quoted(line.after('title'))}"
    kept = "a fait un jalon" if line.after("is_milestone") else "n’a plus fait un jalon"
    said = {
        "rank": "a changé l’ordre des étapes",
        "title": f"a renommé l’étape {renamed}",
        "description": f"a récrit les précisions {of(thing)}",
        "is_milestone": f"{kept} {of(thing)}",
    }
    found = next((said[name] for name in changed if name in said), None)
    return Clause(found, changed) if found else None


_BACK_TO_DO: dict[str, str] = {
    StepStatus.DONE: "a rouvert {}",
    StepStatus.ABANDONED: "a rouvert {}",
    StepStatus.BLOCKED: "a débloqué {}",
}
_STATUSES: dict[str, str] = {
    StepStatus.DONE: "a terminé {}",
    StepStatus.IN_PROGRESS: "a mis en cours {}",
    StepStatus.BLOCKED: "a signalé que {} coince",
    StepStatus.ABANDONED: "a abandonné {}",
}


def _status(line: Line, names: Names) -> Clause | None:
    before, after = line.before("status"), line.after("status")
    said = _STATUSES.get(str(after))
    if after == StepStatus.TODO:
        said = _BACK_TO_DO.get(str(before), "a remis à faire {}")
    if said is None:
        return None
    # what is lifted goes without saying, what gets in the way does not
    lifted = frozenset(name for name in (*_LIFTED, "news_on") if line.after(name) is None)
    return Clause(said.format(_thing(line, names)), lifted | {"status"})


def _date(line: Line, names: Names) -> Clause | None:
    thing, before, after = _thing(line, names), line.before("due_on"), line.after("due_on")
    told = frozenset({"due_on"}) | ({"news_on"} if line.after("news_on") is None else set())
    if after and before:
        moved = f"du {day(before, names)} au {day(after, names)}"
        return Clause(f"a déplacé l’échéance {of(thing)} : elle passe {moved}", told)
    if after:
        return Clause(f"a fixé l’échéance {of(thing)} au {day(after, names)}", told | {"due_text"})
    if line.after("due_text"):
        said = quoted(line.after("due_text"))
        return Clause(f"a noté une échéance approximative pour {thing} : {said}", _DATES)
    if before or line.before("due_text"):
        was = day(before, names) if before else quoted(line.before("due_text"))
        return Clause(f"a retiré l’échéance {of(thing)} (c’était {was})", _DATES)
    if line.after("news_on"):
        promised = day(line.after("news_on"), names)
        return Clause(f"a promis des nouvelles {of(thing)} pour le {promised}", _DATES)
    return Clause(f"n’attend plus de nouvelles {of(thing)} à une date donnée", _DATES)


def _lead(line: Line, names: Names) -> Clause | None:
    thing, person = _thing(line, names), line.after("lead_person_id")
    if "lead_organisation_id" in line.fields:
        who = names.of("Organisation", line.after("lead_organisation_id"))
        if person:
            who = f"{who} ({names.of('Person', person)})"
        return Clause(f"a changé le responsable {of(thing)} : {who}", _LEADS)
    if person:
        return Clause(f"a nommé {names.of('Person', person)} responsable {of(thing)}", _LEADS)
    return Clause(f"a laissé {thing} au contact habituel de l’organisation", _LEADS)


STEP = Lexicon(
    model=Step,
    topic=Topic.STEPS,
    audience=Audience.STEP,
    one="étape",
    many="étapes",
    feminine=True,
    thing=_thing,
    updated=_updated,
    known=("title",),
    at_creation=("lead_organisation_id", "lead_person_id", "due_on", "due_text", "description"),
    fields={
        "title": forms.text("le titre"),
        "status": forms.chosen("le statut", StepStatus),
        "due_on": forms.day("l’échéance", feminine=True),
        "due_text": forms.text("l’échéance approximative", feminine=True),
        "lead_organisation_id": forms.named(
            "l’organisation responsable", "Organisation", feminine=True
        ),
        "lead_person_id": forms.named("la personne responsable", "Person", feminine=True),
        "barrier": forms.chosen("ce qui coince", BarrierKind),
        "rank": forms.silent("l’ordre"),
        "is_milestone": forms.either("C’est un jalon.", "Ce n’est plus un jalon."),
        "news_on": forms.day("la date des prochaines nouvelles", feminine=True),
        "description": forms.long_text("le texte des précisions"),
        "barrier_note": forms.text("le mot sur ce qui coince"),
        "lever": forms.text("ce qui débloquerait"),
    },
)


def _ticked(line: Line, names: Names) -> Clause | None:
    if set(line.fields) != {"done_at"}:
        return None
    verb = "a coché" if line.after("done_at") else "a décoché"
    return Clause(f"{verb} {_of_check(line, names)}", frozenset(line.fields))


def _of_check(line: Line, names: Names) -> str:
    step = names.known_as("Step", names.about(line, "step_id"))
    return f"un point de l’étape {quoted(step)}" if step else "un point d’une étape"


CHECK = Lexicon(
    model=CheckItem,
    topic=Topic.STEPS,
    audience=Audience.INVOLVED,
    one="point à cocher",
    many="points à cocher",
    thing=_of_check,
    created=lambda line, names: Clause(
        f"a ajouté {_of_check(line, names)}", frozenset({"step_id"})
    ),
    updated=_ticked,
    known=("step_id",),
    refers={"step_id": "Step"},
    at_creation=("label",),
    fields={
        "step_id": forms.named("l’étape", "Step", feminine=True),
        "label": forms.text("l’intitulé"),
        "done_at": forms.noted("la coche", feminine=True),
    },
)


def _waits(line: Line, names: Names) -> str:
    one, other = (
        names.known_as("Step", names.about(line, name)) for name in ("step_id", "awaited_id")
    )
    first = f"l’étape {quoted(one)}" if one else "une étape"
    return f"que {first} attend {quoted(other) if other else 'une autre'}"


DEPENDENCY = Lexicon(
    model=Dependency,
    topic=Topic.STEPS,
    audience=Audience.INVOLVED,
    one="attente",
    many="attentes",
    feminine=True,
    thing=lambda _line, _names: "une attente entre deux étapes",
    created=lambda line, names: Clause(f"a noté {_waits(line, names)}", frozenset(line.fields)),
    known=("step_id", "awaited_id"),
    refers={"step_id": "Step", "awaited_id": "Step"},
    fields={
        "step_id": forms.named("l’étape", "Step", feminine=True),
        "awaited_id": forms.named("l’étape attendue", "Step", feminine=True),
    },
)
