"""What becomes of a message that comes back, and why one waits for somebody."""

from __future__ import annotations

import enum


class Fate(enum.StrEnum):
    """WAITING: a person decides. Everything else is settled as it arrives."""

    COMMENT = "comment"
    BOUNCED = "bounced"
    RETRIED = "retried"
    AUTOMATIC = "automatic"
    WAITING = "waiting"
    UNREADABLE = "unreadable"


class Trouble(enum.StrEnum):
    """Why a message waits, or could not be read."""

    NO_REFERENCE = "no_reference"
    OTHER_SENDER = "other_sender"
    SEVERAL_PROJECTS = "several_projects"
    NO_PROJECT = "no_project"
    NO_RIGHT = "no_right"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    NO_TEXT = "no_text"
    STRANGE_NOTICE = "strange_notice"
    TOO_LARGE = "too_large"
    INTRICATE = "intricate"
    BROKEN = "broken"


class UnreadableError(Exception):
    """A message that is kept aside as it came."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble
