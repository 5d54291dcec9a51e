"""How a change came about."""

from __future__ import annotations

import enum


class Via(enum.StrEnum):
    PAGE = "page"
    MAIL_LINK = "mail_link"
    IMPORT = "import"
    JOB = "job"
    COMMAND = "command"


class Action(enum.StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    REMOVED = "removed"
