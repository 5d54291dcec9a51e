"""Scoring of a framework for a territory: pure and exact (domain.md §4)."""

from app.frameworks.scoring.engine import Score, score, score_sheet
from app.frameworks.scoring.explaining import Explainer, explain
from app.frameworks.scoring.levels import (
    LevelRule,
    check_levels,
    cycle_of,
    level_rule,
    reached_level,
    statuses_from_counts,
    wants_proof,
)
from app.frameworks.scoring.reasons import Explanation, Reason
from app.frameworks.scoring.rules import check_rules
from app.frameworks.scoring.sheet import Sheet, prepare
from app.frameworks.scoring.statuses import Status, StatusError, read_statuses

__all__ = [
    "Explainer",
    "Explanation",
    "LevelRule",
    "Reason",
    "Score",
    "Sheet",
    "Status",
    "StatusError",
    "check_levels",
    "check_rules",
    "cycle_of",
    "explain",
    "level_rule",
    "prepare",
    "reached_level",
    "read_statuses",
    "score",
    "score_sheet",
    "statuses_from_counts",
    "wants_proof",
]
