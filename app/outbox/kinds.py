"""States of a mail."""

from __future__ import annotations

import enum


class MailState(enum.StrEnum):
    """waiting → sending (leased) → sent | failed (final) | skipped (reason); later bounced."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    SKIPPED = "skipped"
    BOUNCED = "bounced"
