"""A plan as its tracker would tell it, read in a constant number of statements."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.base import ExecutableOption

from app.accounts.models import (
    ActivityZone,
    Organisation,
    Person,
    Territory,
    organisation_territory,
)
from app.core.folding import fold
from app.core.viewer import Viewer
from app.imports.deciding import Before, Known, KnownProject, KnownStep
from app.imports.kinds import NameChoice, Status
from app.imports.models import Import, ImportedRow, RememberedColumns, RememberedName
from app.imports.names import Choice
from app.imports.rows import VAGUE
from app.imports.zones import KnownZone
from app.plans.kinds import PartnerRole, PartnerState, PlanState, ProjectState, Stage, StepStatus
from app.plans.models import (
    SHEET_TEXTS,
    ActionPlan,
    Funding,
    Partner,
    Project,
    Step,
    Theme,
    TrackingSheet,
)

_ENDED = {
    ProjectState.ABANDONED: Status.ABANDONED,
    ProjectState.CLOSED: Status.DONE,
    ProjectState.PAUSED: Status.PAUSED,
}
_STEPS = {
    StepStatus.TODO: Status.UPCOMING,
    StepStatus.IN_PROGRESS: Status.RUNNING,
    StepStatus.DONE: Status.DONE,
    StepStatus.BLOCKED: Status.BLOCKED,
    StepStatus.ABANDONED: Status.ABANDONED,
}
_FIGURES = ("gross_area", "establishments", "vacancy_rate", "latitude", "longitude")
_EARLY = (Stage.DISCUSSION, Stage.QUALIFIED)
# what stands in columns of its own, or is told otherwise
_APART = frozenset({"status_text", "starts_text", "ends_text"})
_PLAIN = tuple(name for name in SHEET_TEXTS if name not in _APART)


def importable_plans(viewer: Viewer) -> Select[ActionPlan]:
    """Plans of the territories that the viewer animates; to others they are not there."""
    return select(ActionPlan).where(ActionPlan.territory_id.in_(viewer.animates))


def visible_imports(viewer: Viewer) -> Select[Import]:
    return select(Import).where(Import.territory_id.in_(viewer.animates))


def imports_of(session: Session, plan_id: int) -> list[Import]:
    """The latest ones, newest first."""
    query = select(Import).where(Import.plan_id == plan_id).order_by(Import.id.desc()).limit(20)
    return list(session.scalars(query))


def territory_named(session: Session, name: str) -> Territory | None:
    """By its public id, or its exact name."""
    query = select(Territory).where((Territory.public_id == name) | (Territory.name == name))
    return session.scalar(query)


def running_plan(session: Session, territory_id: int) -> ActionPlan | None:
    """The newest plan of a territory that is not closed."""
    query = (
        select(ActionPlan)
        .where(ActionPlan.territory_id == territory_id, ActionPlan.state == PlanState.ACTIVE)
        .order_by(ActionPlan.id.desc())
        .limit(1)
    )
    return session.scalar(query)


def known_plan(session: Session, plan_id: int) -> Known:
    """Every project of a plan with its steps, and what rows became before."""
    return Known(_projects(session, plan_id), _before(session, plan_id))


def _before(session: Session, plan_id: int) -> dict[str, Before]:
    rows = session.scalars(select(ImportedRow).where(ImportedRow.plan_id == plan_id))
    return {row.key: Before(row.project_id, row.step_id, row.said) for row in rows}


def _projects(session: Session, plan_id: int) -> list[KnownProject]:
    own = select(Project.id).where(Project.plan_id == plan_id)
    sheets = {
        (sheet.project_id, sheet.step_id): sheet
        for sheet in session.scalars(select(TrackingSheet).where(TrackingSheet.project_id.in_(own)))
    }
    parts, funds, steps = (
        _parts(session, own),
        _fundings(session, own),
        _steps(session, own, sheets),
    )
    found = []
    query = (
        select(Project, Theme.title)
        .outerjoin(Theme, Theme.id == Project.theme_id)
        .where(Project.plan_id == plan_id)
        .order_by(Theme.rank.is_not(None), Theme.rank, Project.rank, Project.id)
    )
    for project, theme in session.execute(query):
        here = _here(project, theme, sheets.get((project.id, None)))
        here |= _told(parts[project.id], funds[project.id])
        own_steps = tuple(steps[project.id])
        found.append(
            KnownProject(
                project.id,
                project.public_id,
                here,
                _shared(project, parts),
                own_steps,
                ended=project.state in (ProjectState.CLOSED, ProjectState.ABANDONED),
            )
        )
    return found


def _shared(project: Project, parts: Mapping[int, list[tuple[str, Partner]]]) -> bool:
    """Launched, or confirmed by others: its lead and its end are for them to say, too."""
    confirmed = any(part.state is PartnerState.CONFIRMED for _name, part in parts[project.id])
    return project.state is not ProjectState.DRAFT or confirmed


def _parts(session: Session, own: Select[int]) -> dict[int, list[tuple[str, Partner]]]:
    found = defaultdict(list)
    query = (
        select(Organisation.name, Partner)
        .join(Organisation, Organisation.id == Partner.organisation_id)
        .where(Partner.project_id.in_(own), Partner.state != PartnerState.RETIRED)
        .order_by(Partner.id)
    )
    for name, part in session.execute(query):
        found[part.project_id].append((name, part))
    return found


def _fundings(session: Session, own: Select[int]) -> dict[int, list[Funding]]:
    found = defaultdict(list)
    query = (
        select(Funding)
        .where(Funding.project_id.in_(own), Funding.removed_at.is_(None))
        .order_by(Funding.rank, Funding.id)
    )
    for one in session.scalars(query):
        found[one.project_id].append(one)
    return found


def _steps(
    session: Session, own: Select[int], sheets: Mapping[tuple[int, int | None], TrackingSheet]
) -> dict[int, list[KnownStep]]:
    found = defaultdict(list)
    query = (
        select(Step, Organisation.name, Person.name)
        .join(Organisation, Organisation.id == Step.lead_organisation_id)
        .outerjoin(Person, Person.id == Step.lead_person_id)
        .where(Step.project_id.in_(own))
        .order_by(Step.rank, Step.id)
    )
    for step, lead, person in session.execute(query):
        here = _step_here(step, lead, person, sheets.get((step.project_id, step.id)))
        found[step.project_id].append(KnownStep(step.id, step.public_id, here))
    return found


def _here(project: Project, theme: str | None, sheet: TrackingSheet | None) -> dict[str, str]:
    said = {
        "title": project.title,
        "theme": theme or "",
        "description": project.description,
        "priority": project.priority.value if project.priority else "",
        "budget": "" if project.budget_cents is None else str(project.budget_cents),
        "start": _when(project.starts_on, sheet.starts_text if sheet else ""),
        "end": _when(project.ends_on, sheet.ends_text if sheet else ""),
        "status": _status(project, sheet.status_text if sheet else ""),
    }
    return said | _texts(sheet)


def _texts(sheet: TrackingSheet | None) -> dict[str, str]:
    return {name: getattr(sheet, name) for name in _PLAIN} if sheet else {}


def _when(day: date | None, text: str | None) -> str:
    if day:
        return day.isoformat()
    return f"{VAGUE}{text}" if text else ""


def _status(project: Project, words: str) -> str:
    if project.state in _ENDED:
        return _ENDED[project.state].value
    begun = project.stage not in _EARLY
    usual = Status.RUNNING if begun else Status.UPCOMING
    told = words in (Status.RUNNING, Status.LATE, Status.BLOCKED)
    return words if words and told == begun else usual.value


def _told(parts: list[tuple[str, Partner]], funds: list[Funding]) -> dict[str, str]:
    def names(*roles: PartnerRole) -> str:
        return "\n".join(name for name, part in parts if part.role in roles)

    everybody = names(*PartnerRole)
    return {
        "lead": names(PartnerRole.LEAD),
        "owners": everybody,
        "partners": everybody,
        "co_owners": names(PartnerRole.CO_OWNER),
        "contributors": names(PartnerRole.CONTRIBUTOR),
        "fundings": json.dumps(
            [[one.funder, one.amount_cents] for one in funds], ensure_ascii=False
        ),
    }


def _step_here(
    step: Step, lead: str, person: str | None, sheet: TrackingSheet | None
) -> dict[str, str]:
    words = sheet.status_text if sheet and step.status is StepStatus.TODO else ""
    said = {
        "title": step.title,
        "description": step.description,
        "lead": lead,
        "start": _when(sheet.starts_on, sheet.starts_text) if sheet else "",
        "end": _when(step.due_on, step.due_text),
        "status": words or _STEPS[step.status].value,
    }
    texts = _texts(sheet)
    return said | texts | {"person": texts.get("person") or person or ""}


def organisations_by_key(
    session: Session, territory_id: int, *options: ExecutableOption
) -> dict[str, Organisation]:
    """{folded name: organisation} of a territory; of two with one name the older one."""
    query = (
        select(Organisation)
        .join(organisation_territory)
        .where(organisation_territory.c.territory_id == territory_id)
        .order_by(Organisation.id.desc())
        .options(*options)
    )
    return {fold(one.name): one for one in session.scalars(query)}


def remembered_columns(session: Session, territory_id: int) -> dict[str, RememberedColumns]:
    query = select(RememberedColumns).where(RememberedColumns.territory_id == territory_id)
    return {one.signature: one for one in session.scalars(query)}


def remembered_names(session: Session, territory_id: int) -> dict[str, Choice]:
    """What was said of names in earlier tables; an organisation under its name of today."""
    query = (
        select(RememberedName.key, RememberedName.choice, Organisation.name)
        .outerjoin(Organisation, Organisation.id == RememberedName.organisation_id)
        .where(RememberedName.territory_id == territory_id)
    )
    rows: list[tuple[Any, ...]] = [tuple(row) for row in session.execute(query)]
    return {
        key: Choice(NameChoice(choice), name or "")
        for key, choice, name in rows
        if name or choice is NameChoice.IGNORED
    }


def known_zones(session: Session, territory_id: int) -> list[KnownZone]:
    """The zones of a territory with what the standard tells of them."""
    query = select(ActivityZone).where(ActivityZone.territory_id == territory_id)
    return [
        KnownZone(
            zone.id,
            zone.name,
            zone.cnig_id or "",
            {
                name: "" if getattr(zone, name) is None else str(getattr(zone, name))
                for name in ("name", "cnig_id", "dominant_use", *_FIGURES)
            },
        )
        for zone in session.scalars(query.order_by(ActivityZone.id))
    ]


def steps_of_rows(session: Session, step_ids: Collection[int]) -> set[int]:
    """Which of these steps stand for a row of a tracker."""
    known = select(ImportedRow.step_id).where(ImportedRow.step_id.in_(step_ids))
    return {step_id for step_id in session.scalars(known) if step_id is not None}
