"""What a project measures: indicators, targets, values."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from app.logbook.entries import Line
from app.logbook.kinds import Audience, Topic
from app.logbook.reading import Names, quoted
from app.logbook.words import forms
from app.logbook.words.lexicon import Clause, Lexicon, Tell, taken_off
from app.plans.kinds import ElipseAxis, MeasureMethod
from app.plans.models import Indicator, Measurement, Target
from app.plans.periods import Span


def _indicator(line: Line, names: Names) -> str:
    label = names.about(line, "label")
    return f"l’indicateur {quoted(label)}" if label else "un indicateur"


def _of_indicator(line: Line, names: Names) -> str:
    label = names.known_as("Indicator", names.about(line, "indicator_id"))
    return f" de l’indicateur {quoted(label)}" if label else ""


def _measurement(line: Line, names: Names) -> str:
    """With its period as it is today: older entries said a year."""
    days = [_day(names.about(line, name)) for name in ("starts_on", "ends_on")]
    of = _of_indicator(line, names)
    if days[0] is None or days[1] is None:
        return f"une valeur{of}"
    return f"la valeur{of} ({Span(days[0], days[1]).words})"


def _day(value: object) -> date | None:
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        return None


def _target(line: Line, names: Names) -> str:
    year = names.about(line, "year")
    when = f" de {year}" if isinstance(year, int) else ""
    return f"l’objectif{when}{_of_indicator(line, names)}"


# told by the name of the thing
_SAID = frozenset({"starts_on", "ends_on", "year"})


def _named_by(thing: Callable[[Line, Names], str]) -> Tell:
    return lambda line, names: Clause(f"a noté {thing(line, names)}", _SAID)


INDICATOR = Lexicon(
    model=Indicator,
    topic=Topic.RESULTS,
    audience=Audience.PROJECT,
    one="indicateur",
    many="indicateurs",
    thing=_indicator,
    updated=taken_off(_indicator),
    known=("label",),
    at_creation=("unit", "axis"),
    fields={
        "label": forms.text("l’intitulé"),
        "unit": forms.text("l’unité", feminine=True),
        "axis": forms.chosen("l’axe d’ELIPSE", ElipseAxis),
        "removed_at": forms.silent("le retrait"),
    },
)

TARGET = Lexicon(
    model=Target,
    topic=Topic.RESULTS,
    audience=Audience.PROJECT,
    one="objectif",
    many="objectifs",
    thing=_target,
    created=_named_by(_target),
    updated=taken_off(_target),
    known=("year", "indicator_id"),
    refers={"indicator_id": "Indicator"},
    at_creation=("value",),
    fields={
        "value": forms.figure("la valeur attendue", feminine=True),
        "year": forms.plain_number("l’année", feminine=True),
        "baseline_value": forms.figure("la valeur de départ", feminine=True),
        "baseline_year": forms.plain_number("l’année de départ", feminine=True),
        "opened_at": forms.noted("l’ouverture de l’objectif", feminine=True),
        "removed_at": forms.silent("le retrait"),
    },
)

MEASUREMENT = Lexicon(
    model=Measurement,
    topic=Topic.RESULTS,
    audience=Audience.PROJECT,
    one="valeur",
    many="valeurs",
    feminine=True,
    thing=_measurement,
    created=_named_by(_measurement),
    updated=taken_off(_measurement),
    known=("starts_on", "ends_on", "indicator_id"),
    refers={"indicator_id": "Indicator"},
    at_creation=("value", "method"),
    fields={
        "value": forms.figure("la valeur", feminine=True),
        "starts_on": forms.day("le début de la période"),
        "ends_on": forms.day("la fin de la période", feminine=True),
        "method": forms.chosen("la nature", MeasureMethod, feminine=True),
        "how": forms.text("la méthode", feminine=True),
        "organisation_id": forms.named("l’organisation qui l’a dit", "Organisation", feminine=True),
        "opened_at": forms.noted("l’ouverture de la valeur", feminine=True),
        "removed_at": forms.silent("le retrait"),
    },
)
