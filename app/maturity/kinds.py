"""Statuses of a criterion, and what can prove it."""

from __future__ import annotations

import enum


class CriterionStatus(enum.StrEnum):
    UNSET = "unset"
    DONE = "done"
    PLANNED = "planned"
    NOT_DONE = "not_done"
    DETAILED = "detailed"


class EvidenceKind(enum.StrEnum):
    PROJECT = "project"
    STEP = "step"
