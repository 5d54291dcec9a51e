"""The pause and the rules of relances, confirmed criteria and proofs."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from app.core.refusals import RefusedError
from app.core.viewer import Viewer
from app.logbook.undoing.registry import Back, Undo, When
from app.maturity.models import Criterion, Evidence
from app.maturity.rules import may_change_evidence
from app.maturity.services.assessing import confirm_status
from app.maturity.services.evidence import relink_evidence, unlink_evidence
from app.reminders.models import RelancePatience, RelancePolicy, RelanceSetting
from app.reminders.schedule.policy import Patience, Policy
from app.reminders.services.choosing import set_patience, set_policy
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

_POLICY = tuple(field.name for field in fields(Policy))
_PATIENCE = tuple(field.name for field in fields(Patience))


def _before(back: Back, names: tuple[str, ...]) -> dict[str, Any]:
    """The values of these columns as the row had them."""
    return {name: back.wanted.get(name, getattr(back.row, name)) for name in names}


def _run_policy(session: Session, backs: list[Back], _when: When) -> None:
    for one in backs:
        before = Policy(**_before(one, _POLICY))
        set_policy(session, one.row.territory_id, one.row.audience, before)


def _run_patience(session: Session, backs: list[Back], _when: When) -> None:
    for one in backs:
        set_patience(session, one.row.territory_id, Patience(**_before(one, _PATIENCE)))


POLICY_UNDO = Undo(model=RelancePolicy, fields=frozenset(_POLICY), may=_animates, run=_run_policy)
PATIENCE_UNDO = Undo(
    model=RelancePatience, fields=frozenset(_PATIENCE), may=_animates, run=_run_patience
)

_CONFIRMED = ("status", "fractions", "concerned", "comment", "text_id")


def _run_criterion(session: Session, backs: list[Back], when: When) -> None:
    for one in backs:
        row: Criterion = one.row
        before = _before(one, _CONFIRMED)
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
            text_id=before["text_id"],
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
