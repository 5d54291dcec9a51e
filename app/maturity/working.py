"""In which years a synergy works, and a project speaks for its territory. Pure.

Indicator eci_18 asks for the synergies « opérationnelles dans l’année », eci_19 for the companies
engaged. What an auditor is shown is a row with dates, so the rows decide and not the stage:

- **A synergy works in a year** when, on one of its days, the rule of « opérationnelle » held
  (domain.md §2): something passed from one organisation to another, or two used what is shared.
  The day on which an exchange is said to have ended is no day of it.
- **An active project** speaks for every year; **a draft** for none.
- **Paused**: through the year in which it was paused. Nobody follows it since; what it was stays.
- **Closed**: through the year in which it was closed. Closed while « pérenne » it goes on while an
  exchange lasts: that stage says that it lives without being followed, and whoever learns
  that it ended reopens it and says so.
- **Abandoned**: through the year before. A territory does not claim what it gave up that year.

State and stage are those of the year's end: what became of the project later changes no earlier
year. What was typed or launched later speaks of earlier years by the days that it holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.plans.conditions import StageFacts, Use, in_use, missing_rule
from app.plans.kinds import ProjectKind, ProjectState, Stage, SynergyType


def works_in(year: int, synergy_type: SynergyType | None, uses: Sequence[Use]) -> bool:
    """Whether the synergy was operational on a day of this year."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    # more of it runs only from the days on which something begins
    days = {max(one.since, first) for one in uses if one.since <= last}
    return any(_works_on(day, synergy_type, uses) for day in days)


def _works_on(day: date, synergy_type: SynergyType | None, uses: Sequence[Use]) -> bool:
    found = in_use(uses, day)
    facts = StageFacts(
        day,
        ProjectKind.SYNERGY,
        synergy_type,
        exchanges=found.exchanges,
        users=found.users,
    )
    return missing_rule(Stage.OPERATIONAL, facts) is None


def lasts_in(year: int, use: Use) -> bool:
    """Whether it took place on a day of this year."""
    return use.lasts_on(max(use.since, date(year, 1, 1))) and use.since.year <= year


def speaks_for(year: int, state: ProjectState, stage: Stage, since: int) -> bool:
    """Whether a project in this state since that year counts for the one asked for."""
    if state is ProjectState.ACTIVE:
        return True
    if state is ProjectState.CLOSED:
        return stage is Stage.LASTING or year <= since
    if state is ProjectState.PAUSED:
        return year <= since
    return state is ProjectState.ABANDONED and year < since
