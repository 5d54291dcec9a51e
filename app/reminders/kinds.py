"""Occasions, what became of them, and why one was not told."""

from __future__ import annotations

import enum


class OccasionCode(enum.StrEnum):
    """When a step is spoken of, relative to its due date (domain.md §6, issue of the schedule)."""

    WEEK_BEFORE = "J-7"
    DAY_BEFORE = "J-1"
    DAY_OF = "J0"
    AFTER = "J+5"


class RelanceState(enum.StrEnum):
    TOLD = "told"
    DROPPED = "dropped"
    RELEASED = "released"


class Reason(enum.StrEnum):
    """Why an occasion was not told, or is held for now."""

    SUPERSEDED = "superseded"
    NO_RECIPIENT = "no_recipient"
    NO_ADDRESS = "no_address"
    OPTED_OUT = "opted_out"
    TOO_RECENT = "too_recent"
    PAUSED = "paused"
    NEWS_PROMISED = "news_promised"
    BLOCKED = "blocked"
    ANSWERED = "answered"
    ONE_A_WEEK = "one_a_week"
    NOT_STARTED = "not_started"
    FACTS_CHANGED = "facts_changed"
