"""The pause of relances, confirmed criteria and proofs."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Session

from app.core.refusals import RefusedError
from app.core.viewer import Viewer
from app.logbook.undoing.registry import Back, Undo, When
from app.maturity.models import Criterion, Evidence
from app.maturity.rules import may_change_evidence
from app.maturity.services.assessing import confirm_status
from app.maturity.services.evidence import relink_evidence, unlink_evidence
from app.reminders.models import RelanceSetting
from app.reminders.services.starting import pause, resume


def _animates(viewer: Viewer, back: Back) -> bool:
    return back.row.territory_id in viewer.animates


def _run_relances(session: Session, backs: list[Back], when: When) -> None:
    for one in backs:
        until = one.wanted["paused_until"]
        if until is None:
            resume(session, one.row.territory_id)
        elif until <= when.today:
            raise RefusedError("La pause d’avant serait déjà finie.")
        else:
            pause(session, one.row.territory_id, until=until)


RELANCES_UNDO = Undo(
    model=RelanceSetting,
    fields=frozenset({"paused_until"}),
    may=_animates,
    run=_run_relances,
)

_CONFIRMED = ("status", "fractions", "concerned", "comment")


def _run_criterion(session: Session, backs: list[Back], when: When) -> None:
    for one in backs:
        row: Criterion = one.row
        before = {name: one.wanted.get(name, getattr(row, name)) for name in _CONFIRMED}
        parts = before["fractions"]
        confirm_status(
            session,
            row.assessment,
            ref=row.ref,
            status=before["status"],
            person_id=when.person_id,
            now=when.now,
            seen_version=row.version,
            fractions=None if parts is None else [Decimal(part) for part in parts],
            concerned=before["concerned"],
            comment=before["comment"] or "",
        )


CRITERION_UNDO = Undo(
    model=Criterion, fields=frozenset(_CONFIRMED), may=_animates, run=_run_criterion
)


def _may_proof(viewer: Viewer, back: Back) -> bool:
    return may_change_evidence(viewer, back.row)


def _run_proof(session: Session, backs: list[Back], _when: When) -> None:
    for one in backs:
        removed_at = one.wanted["removed_at"]
        if removed_at is None:
            relink_evidence(session, one.row)
        else:
            unlink_evidence(session, one.row, now=removed_at)


EVIDENCE_UNDO = Undo(
    model=Evidence, fields=frozenset({"removed_at"}), may=_may_proof, run=_run_proof
)
