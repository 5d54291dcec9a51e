"""Funding lines, indicators, targets and values that were taken off, or put back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from app.core.viewer import Viewer
from app.logbook.undoing.registry import Back, Undo, When
from app.plans.models import Funding, Indicator, Measurement, Target
from app.plans.rules import may_edit_project, may_withdraw
from app.plans.services.funding import remove_funding, restore_funding
from app.plans.services.measuring import (
    put_back,
    remove_indicator,
    remove_target,
    restore_indicator,
    restore_target,
    withdraw,
)

_OFF = frozenset({"removed_at"})


def _may_edit(viewer: Viewer, back: Back) -> bool:
    return may_edit_project(viewer, back.project)


def _may_withdraw(viewer: Viewer, back: Back) -> bool:
    return may_withdraw(viewer, back.project, back.row)


def _either_way(
    restore: Callable[[Session, Any], None], remove: Callable[..., None]
) -> Callable[[Session, list[Back], When], None]:
    def run(session: Session, backs: list[Back], _when: When) -> None:
        for one in backs:
            removed_at = one.wanted["removed_at"]
            if removed_at is None:
                restore(session, one.row)
            else:
                remove(one.row, now=removed_at)

    return run


FIGURES_UNDO = (
    Undo(Funding, _OFF, _may_edit, _either_way(restore_funding, remove_funding)),
    Undo(Indicator, _OFF, _may_edit, _either_way(restore_indicator, remove_indicator)),
    Undo(Target, _OFF, _may_edit, _either_way(restore_target, remove_target)),
    Undo(Measurement, _OFF, _may_withdraw, _either_way(put_back, withdraw)),
)
