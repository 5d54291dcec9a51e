"""States of a mail, and what one try to deliver it came to."""

from __future__ import annotations

import enum


class MailState(enum.StrEnum):
    """waiting → sending (leased) → sent | failed (final) | skipped (reason).

    A mail that was sent may come back: bounced, or waiting once more.
    """

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    SKIPPED = "skipped"
    BOUNCED = "bounced"


# it reached nobody, and nothing tries again by itself
LOST = (MailState.FAILED, MailState.BOUNCED)


class Outcome(enum.StrEnum):
    """What became of a mail in one run. LOST: somebody else holds it by now, nothing was done."""

    SENT = "sent"
    RETRY = "retry"
    FAILED = "failed"
    SKIPPED = "skipped"
    LOST = "lost"
