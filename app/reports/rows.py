"""The sheets to copy from as rows of a table. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from app.accounts.labels import ORGANISATION_KINDS
from app.core.french import listing, number, plain_date
from app.initiatives.labels.meetings import KINDS as MEETING_KINDS
from app.plans.labels import label
from app.reports.labels import METHODS_TOLD
from app.reports.records import Records, SynergyRecord, Value

HEADINGS = ("Fiche", "Rubrique", "Intitulé", "Valeur", "Unité", "Période", "Méthode", "Source")
WITHHELD = "non publiable"
SILENT = "sans valeur pour une synergie opérationnelle"
UNTITLED = "Synergie dont le titre nomme une entreprise"
_ELIPSE, _SYNAPSE = "ELIPSE", "SYNAPSE"

Row = tuple[str, ...]


def rows_of(records: Records) -> list[Row]:
    """One row a value; what may not be told stands as « non publiable »."""
    period = f"{records.year}, jusqu’au {plain_date(records.until)}"
    return [
        *_facts(records, period),
        *_axes(records, period),
        *(row for one in records.synergies for row in _synergy(one, period)),
    ]


def _facts(records: Records, period: str) -> Iterator[Row]:
    facts = records.facts
    told = [
        ("Territoire", facts.territory),
        ("SIREN", facts.siren or ""),
        ("Début du plan d’action", plain_date(facts.since) if facts.since else ""),
        ("Structure qui porte la démarche", facts.carrier),
        ("Personnes nommées pour animer", str(facts.animators)),
        ("Zones d’activités", listing(list(facts.zones))),
        *(
            (f"Partenaires engagés\u00a0: {ORGANISATION_KINDS[k]}", str(n))
            for k, n in facts.partners
        ),
        *((f"Synergies\u00a0: {label(kind)}", str(n)) for kind, n in facts.synergies),
        *((f"Synergies au stade\u00a0: {label(stage)}", str(n)) for stage, n in facts.stages),
        *((f"Réunions tenues\u00a0: {MEETING_KINDS[kind]}", str(n)) for kind, n in facts.meetings),
    ]
    for what, value in told:
        if value:
            yield (_ELIPSE, "La démarche", what, value, "", period, "", "")


def _axes(records: Records, period: str) -> Iterator[Row]:
    for part in records.axes:
        heading = label(part.axis) if part.axis else "Sans axe"
        for value in part.values:
            yield _value(_ELIPSE, heading, value, period)
        for name in part.silent:
            yield (_ELIPSE, heading, name, "", "", period, "", SILENT)


def _value(sheet: str, heading: str, value: Value, period: str) -> Row:
    sources = [source or UNTITLED for source in value.sources]
    shown = WITHHELD if value.value is None else number(value.value, 3)
    method = METHODS_TOLD[value.method]
    return (sheet, heading, value.label, shown, value.unit, period, method, listing(sources))


def _synergy(one: SynergyRecord, period: str) -> Iterator[Row]:
    title = one.title or UNTITLED
    for what, told in _told(one):
        if told is not None:
            yield (_SYNAPSE, title, what, told, "", period, "", "")
    for value in one.results:
        yield _value(_SYNAPSE, title, value, period)
    if one.withheld:
        yield (_SYNAPSE, title, "Autres résultats", WITHHELD, "", period, "", "")


def _told(one: SynergyRecord) -> Iterator[tuple[str, str | None]]:
    """(what, its value); None where nothing is known, so that no row stands for it."""
    yield "Type", label(one.kind)
    yield "Avancement", label(one.stage)
    yield "Début du projet", plain_date(one.since) if one.since else None
    yield "Axe du plan", one.theme
    yield "Zone", one.zone
    for resource, what in one.resources:
        yield f"Ressource\u00a0: {label(resource)}", what or ""
    for kind, many in one.partners:
        yield f"Partenaires\u00a0: {ORGANISATION_KINDS[kind]}", str(many)
    yield "Partenaires qui acceptent d’être nommés", listing(list(one.named)) or None
    yield "Freins rencontrés", listing([label(kind) for kind in one.barriers]) or None
