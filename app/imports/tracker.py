"""A plan as the rows of its tracker, in the layout that it came in. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from app.imports.deciding import KnownProject, KnownStep, Said
from app.imports.kinds import Field, Status
from app.imports.layout import (
    NOTES_HEADING,
    PRIORITY_WORDS,
    REFERENCE_HEADING,
    STATUS_WORDS,
    TRACKER,
)
from app.imports.rows import VAGUE
from app.plans.kinds import Priority

# an amount in euros, a day, or text
Cell = str | float | date | None
_FUNDERS = 3
_TEXTS: Mapping[Field, str] = {
    Field.SUB_AXIS: "sub_axis",
    Field.SUB_SUB_AXIS: "sub_sub_axis",
    Field.DESCRIPTION: "description",
    Field.GOVERNANCE: "governance",
    Field.OBJECTIVES: "objectives",
    Field.INDICATORS: "indicators",
    Field.MEANS: "means",
    Field.DEPARTMENT: "department",
    Field.PERSON: "person",
    Field.ELECTED: "elected",
    Field.PARTICIPATION: "participation",
    Field.FINANCING: "financing",
}
_NOT_STARTED = (Status.UPCOMING, Status.RUNNING)


def headings(projects: Sequence[KnownProject]) -> list[tuple[Field, str]]:
    """The 28 columns; more funders where a project has more, notes where there are any.

    The last column is what the same rows are known by when they come back.
    """
    most = max((len(_funds(project.here)) for project in projects), default=0)
    found = list(TRACKER)
    at = next(place for place, (one, _said) in enumerate(found) if one is Field.BUDGET)
    for number in range(_FUNDERS + 1, most + 1):
        found[at:at] = [(Field.FUNDER, f"Financeur {number}"), (Field.AMOUNT, "Montant € HT")]
        at += 2
    told = [project.here for project in projects]
    told += [step.here for project in projects for step in project.steps]
    if any(here.get("notes") for here in told):
        found.append((Field.NOTES, NOTES_HEADING))
    return [*found, (Field.REFERENCE, REFERENCE_HEADING)]


def rows(projects: Sequence[KnownProject], today: date) -> Iterator[list[Cell]]:
    """A row for each project, followed by one for each of its steps."""
    columns = [field for field, _heading in headings(projects)]
    for project in projects:
        yield _row(columns, _project(project.here, project.public_id))
        for step in project.steps:
            yield _row(columns, _step(project.here, step, today))


def _row(columns: Sequence[Field], told: Mapping[Field, Sequence[Cell] | Cell]) -> list[Cell]:
    """Repeated columns take their values one after the other."""
    queues = {field: iter(value) for field, value in told.items() if isinstance(value, list)}
    return [
        next(queues[field], None) if field in queues else _single(told.get(field))
        for field in columns
    ]


def _single(value: Sequence[Cell] | Cell) -> Cell:
    return value if isinstance(value, str | float | date) else None


def _project(here: Said, reference: str) -> dict[Field, Sequence[Cell] | Cell]:
    funds = _funds(here)
    return {
        **_both(here),
        Field.THEME: here.get("theme", ""),
        Field.ACTION: here["title"],
        Field.LEAD: _lines(here.get("lead", ""), here.get("co_owners", "")),
        Field.PARTNERS: here.get("contributors", ""),
        Field.FUNDER: [funder for funder, _cents in funds],
        Field.AMOUNT: [None if cents is None else cents / 100 for _funder, cents in funds],
        Field.BUDGET: int(here["budget"]) / 100 if here.get("budget") else None,
        Field.PRIORITY: PRIORITY_WORDS[Priority(here["priority"])] if here.get("priority") else "",
        Field.REFERENCE: reference,
    }


def _step(project: Said, step: KnownStep, today: date) -> dict[Field, Sequence[Cell] | Cell]:
    here = dict(step.here)
    end = _when(here.get("end", ""))
    if isinstance(end, date) and end < today and here["status"] in _NOT_STARTED:
        here["status"] = Status.LATE
    return {
        **_both(here),
        Field.THEME: project.get("theme", ""),
        Field.ACTION: project["title"],
        Field.STEP: here["title"],
        Field.LEAD: here.get("lead", ""),
        Field.PARTNERS: here.get("partners", ""),
        Field.REFERENCE: step.public_id,
    }


def _both(here: Said) -> dict[Field, Sequence[Cell] | Cell]:
    """What actions and steps tell alike."""
    return {
        **{field: here.get(name, "") for field, name in _TEXTS.items()},
        Field.STATUS: _status(here.get("status", "")),
        Field.START: _when(here.get("start", "")),
        Field.END: _when(here.get("end", "")),
        Field.NOTES: here.get("notes", ""),
    }


def _lines(*lists: str) -> str:
    return "\n".join(filter(None, lists))


def _status(told: str) -> str:
    return told.removeprefix(VAGUE) if told.startswith(VAGUE) else STATUS_WORDS[Status(told)]


def _when(told: str) -> Cell:
    if told.startswith(VAGUE):
        return told.removeprefix(VAGUE)
    return date.fromisoformat(told) if told else None


def _funds(here: Said) -> list[tuple[str, int | None]]:
    return [(funder, cents) for funder, cents in json.loads(here.get("fundings") or "[]")]
