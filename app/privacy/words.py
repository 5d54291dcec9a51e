"""How the journal tells of a territory's text about data."""

from __future__ import annotations

from app.logbook.entries import Line
from app.logbook.kinds import Audience, Topic
from app.logbook.reading import Names
from app.logbook.words import forms
from app.logbook.words.lexicon import Clause, Lexicon
from app.privacy.models import PrivacyText


def _written(line: Line, _names: Names) -> Clause:
    number = line.after("number")
    which = f", version {number}" if isinstance(number, int) else ""
    said = f"a récrit ce qui est dit des données personnelles{which}"
    return Clause(said, frozenset({"number", "controller"}))


PRIVACY_TEXT = Lexicon(
    model=PrivacyText,
    topic=Topic.TERRITORY,
    audience=Audience.TERRITORY,
    one="texte sur les données personnelles",
    many="textes sur les données personnelles",
    thing=lambda _line, _names: "le texte sur les données personnelles",
    created=_written,
    at_creation=("idle_years", "contact_years"),
    fields={
        "number": forms.plain_number("la version", feminine=True),
        "controller": forms.text("le responsable du traitement"),
        "idle_years": forms.plain_number("la durée des comptes sans visite", unit=" ans"),
        "contact_years": forms.plain_number("la durée des contacts sans compte", unit=" ans"),
    },
)
