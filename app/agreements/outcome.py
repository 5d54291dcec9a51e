"""What becomes of a shared decision, from what was answered and whether its time is over. Pure.

domain.md §6: it takes effect after ten working days unless a co-owner objects; an objection goes
on the next meeting's agenda. Silence agrees to what others do, never to a burden of one's own:
whoever would take the lead, or become a co-owner, has to say yes.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from app.accounts.kinds import AskState
from app.agreements.kinds import ProposalState
from app.core.calendar import working_days_later

WORKING_DAYS = 10


@dataclass(frozen=True)
class Voice:
    """One organisation's answer; `must_agree` where its silence is no yes."""

    state: AskState
    must_agree: bool = False


def open_until(today: date, zone: str) -> date:
    """The last day for an objection to what is proposed today; it takes effect the day after."""
    return working_days_later(today, WORKING_DAYS, zone)


def outcome(voices: Collection[Voice], *, is_over: bool) -> ProposalState:
    """Where a proposal stands; with nobody to ask it takes effect at once."""
    declined = [voice for voice in voices if voice.state is AskState.DECLINED]
    if any(voice.must_agree for voice in declined):
        return ProposalState.DROPPED
    if declined:
        return ProposalState.OBJECTED
    silent = [voice for voice in voices if voice.state is not AskState.ACCEPTED]
    if not silent:
        return ProposalState.EFFECTIVE
    if not is_over:
        return ProposalState.OPEN
    if any(voice.must_agree for voice in silent):
        return ProposalState.LAPSED
    return ProposalState.EFFECTIVE
