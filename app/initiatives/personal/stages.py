"""What a démarche says about people: who took it on to a stage, who ticked a condition."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.personal import Holding, Record, Section
from app.initiatives.models import ConditionTick, StagePassage


def _passed(session: Session, person_id: int) -> Iterator[Record]:
    query = (
        select(StagePassage.stage, StagePassage.passed_at, StagePassage.reason)
        .where(StagePassage.passed_by_id == person_id)
        .order_by(StagePassage.id)
    )
    yield from (row._asdict() for row in session.execute(query))


def _ticked(session: Session, person_id: int) -> Iterator[Record]:
    query = (
        select(ConditionTick.key, ConditionTick.done_on, ConditionTick.words)
        .where(ConditionTick.ticked_by_id == person_id)
        .order_by(ConditionTick.id)
    )
    yield from (row._asdict() for row in session.execute(query))


_KEPT = "aussi longtemps que le territoire, sans nom après effacement"
HOLDINGS = (
    Holding(
        StagePassage,
        what="étapes de la démarche : qui l’y a fait passer, quand, un motif",
        kept=_KEPT,
        text="reason",
        pointers="passed_by_id",
        neutral="missing",
    ),
    Holding(
        ConditionTick,
        what="conditions cochées à la main : qui, quand, un mot",
        kept=_KEPT,
        text="words",
        pointers="ticked_by_id",
        neutral="key",
    ),
)
SECTIONS = (
    Section(
        "stages_passed",
        "Les étapes auxquelles vous avez fait passer une démarche",
        "stage_passage",
        {
            "stage": "étape (preparation : préparation et lancement, gatherings : rencontres, "
            "workshops : ateliers, follow_up : suivi)",
            "passed_at": "passée le",
            "reason": "motif",
        },
        _passed,
    ),
    Section(
        "conditions_ticked",
        "Les conditions d’une démarche que vous avez cochées",
        "condition_tick",
        {"key": "condition", "done_on": "faite le", "words": "mot"},
        _ticked,
    ),
)
