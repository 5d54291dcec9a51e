"""What works for real in a project, and what holds it up."""

from __future__ import annotations

from app.core.french import of
from app.logbook.entries import Line
from app.logbook.kinds import Audience, Topic
from app.logbook.reading import Names, day
from app.logbook.words import forms
from app.logbook.words.lexicon import Clause, Lexicon
from app.plans.kinds import BarrierKind
from app.plans.models import Barrier, Exchange


def _exchange(line: Line, names: Names) -> str:
    user = names.of("Organisation", names.about(line, "user_id"))
    giver = names.about(line, "giver_id")
    if giver:
        return f"l’échange {of(names.of('Organisation', giver))} vers {user}"
    return f"l’usage {of(user)}"


def _begun(line: Line, names: Names) -> Clause:
    told = frozenset({"giver_id", "user_id"})
    return Clause(f"a noté que cela fonctionne : {_exchange(line, names)}", told)


def _ended(line: Line, names: Names) -> Clause | None:
    if set(line.fields) != {"until"}:
        return None
    until = line.after("until")
    if until:
        said = f"a noté la fin, le {day(until, names)}, pour {_exchange(line, names)}"
        return Clause(said, frozenset({"until"}))
    return Clause(f"a repris {_exchange(line, names)}", frozenset({"until"}))


EXCHANGE = Lexicon(
    model=Exchange,
    topic=Topic.RESULTS,
    audience=Audience.PROJECT,
    one="échange réalisé",
    many="échanges réalisés",
    thing=_exchange,
    created=_begun,
    updated=_ended,
    known=("giver_id", "user_id"),
    refers={"giver_id": "Organisation", "user_id": "Organisation"},
    at_creation=("label", "since"),
    fields={
        "giver_id": forms.named("qui fournit", "Organisation"),
        "user_id": forms.named("qui reçoit ou utilise", "Organisation"),
        "label": forms.text("l’intitulé"),
        "since": forms.day("le début"),
        "until": forms.day("la fin", feminine=True),
    },
)


def _lifted(line: Line, _names: Names) -> Clause | None:
    if "lifted_on" not in line.fields:
        return None
    if line.after("lifted_on"):
        return Clause("a levé un frein", frozenset({"lifted_on"}))
    return Clause("a noté qu’un frein tient de nouveau", frozenset({"lifted_on", "lifted_how"}))


BARRIER = Lexicon(
    model=Barrier,
    topic=Topic.PROJECT,
    audience=Audience.INVOLVED,
    one="frein",
    many="freins",
    thing=lambda _line, _names: "un frein",
    created=lambda _line, _names: Clause("a noté un frein"),
    updated=_lifted,
    at_creation=("kind", "note", "lever", "helper_id", "lifted_how"),
    fields={
        "kind": forms.chosen("l’ordre", BarrierKind),
        "note": forms.text("ce qui freine"),
        "lever": forms.text("ce qui le lèverait"),
        "helper_id": forms.named("qui peut y faire quelque chose", "Organisation"),
        "step_id": forms.named("l’étape", "Step", feminine=True),
        "noted_on": forms.silent("le jour où il a été noté"),
        "lifted_on": forms.day("le jour où il a été levé"),
        "lifted_how": forms.text("ce qui l’a levé"),
    },
)
