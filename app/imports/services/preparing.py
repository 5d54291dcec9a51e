"""An import before it is applied: brought, its columns named, its cells corrected, its names said.

The caller checked rights and commits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.sessions import viewer_of
from app.core.refusals import RefusedError
from app.core.viewer import Viewer
from app.imports import deciding
from app.imports.cells import Fault
from app.imports.contacts import ContactRow, Reader, addresses, sirets
from app.imports.deciding import Decision
from app.imports.kinds import Field, ImportState, NameChoice, Outcome, TableKind
from app.imports.layout import FIELDS, REPEATED
from app.imports.models import Import
from app.imports.names import Choice, Names, Question
from app.imports.queries import (
    known_plan,
    known_zones,
    organisations_by_key,
    remembered_columns,
    remembered_names,
)
from app.imports.queries.contacts import contact_names, known_contacts
from app.imports.rows import Reading, read
from app.imports.tables import choice_of, kept, tables_of, told_of
from app.imports.zones import ZoneRow, read_zones
from app.plans.models import ActionPlan
from app.sheets.kinds import Sheet

LONGEST_FILE_NAME = 200


@dataclass(frozen=True)
class Prepared:
    """Everything that a preview shows and that applying does."""

    decisions: tuple[Decision, ...]
    refused: tuple[Fault, ...]
    contacts: tuple[ContactRow, ...]
    zones: tuple[ZoneRow, ...]
    names: Names

    @property
    def live(self) -> Iterator[Decision]:
        """What may be written: actions and steps, without those that have ended here."""
        for decision in self.decisions:
            if not decision.is_over:
                yield from (decision, *decision.steps)

    @property
    def questions(self) -> dict[str, Question]:
        """The names without which nothing is applied."""
        items = (one.item.asked for one in self.live)
        asked = set().union(*items, *(row.asked for row in self.contacts))
        return {key: one for key, one in self.names.questions.items() if key in asked}

    @property
    def spare(self) -> dict[str, Question]:
        """Those of ended actions alone: without an answer they stay a text."""
        told = set().union(*(one.item.spare for one in self.live)) - self.questions.keys()
        return {key: one for key, one in self.names.questions.items() if key in told}

    def counts(self) -> dict[str, int]:
        """How many actions, steps and contacts come to each outcome."""
        found = dict.fromkeys((one.value for one in Outcome), 0)
        for decision in self.decisions:
            for one in (decision, *decision.steps):
                found[one.outcome.value] += 1
        for outcome in [row.outcome for row in self.contacts] + [row.outcome for row in self.zones]:
            found[outcome.value] += 1
        found[Outcome.REFUSED.value] += len(self.refused)
        return found


def bring(
    session: Session,
    *,
    plan: ActionPlan,
    file_name: str,
    sheets: Sequence[Sheet],
    person_id: int | None,
    now: datetime,
) -> Import:
    """Keep what was read as a draft, its columns suggested or as they were named before."""
    remembered = {
        signature: (one.kind.value, one.fields)
        for signature, one in remembered_columns(session, plan.territory_id).items()
    }
    brought = Import(
        territory_id=plan.territory_id,
        plan_id=plan.id,
        file_name=file_name[:LONGEST_FILE_NAME],
        state=ImportState.DRAFT,
        tables=[kept(sheet, remembered) for sheet in sheets],
        corrections={},
        names={},
        counts={},
        ledger=[],
        brought_at=now,
        brought_by_id=person_id,
    )
    session.add(brought)
    session.flush()
    return brought


def prepare(session: Session, found: Import, who: Viewer | None = None) -> Prepared:
    """What the import would do now, to the plan as it stands now.

    `who` looks or applies; by their rights it is said what stands in other territories. Without
    one, whoever brought the table; nobody for the operator's command.
    """
    names = _names(session, found)
    reading = Reading()
    for table in tables_of(found.tables, found.corrections, TableKind.TRACKER):
        read(table, names, reading)
    decisions = deciding.decide(
        reading, known_plan(session, found.plan_id), wanted=found.corrections.get("wanted", ())
    )
    contacts: list[ContactRow] = []
    tables = tables_of(found.tables, found.corrections, TableKind.CONTACTS)
    if tables:
        written, numbers = (set().union(*map(one, tables)) for one in (addresses, sirets))
        brings = who or (viewer_of(session, found.brought_by_id) if found.brought_by_id else None)
        contacts_here = known_contacts(session, found.territory, written, numbers, brings)
        reader = Reader(names, contacts_here)
        contacts = [row for table in tables for row in reader.read(table)]
    zones: list[ZoneRow] = []
    if tables := tables_of(found.tables, found.corrections, TableKind.ZONES):
        here = known_zones(session, found.territory_id)
        zones = list(read_zones(tables, here))
    return Prepared(decisions, tuple(reading.refused), tuple(contacts), tuple(zones), names)


def _names(session: Session, found: Import) -> Names:
    here = organisations_by_key(session, found.territory_id)
    said = remembered_names(session, found.territory_id)
    said |= {key: choice_of(told) for key, told in found.names.get("said", {}).items()}
    return Names(
        {key: organisation.name for key, organisation in here.items()},
        said,
        frozenset(found.names.get("whole", ())),
        contact_names(session, found.territory_id),
    )


def require_draft(found: Import) -> None:
    if found.state is not ImportState.DRAFT:
        raise RefusedError("Cet import est déjà appliqué : importez le fichier de nouveau.")
    if found.forgotten_at is not None:
        raise RefusedError("Les lignes de ce tableau ont été effacées : importez-le de nouveau.")


def name_columns(
    found: Import,
    number: int,
    kind: TableKind,
    fields: Sequence[str],
    *,
    headless: bool = False,
) -> None:
    """Say what the columns of a table tell; a field that stands once may not be said twice.

    `headless`: none of its rows is a heading, the first one counts too.
    """
    require_draft(found)
    wanted = [Field(name) if name in FIELDS[kind] else None for name in fields]
    once = [one for one in wanted if one and one not in REPEATED]
    if len(set(once)) < len(once):
        raise RefusedError("Deux colonnes disent la même chose : choisissez-en une.")
    tables = list(found.tables)
    if len(wanted) != len(tables[number]["fields"]):
        raise RefusedError("Les colonnes ont changé : rechargez la page.")
    tables[number] = {
        **tables[number],
        "kind": kind.value,
        "fields": [one.value if one else None for one in wanted],
    }
    if headless and tables[number].get("unknown"):
        tables[number] |= {"bottom": -1, "headings": [""] * len(wanted)}
    found.tables = tables


def correct(found: Import, typed: Mapping[str, str]) -> None:
    """Type over cells, by their place « table:line:column »."""
    require_draft(found)
    cells = {place: value.strip() for place, value in typed.items()}
    found.corrections = {**found.corrections, "cells": found.corrections.get("cells", {}) | cells}


def leave_out(found: Import, places: str, *, leave: bool) -> None:
    """Do not import what stands in these rows, « table:line table:line », or do so after all."""
    require_draft(found)
    left = [one for one in found.corrections.get("left_out", []) if one != places]
    found.corrections = {**found.corrections, "left_out": left + [places] * leave}


def prefer_file(found: Import, key: str, *, prefer: bool) -> None:
    """Where both sides changed a value: take the file's, or keep ours."""
    require_draft(found)
    keys = [one for one in found.corrections.get("wanted", []) if one != key]
    found.corrections = {**found.corrections, "wanted": keys + [key] * prefer}


def say_names(found: Import, said: Mapping[str, Choice], whole: Sequence[str]) -> None:
    """Confirm what names stand for; `whole` are cells that are one name after all."""
    require_draft(found)
    known = dict(found.names.get("said", {}))
    for key, choice in said.items():
        if choice.choice in (NameChoice.KNOWN, NameChoice.NEW) and not choice.name:
            raise RefusedError("Choisissez une organisation.")
        known[key] = told_of(choice)
    cells = dict.fromkeys([*found.names.get("whole", ()), *whole])
    found.names = {"said": known, "whole": list(cells)}
