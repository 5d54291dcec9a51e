"""Scoring of a framework for a territory: pure and exact (domain.md §4)."""

from app.frameworks.scoring.engine import Score, score, score_sheet
from app.frameworks.scoring.explaining import Explainer, explain
from app.frameworks.scoring.levels import (
    Layout,
    LevelRule,
    check_levels,
    cycle_of,
    ladder_of,
    layout_of,
    level_rule,
    reached_level,
)
from app.frameworks.scoring.reasons import Explanation, Reason
from app.frameworks.scoring.rules import check_rules
from app.frameworks.scoring.sheet import Sheet, prepare
from app.frameworks.scoring.statuses import Status, StatusError, read_statuses
from app.frameworks.scoring.thresholds import (
    WHOLE,
    Threshold,
    reached,
    statuses_from_counts,
    thresholds_of,
    wants_proof,
)

__all__ = [
    "WHOLE",
    "Explainer",
    "Explanation",
    "Layout",
    "LevelRule",
    "Reason",
    "Score",
    "Sheet",
    "Status",
    "StatusError",
    "Threshold",
    "check_levels",
    "check_rules",
    "cycle_of",
    "explain",
    "ladder_of",
    "layout_of",
    "level_rule",
    "prepare",
    "reached",
    "reached_level",
    "read_statuses",
    "score",
    "score_sheet",
    "statuses_from_counts",
    "thresholds_of",
    "wants_proof",
]
