"""How often people, and the firms that they are spoken to for, are written to. Pure.

One mail a person and day; to a firm one in seven days over all its people and all kinds, but for
the eve. A firm's week is shared, and nothing is lost to it: what announces waits for a colleague's
mail until the eve, what chases for two weeks at most.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from app.accounts.kinds import MailRhythm
from app.core.clock import local_day, local_instant
from app.reminders.kinds import OccasionCode, Reason
from app.reminders.schedule.facts import Ledger, Recipient
from app.reminders.schedule.judging import Told, opens_the_week
from app.reminders.schedule.occasions import nominal_day
from app.reminders.schedule.policy import Rule
from app.reminders.schedule.watching import Notice

# what chases, and lines, wait so long for the mails of colleagues
LONGEST_WAIT = timedelta(days=14)
_EVE = Rule(OccasionCode.DAY_BEFORE, -1)
_NEVER = 10_000


class Pace:
    """Who may be written to on a day; `firm_on` grows with each mail that it is told of."""

    def __init__(self, ledger: Ledger, day: date) -> None:
        self._ledger, self._day = ledger, day
        self.firm_on: dict[int, date] = {}

    def turn(
        self, who: Recipient, told: Sequence[Told], lines: Sequence[Notice]
    ) -> tuple[datetime, bool, date, int]:
        """In which order the people of one firm are written to: where it is day first, who need
        not ask, who has waited longest."""
        return (
            local_instant(self._day, 12, who.time_zone),
            _gap(told, lines) > 1 and who.rhythm is not MailRhythm.WEEKLY,
            min([one.nominal_on for one in told] + [one.nominal_on for one in lines]),
            who.id,
        )

    def too_soon(self, who: Recipient, told: Sequence[Told]) -> Reason | None:
        """Why what they are to be told waits, unless one occasion of it may leave on any day."""
        since_any = self._since(self._ledger.had_on(who.id))
        if since_any < 1:
            return Reason.ONE_A_DAY
        # two of their firms may open the week on different days
        if who.rhythm is MailRhythm.WEEKLY and since_any <= self._day.weekday():
            return Reason.DIGEST
        gap = _gap(told, ())
        if gap <= 1:
            return None
        since = min(
            self._since(self._ledger.mailed_on.get(who.id)),
            self._since_written(self._ledger.written_at.get(who.id), who),
        )
        if since < gap or all(self._waits(who, one) for one in told):
            return Reason.ONE_A_WEEK
        return None

    def may_read(self, theirs: Sequence[Notice]) -> bool:
        """Whether lines alone make a mail of this day: the first of a week, and not too soon."""
        if not theirs:
            return False
        who, is_worked = theirs[0].recipient, theirs[0].territory.is_worked
        had_on, filled_on = self._ledger.had_on(who.id), self._ledger.mailed_on.get(who.id)
        if not opens_the_week(self._day, is_worked) or self._since(had_on) < 1:
            return False
        if self._since(filled_on) < _gap((), theirs):
            return False
        return not all(
            self._is_filled(who, one.firm_id, one.gap) and self._day < one.nominal_on + LONGEST_WAIT
            for one in theirs
        )

    def fill(self, told: Iterable[Told], lines: Iterable[Notice]) -> None:
        """A mail leaves: the week of the firms that it speaks to begins. An eve fills none."""
        firms = {one.step.firm_id for one in told if not one.rule.any_day}
        firms |= {one.firm_id for one in lines}
        self.firm_on.update({id_: self._day for id_ in firms if id_ is not None})

    def _waits(self, who: Recipient, one: Told) -> bool:
        """Whether an occasion is kept back by what the firm's other people were sent."""
        eve = nominal_day(one.step, _EVE)
        until = eve if one.rule.announces else one.nominal_on + LONGEST_WAIT
        return self._day < until and self._is_filled(who, one.step.firm_id, one.step.gap)

    def _is_filled(self, who: Recipient, firm_id: int | None, gap: int) -> bool:
        # a weekly reader's come on one morning
        if firm_id is None or who.rhythm is MailRhythm.WEEKLY:
            return False
        days = (self.firm_on.get(firm_id), self._ledger.firm_on.get(firm_id))
        last = max((day for day in days if day), default=None)
        written = self._since_written(self._ledger.firm_written_at.get(firm_id), who)
        return min(self._since(last), written) < gap

    def _since(self, last: date | None) -> int:
        """Days since, below nothing where it is still to come."""
        return (self._day - last).days if last else _NEVER

    def _since_written(self, at: datetime | None, who: Recipient) -> int:
        """Days since a mail by somebody's own act, where that is not the reader's one morning."""
        if at is None or who.rhythm is MailRhythm.WEEKLY:
            return _NEVER
        since = self._since(local_day(at, who.time_zone))
        return since if since >= 0 else _NEVER


def _gap(told: Sequence[Told], lines: Sequence[Notice]) -> int:
    """Days between two such mails: as few as one thing that it tells asks for."""
    of_steps = [1 if one.rule.any_day else one.step.gap for one in told]
    return min([*of_steps, *(one.gap for one in lines)])
