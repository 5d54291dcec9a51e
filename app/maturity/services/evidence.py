"""Linking what proves a criterion, and taking it away. Rights were checked, the caller commits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core.refusals import RefusedError
from app.frameworks.models import Framework, FrameworkVersion, Node
from app.maturity.kinds import EvidenceKind
from app.maturity.models import Evidence
from app.plans.models import Project, Step

LONGEST_NOTE = 400


def link_evidence(
    session: Session,
    *,
    territory_id: int,
    framework_key: str,
    ref: str,
    project: Project,
    person_id: int | None,
    now: datetime,
    step: Step | None = None,
    note: str = "",
) -> Evidence:
    """A project, or one step of it, proves a criterion. Raises RefusedError when it cannot."""
    if project.territory_id != territory_id or (step and step.project_id != project.id):
        raise RefusedError("Ce projet n’est pas de ce territoire.")
    _require_criterion(session, framework_key, ref)
    evidence = Evidence(
        territory_id=territory_id,
        framework_key=framework_key,
        ref=ref,
        kind=EvidenceKind.STEP if step else EvidenceKind.PROJECT,
        subject_id=step.id if step else project.id,
        project_id=project.id,
        note=note.strip()[:LONGEST_NOTE] or None,
        added_by_id=person_id,
        added_at=now,
    )
    try:
        with session.begin_nested():
            session.add(evidence)
    except IntegrityError:
        raise RefusedError("Cette preuve est déjà reliée à ce critère.") from None
    return evidence


def _require_criterion(session: Session, framework_key: str, ref: str) -> None:
    known = session.scalar(
        select(Node.id)
        .join(Node.version)
        .join(FrameworkVersion.framework)
        .where(Framework.key == framework_key, Node.ref == ref)
        .limit(1)
    )
    if known is None:
        raise RefusedError("Ce critère n’est pas dans ce référentiel.")


def unlink_evidence(session: Session, evidence: Evidence, *, now: datetime) -> None:
    """Take a proof away; it is kept, so that frozen years and an undo still find it."""
    if evidence.removed_at is None:
        evidence.removed_at = now
    session.flush()


def relink_evidence(session: Session, evidence: Evidence) -> None:
    """Undo a removal. Raises RefusedError where the same proof was linked anew meanwhile."""
    try:
        with session.begin_nested():
            evidence.removed_at = None
    except IntegrityError:
        raise RefusedError("Cette preuve est déjà reliée à ce critère.") from None
