"""What the tracking sheet of a project shows: two statements whatever stands in it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.plans.models import SHEET_TEXTS, Step, TrackingSheet

# shown as dates or as a state, where they are shown
_APART = frozenset({"status_text", "starts_text", "ends_text"})
SHOWN = tuple(name for name in SHEET_TEXTS if name not in _APART)


@dataclass(frozen=True)
class StepTexts:
    title: str
    texts: list[tuple[str, str]]


@dataclass(frozen=True)
class Tracking:
    """`texts` are (name, words) of what is filled in; `steps` what differs for one of them."""

    sheet: TrackingSheet | None
    texts: list[tuple[str, str]]
    steps: list[StepTexts]


def tracking(session: Session, project_id: int) -> Tracking:
    own = select(TrackingSheet).where(
        TrackingSheet.project_id == project_id, TrackingSheet.step_id.is_(None)
    )
    sheet = session.scalar(own)
    of_steps = (
        select(Step.title, TrackingSheet)
        .join(TrackingSheet, TrackingSheet.step_id == Step.id)
        .where(TrackingSheet.project_id == project_id)
        .order_by(Step.rank, Step.id)
    )
    steps = [StepTexts(title, _filled(one)) for title, one in session.execute(of_steps)]
    return Tracking(
        sheet,
        _filled(sheet) if sheet else [],
        [one for one in steps if one.texts],
    )


def _filled(sheet: TrackingSheet) -> list[tuple[str, str]]:
    return [(name, getattr(sheet, name)) for name in SHOWN if getattr(sheet, name)]
