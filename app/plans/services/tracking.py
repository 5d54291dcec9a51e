"""Writes a project's tracking sheet. Rights were checked, the caller commits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from app.core.refusals import RefusedError, require_version
from app.plans.kinds import Priority
from app.plans.models import Project, TrackingSheet
from app.plans.queries.tracking import Tracking


@dataclass(frozen=True)
class SheetText:
    """What the form says: the period, and texts by their names."""

    starts_on: date | None
    ends_on: date | None
    priority: Priority | None
    texts: Mapping[str, str]


def sheet_version(project: Project, known: Tracking) -> int:
    """Another number whenever the project or its sheet was written."""
    return project.version + (known.sheet.version if known.sheet else 0)


def describe_tracking(
    session: Session,
    project: Project,
    known: Tracking,
    *,
    seen_version: int | None,
    text: SheetText,
) -> None:
    """Change what the sheet says. Raises StaleError when the form is out of date."""
    require_version(sheet_version(project, known), seen_version)
    if text.starts_on and text.ends_on and text.ends_on < text.starts_on:
        raise RefusedError("La fin vient avant le début.")
    project.starts_on, project.ends_on = text.starts_on, text.ends_on
    project.priority = text.priority
    sheet = known.sheet
    if sheet is None:
        sheet = TrackingSheet(project_id=project.id, territory_id=project.territory_id)
        session.add(sheet)
    for name, words in text.texts.items():
        setattr(sheet, name, words)
    # a day that is said takes the place of a vague one
    if text.starts_on:
        sheet.starts_text = ""
    if text.ends_on:
        sheet.ends_text = ""
    if sheet.id:
        flag_modified(sheet, "notes")
    session.flush()
