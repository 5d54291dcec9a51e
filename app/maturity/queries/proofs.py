"""Projects and steps that prove criteria, and what can still be linked."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from app.maturity.kinds import EvidenceKind
from app.maturity.models import Evidence
from app.maturity.proposals import project_proof, step_proof
from app.maturity.reading import Proof
from app.plans.kinds import ProjectState, StepStatus
from app.plans.models import Project, Step


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
        select(
            Evidence.framework_key,
            Evidence.added_at,
            Evidence.removed_at,
            Evidence.public_id,
            Evidence.ref,
            Evidence.kind,
            Evidence.note,
            Project.public_id,
            Project.title,
            Project.stage,
            Project.state,
            Step.public_id,
            Step.title,
            Step.status,
            Step.due_on,
            Step.done_on,
        )
        .join(Project, Project.id == Evidence.project_id)
        .outerjoin(Step, and_(Evidence.kind == EvidenceKind.STEP, Step.id == Evidence.subject_id))
        .where(
            Evidence.territory_id == territory_id,
            Evidence.framework_key.in_(sorted(framework_keys)),
        )
        .order_by(Evidence.id)
    )
    return [_linked(row) for row in rows]


def _linked(row: Any) -> LinkedProof:
    key, added_at, removed_at, public_id, ref, kind, note, *plan = row
    project_public_id, project, stage, state, step_public_id, step, status, due_on, done_on = plan
    return LinkedProof(
        key,
        added_at,
        removed_at,
        Proof(
            public_id=public_id,
            ref=ref,
            kind=kind,
            state=step_proof(status, state) if status else project_proof(stage, state),
            project=project,
            project_public_id=project_public_id,
            is_draft=state is ProjectState.DRAFT,
            step=step,
            step_public_id=step_public_id,
            due_on=due_on,
            note=note,
            dated_on=done_on,
        ),
    )


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


def linkable_steps(session: Session, project_public_id: str) -> list[tuple[str, str]]:
    """(public id, title) of a project's steps, in their order."""
    rows = session.execute(
        select(Step.public_id, Step.title)
        .join(Project, Project.id == Step.project_id)
        .where(Project.public_id == project_public_id, Step.status != StepStatus.ABANDONED)
        .order_by(Step.rank, Step.id)
    )
    return [(row[0], row[1]) for row in rows]


def steps_that_prove(session: Session, step_ids: Collection[int]) -> set[int]:
    """Which of these steps prove a criterion, or once did."""
    linked = select(Evidence.subject_id).where(
        Evidence.kind == EvidenceKind.STEP, Evidence.subject_id.in_(step_ids)
    )
    return set(session.scalars(linked))
