"""Where a démarche stands: its passages, what was ticked, what its conditions count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.initiatives.conditions import (
    StageOutline,
    Standing,
    Ticked,
    judge,
    missing,
    outline,
    reached,
)
from app.initiatives.kinds.stages import InitiativeStage
from app.initiatives.models import ConditionTick, Initiative, StagePassage
from app.initiatives.queries.stage_figures import figures_of
from app.plans.models import ActionPlan


@dataclass(frozen=True)
class StageView:
    """A stage with its needs as they stand; `passage`: how one came into it."""

    outline: StageOutline
    standings: tuple[Standing, ...]
    passage: StagePassage | None


@dataclass(frozen=True)
class Journey:
    """A démarche as its page shows it. `initiative` is None while nothing was said of it."""

    initiative: Initiative | None
    stage: InitiativeStage
    stages: tuple[StageView, ...]

    @property
    def current(self) -> StageView:
        return next(one for one in self.stages if one.outline.stage is self.stage)

    @property
    def number(self) -> int:
        return self.stages.index(self.current) + 1

    @property
    def missing(self) -> list[Standing]:
        """What the present stage still needs."""
        return missing(self.current.standings)


def initiative_of(session: Session, plan_id: int) -> Initiative | None:
    return session.scalar(
        select(Initiative)
        .options(joinedload(Initiative.pilot_zone))
        .where(Initiative.plan_id == plan_id)
    )


def journey(session: Session, plan: ActionPlan, today: date) -> Journey:
    """Where the démarche of a plan stands; at most four statements."""
    found = initiative_of(session, plan.id)
    passages = _passages(session, found) if found else {}
    ticks = _ticks(session, found) if found else {}
    figures = figures_of(session, plan, found, today)
    return Journey(
        found,
        reached(passages),
        tuple(
            StageView(one, tuple(judge(one.needs, figures, ticks)), passages.get(one.stage))
            for one in outline()
        ),
    )


def _passages(session: Session, found: Initiative) -> dict[InitiativeStage, StagePassage]:
    """Those that stand, by the stage that was entered."""
    query = (
        select(StagePassage)
        .options(joinedload(StagePassage.passed_by))
        .where(StagePassage.initiative_id == found.id, StagePassage.taken_back_at.is_(None))
    )
    return {one.stage: one for one in session.scalars(query)}


def _ticks(session: Session, found: Initiative) -> dict[str, Ticked]:
    query = select(ConditionTick.key, ConditionTick.done_on, ConditionTick.words).where(
        ConditionTick.initiative_id == found.id
    )
    return {key: Ticked(done_on, words) for key, done_on, words in session.execute(query)}
