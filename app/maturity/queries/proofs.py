"""Projects and steps that prove criteria, and what can still be linked."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ScalarSelect, String, and_, cast, func, select
from sqlalchemy.orm import Session, load_only

from app.files.models import Document
from app.initiatives.kinds.meetings import MeetingState
from app.initiatives.models import Meeting
from app.journal.models import Change
from app.maturity.kinds import EvidenceKind, ProofState
from app.maturity.models import Evidence
from app.maturity.proposals import (
    WORKING,
    indicator_proof,
    meeting_proof,
    project_proof,
    step_proof,
)
from app.maturity.standings import Proof
from app.plans.kinds import ProjectState, StepStatus
from app.plans.models import Indicator, Measurement, Project, Step

# a list to choose from on a telephone
MOST_MEETINGS = 100


@dataclass(frozen=True)
class LinkedProof:
    """A proof with its place and its time."""

    framework_key: str
    added_at: datetime
    removed_at: datetime | None
    proof: Proof


def linked_proofs(
    session: Session, territory_id: int, framework_keys: Iterable[str]
) -> list[LinkedProof]:
    """Every link of the territory to these frameworks, removed ones too, in one statement."""
    rows = session.execute(
        select(Evidence, Project, Step, Meeting, Document, Indicator, _closed(), _measured())
        .outerjoin(Project, Project.id == Evidence.project_id)
        .outerjoin(Step, _about(EvidenceKind.STEP, Step))
        .outerjoin(Meeting, _about(EvidenceKind.MEETING, Meeting))
        .outerjoin(Document, _about(EvidenceKind.DOCUMENT, Document))
        .outerjoin(Indicator, _about(EvidenceKind.INDICATOR, Indicator))
        .options(*_LEAN)
        .where(
            Evidence.territory_id == territory_id,
            Evidence.framework_key.in_(sorted(framework_keys)),
        )
        .order_by(Evidence.id)
    )
    return [
        LinkedProof(row[0].framework_key, row[0].added_at, row[0].removed_at, _proof(*row))
        for row in rows
    ]


# what a line says of the things that prove, and no more of them
_LEAN = (
    load_only(Project.public_id, Project.title, Project.stage, Project.state),
    load_only(Step.public_id, Step.title, Step.status, Step.due_on, Step.done_on),
    load_only(Meeting.public_id, Meeting.title, Meeting.state, Meeting.starts_at),
    load_only(Document.public_id, Document.title, Document.given_at, Document.removed_at),
    load_only(Indicator.public_id, Indicator.label, Indicator.removed_at),
)


def _about(kind: EvidenceKind, model: type[Step | Meeting | Document | Indicator]) -> Any:
    return and_(Evidence.kind == kind, model.id == Evidence.subject_id)


def _closed() -> ScalarSelect[datetime]:
    """When the journal says that a project was closed."""
    return (
        select(func.max(Change.at))
        .where(
            Change.entity == Project.__name__,
            Change.entity_id == Project.id,
            Change.fields[("state", 1)].as_string() == ProjectState.CLOSED,
        )
        .correlate(Project)
        .scalar_subquery()
    )


def _measured() -> ScalarSelect[str]:
    """The days that an indicator's values speak of, by commas."""
    return (
        select(func.aggregate_strings(cast(Measurement.ends_on, String), ","))
        .where(Measurement.indicator_id == Indicator.id, Measurement.removed_at.is_(None))
        .correlate(Indicator)
        .scalar_subquery()
    )


def _proof(
    link: Evidence,
    project: Project | None,
    step: Step | None,
    meeting: Meeting | None,
    document: Document | None,
    indicator: Indicator | None,
    closed_at: datetime | None,
    measured: str | None,
) -> Proof:
    thing = _thing(project, step, meeting, document, indicator, closed_at, measured)
    return Proof(
        public_id=link.public_id,
        ref=link.ref,
        kind=link.kind,
        state=thing.state,
        title=thing.title,
        address=thing.address,
        project=project.title if project else None,
        project_public_id=project.public_id if project else None,
        is_draft=project is not None and project.state is ProjectState.DRAFT,
        due_on=step.due_on if step else None,
        dated_on=link.proved_on or thing.dated_on,
        note=link.note,
        days=thing.days,
        lasted=thing.lasted,
    )


@dataclass(frozen=True)
class _Thing:
    """What proves, whatever it is. `dated_on` is None for what still goes on; `days`, `lasted`:
    as in a Proof."""

    title: str
    address: str
    state: ProofState
    dated_on: date | None
    days: tuple[date, ...] = ()
    lasted: bool = False


def _thing(
    project: Project | None,
    step: Step | None,
    meeting: Meeting | None,
    document: Document | None,
    indicator: Indicator | None,
    closed_at: datetime | None,
    measured: str | None,
) -> _Thing:
    if meeting:
        address, held = f"/rencontres/{meeting.public_id}", meeting.starts_at.date()
        return _Thing(meeting.title, address, meeting_proof(meeting.state), held)
    if document:
        state = ProofState.STOPPED if document.removed_at else ProofState.DONE
        address = f"/documents/{document.public_id}"
        return _Thing(document.title, address, state, document.given_at.date())
    if project is None:
        raise LookupError("a proof of nothing that is kept")
    page = f"/projets/{project.public_id}"
    if step:
        state = step_proof(step.status, project.state)
        return _Thing(step.title, f"{page}#step-{step.public_id}", state, step.done_on)
    if indicator:
        days = tuple(sorted(map(date.fromisoformat, measured.split(",")))) if measured else ()
        state = indicator_proof(measured=bool(days), removed=indicator.removed_at)
        last = days[-1] if days else None
        return _Thing(indicator.label, f"{page}#indicateurs", state, last, days)
    ended = closed_at.date() if closed_at and project.state is ProjectState.CLOSED else None
    state = project_proof(project.stage, project.state)
    return _Thing(project.title, page, state, ended, lasted=project.stage in WORKING)


def proved_by(session: Session, project_id: int) -> list[tuple[Evidence, str | None]]:
    """(link, title of the step it is about) of one project, by framework and criterion."""
    rows = session.execute(
        select(Evidence, Step.title)
        .outerjoin(Step, and_(Evidence.kind == EvidenceKind.STEP, Step.id == Evidence.subject_id))
        .where(Evidence.project_id == project_id, Evidence.removed_at.is_(None))
        .order_by(Evidence.framework_key, Evidence.ref, Evidence.id)
    )
    return [(row[0], row[1]) for row in rows]


def linkable_projects(session: Session, territory_id: int) -> list[tuple[str, str]]:
    """(public id, title) of the projects that can prove something, in the plan's order."""
    rows = session.execute(
        select(Project.public_id, Project.title)
        .where(Project.territory_id == territory_id, Project.state != ProjectState.ABANDONED)
        .order_by(Project.rank, Project.id)
    )
    return [(row[0], row[1]) for row in rows]


def linkable_parts(session: Session, project_public_id: str) -> list[tuple[str, str]]:
    """(« step » or « indicator » and public id, title) of what stands in a project."""
    steps = session.execute(
        select(Step.public_id, Step.title)
        .join(Project, Project.id == Step.project_id)
        .where(Project.public_id == project_public_id, Step.status != StepStatus.ABANDONED)
        .order_by(Step.rank, Step.id)
    )
    indicators = session.execute(
        select(Indicator.public_id, Indicator.label)
        .join(Project, Project.id == Indicator.project_id)
        .where(Project.public_id == project_public_id, Indicator.removed_at.is_(None))
        .order_by(Indicator.id)
    )
    return [
        *((f"{EvidenceKind.STEP} {public_id}", title) for public_id, title in steps),
        *((f"{EvidenceKind.INDICATOR} {public_id}", label) for public_id, label in indicators),
    ]


def part_named(session: Session, named: str) -> Step | Indicator:
    """The row that a choice of `linkable_parts` stands for."""
    kind, _space, public_id = named.partition(" ")
    if kind == EvidenceKind.INDICATOR:
        return session.scalars(select(Indicator).where(Indicator.public_id == public_id)).one()
    return session.scalars(select(Step).where(Step.public_id == public_id)).one()


def linkable_meetings(session: Session, territory_id: int) -> list[tuple[str, str, datetime]]:
    """(public id, title, beginning) of meetings that were or will be held, the latest first."""
    rows = session.execute(
        select(Meeting.public_id, Meeting.title, Meeting.starts_at)
        .where(Meeting.territory_id == territory_id, Meeting.state != MeetingState.CANCELLED)
        .order_by(Meeting.starts_at.desc(), Meeting.id)
        .limit(MOST_MEETINGS)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def steps_that_prove(session: Session, step_ids: Collection[int]) -> set[int]:
    """Which of these steps prove a criterion, or once did."""
    linked = select(Evidence.subject_id).where(
        Evidence.kind == EvidenceKind.STEP, Evidence.subject_id.in_(step_ids)
    )
    return set(session.scalars(linked))
