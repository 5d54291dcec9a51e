"""Linking what proves a criterion, and taking it away. Rights were checked, the caller commits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core.refusals import RefusedError
from app.files.models import Document
from app.frameworks.models import Framework, FrameworkVersion, Node
from app.initiatives.models import Meeting
from app.maturity.kinds import EvidenceKind
from app.maturity.models import Evidence
from app.plans.models import Indicator, Project, Step

LONGEST_NOTE = 400


Subject = Project | Step | Meeting | Document | Indicator
_KINDS: Mapping[type[Subject], EvidenceKind] = {
    Project: EvidenceKind.PROJECT,
    Step: EvidenceKind.STEP,
    Meeting: EvidenceKind.MEETING,
    Document: EvidenceKind.DOCUMENT,
    Indicator: EvidenceKind.INDICATOR,
}


def link_evidence(
    session: Session,
    *,
    territory_id: int,
    framework_key: str,
    ref: str,
    subject: Subject,
    person_id: int | None,
    now: datetime,
    note: str = "",
    proved_on: date | None = None,
) -> Evidence:
    """`subject` proves a criterion; `proved_on`: the day it speaks of where only people know it.

    Raises RefusedError when it cannot.
    """
    if subject.territory_id != territory_id:
        raise RefusedError("Cette preuve n’est pas de ce territoire.")
    _require_criterion(session, framework_key, ref)
    evidence = Evidence(
        territory_id=territory_id,
        framework_key=framework_key,
        ref=ref,
        kind=_KINDS[type(subject)],
        subject_id=subject.id,
        project_id=_project_of(subject),
        note=note.strip()[:LONGEST_NOTE] or None,
        proved_on=proved_on,
        added_by_id=person_id,
        added_at=now,
    )
    try:
        with session.begin_nested():
            session.add(evidence)
    except IntegrityError:
        raise RefusedError("Cette preuve est déjà reliée à ce critère.") from None
    return evidence


def _project_of(subject: Subject) -> int | None:
    if isinstance(subject, Project):
        return subject.id
    return subject.project_id if isinstance(subject, Step | Indicator) else None


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
