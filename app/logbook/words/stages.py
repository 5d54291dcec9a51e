"""The démarche: its pilot zone, the stages it passes into, what is ticked by hand."""

from __future__ import annotations

from app.initiatives.conditions import need_of
from app.initiatives.kinds.stages import InitiativeStage
from app.initiatives.labels.stages import TOWARDS
from app.initiatives.models import ConditionTick, Initiative, StagePassage
from app.logbook.entries import Line
from app.logbook.kinds import Audience, Topic
from app.logbook.reading import Names, quoted
from app.logbook.words import forms
from app.logbook.words.lexicon import Clause, Lexicon


def _begun(line: Line, names: Names) -> Clause:
    return _zone_chosen(line, names) or Clause("a ouvert la démarche du plan")


def _zone_chosen(line: Line, names: Names) -> Clause | None:
    zone = line.after("pilot_zone_id")
    if zone is None:
        return None
    said = f"a choisi la zone pilote : {names.of('ActivityZone', zone)}"
    return Clause(said, frozenset({"pilot_zone_id"}))


INITIATIVE = Lexicon(
    model=Initiative,
    topic=Topic.TERRITORY,
    audience=Audience.TERRITORY,
    one="démarche",
    many="démarches",
    feminine=True,
    thing=lambda _line, _names: "la démarche",
    created=_begun,
    updated=_zone_chosen,
    fields={"pilot_zone_id": forms.named("la zone pilote", "ActivityZone", feminine=True)},
)


def _towards(line: Line, names: Names) -> str:
    stage = names.about(line, "stage")
    known = next((one for one in InitiativeStage if one == stage), None)
    return TOWARDS[known] if known else "à une autre étape"


def _passed(line: Line, names: Names) -> Clause:
    reason = line.after("reason")
    said = f"a fait passer la démarche {_towards(line, names)}"
    if reason:
        said += f", alors qu’il manquait encore quelque chose : {quoted(reason)}"
    return Clause(said, frozenset({"stage", "reason"}))


def _back(line: Line, names: Names) -> Clause | None:
    if not line.after("taken_back_at"):
        return None
    said = f"a annulé le passage de la démarche {_towards(line, names)}"
    return Clause(said, frozenset({"taken_back_at"}))


STAGE_PASSAGE = Lexicon(
    model=StagePassage,
    topic=Topic.TERRITORY,
    audience=Audience.TERRITORY,
    one="passage d’étape",
    many="passages d’étape",
    thing=lambda line, names: f"le passage de la démarche {_towards(line, names)}",
    created=_passed,
    updated=_back,
    known=("stage",),
    fields={
        "stage": forms.silent("l’étape"),
        "reason": forms.text("le motif"),
        "taken_back_at": forms.instant("le retour"),
    },
)


def _condition(line: Line, names: Names) -> str:
    need = need_of(str(names.about(line, "key")))
    return quoted(need.title) if need else "une condition de la démarche"


def _ticked(line: Line, names: Names) -> Clause:
    return Clause(f"a coché {_condition(line, names)}", frozenset({"key"}))


CONDITION_TICK = Lexicon(
    model=ConditionTick,
    topic=Topic.TERRITORY,
    audience=Audience.TERRITORY,
    one="condition cochée",
    many="conditions cochées",
    feminine=True,
    thing=_condition,
    created=_ticked,
    removed=lambda line, names: Clause(f"a décoché {_condition(line, names)}"),
    known=("key",),
    at_creation=("done_on", "words"),
    fields={
        "key": forms.silent("la condition"),
        "done_on": forms.day("la date", feminine=True),
        "words": forms.text("le mot"),
    },
)
