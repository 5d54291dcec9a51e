"""`flask plan import`, `plan export`: the tracker, both ways, without a browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from app.accounts.models import Territory
from app.core import clock
from app.core.refusals import RefusedError
from app.imports import tracker
from app.imports.cells import Fault
from app.imports.kinds import Outcome
from app.imports.labels import OUTCOMES
from app.imports.models import Import
from app.imports.queries import known_plan, running_plan, territory_named
from app.imports.services.applying import apply
from app.imports.services.preparing import Prepared, bring, prepare, say_names
from app.imports.writing import workbook
from app.plans.models import ActionPlan
from app.plans.queries.project import organisations_of
from app.sheets.kinds import column_letter
from app.sheets.reading import read_file
from app.web.database import db
from app.web.gate import act_as

plan = AppGroup("plan", help="Action plans as tables.")
json_option = click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
territory_option = click.option(
    "--territory", "name", required=True, help="Its public id or exact name."
)


def register(app: Flask) -> None:
    """Give the application its `plan` commands."""
    app.cli.add_command(plan)


@plan.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@territory_option
@click.option("--dry-run", is_flag=True, help="Say what would happen; write nothing.")
@json_option
def import_command(file: Path, name: str, dry_run: bool, as_json: bool) -> None:
    """Import a tracker (.xlsx, .ods, .csv) as the preview of the page suggests it.

    Projects stay drafts. Names are read as they are suggested; nobody is mailed.
    """
    with _errors_as_sentences():
        act_as(None)
        session = db.session()
        found, prepared = _imported(session, file, _plan(session, name), dry_run=dry_run)
        answer = _answer(found, prepared, dry_run=dry_run)
        if dry_run:
            session.rollback()
        else:
            session.commit()
    click.echo(json.dumps(answer, ensure_ascii=False, indent=2) if as_json else _told(answer))


def _imported(
    session: Session, file: Path, known: ActionPlan, *, dry_run: bool
) -> tuple[Import, Prepared]:
    now = clock.now()
    found = bring(
        session,
        plan=known,
        file_name=file.name,
        sheets=read_file(file.name, file.read_bytes()),
        person_id=None,
        now=now,
    )
    prepared = prepare(session, found)
    questions = prepared.questions.values()
    say_names(found, {one.key: one.suggested for one in questions}, ())
    if not dry_run:
        prepared = apply(
            session,
            found,
            default_lead_id=_lead(session, known),
            launches=False,
            now=now,
            today=clock.local_day(now, known.territory.time_zone),
        )
    return found, prepared


@plan.command("export")
@territory_option
@click.argument("file", type=click.Path(path_type=Path))
@json_option
def export_command(name: str, file: Path, as_json: bool) -> None:
    """Write a territory's plan into FILE (.xlsx), in the layout of the tracker."""
    with _errors_as_sentences():
        known = _plan(db.session(), name)
        projects = known_plan(db.session(), known.id).projects
        today = clock.local_day(clock.now(), known.territory.time_zone)
        data = workbook(tracker.headings(projects), tracker.rows(projects, today))
        try:
            file.write_bytes(data)
        except OSError as fault:
            raise RefusedError(f"{file} cannot be written: {fault.strerror}.") from fault
    answer = {
        "file": str(file),
        "projects": len(projects),
        "steps": sum(len(project.steps) for project in projects),
    }
    told = f"{answer['projects']} projects and {answer['steps']} steps written to {file}."
    click.echo(json.dumps(answer) if as_json else told)


def _plan(session: Session, name: str) -> ActionPlan:
    """The running plan of a territory. Raises RefusedError where there is none."""
    territory: Territory | None = territory_named(session, name)
    if territory is None:
        raise RefusedError(f"There is no territory {name!r}.")
    known = running_plan(session, territory.id)
    if known is None:
        raise RefusedError(f"{territory.name} has no action plan yet: open one first.")
    return known


def _lead(session: Session, known: ActionPlan) -> int:
    """Who carries what names nobody: the plan's lead, else the territory's first organisation."""
    organisations = organisations_of(session, known.territory_id)
    if not organisations:
        raise RefusedError(f"{known.territory.name} has no organisation to carry the plan.")
    return known.lead_organisation_id or organisations[0][0]


def _answer(found: Import, prepared: Prepared, *, dry_run: bool) -> dict[str, Any]:
    faults = [
        *prepared.refused,
        *(fault for one in prepared.decisions for fault in one.item.faults),
        *(fault for one in prepared.decisions for step in one.steps for fault in step.item.faults),
        *(fault for contact in prepared.contacts for fault in contact.faults),
        *(fault for zone in prepared.zones for fault in zone.faults),
    ]
    return {
        "file": found.file_name,
        "applied": not dry_run,
        "counts": prepared.counts(),
        "diagnostics": [_diagnostic(found, fault) for fault in faults],
    }


def _diagnostic(found: Import, fault: Fault) -> dict[str, Any]:
    return {
        "file": found.file_name,
        "sheet": found.tables[fault.table]["name"],
        "line": fault.line + 1,
        "column": column_letter(fault.column) if fault.column is not None else None,
        "value": fault.value,
        "wanted": fault.wanted,
    }


def _told(answer: dict[str, Any]) -> str:
    lines = [f"{OUTCOMES[Outcome(name)]}: {count}" for name, count in answer["counts"].items()]
    lines += [
        f"{one['sheet']}, {one['column'] or ''}{one['line']}: {one['value']!r}, il faut "
        f"{one['wanted']}"
        for one in answer["diagnostics"]
    ]
    return "\n".join(lines)


@contextmanager
def _errors_as_sentences() -> Iterator[None]:
    """One sentence on stderr, exit 2, nothing written."""
    try:
        yield
    except RefusedError as refusal:
        db.session.rollback()
        click.echo(str(refusal), err=True)
        raise SystemExit(2) from None
