"""What each stage of a project wants before it. Pure; the rule of « opérationnelle » is here."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from app.plans.kinds import ProjectKind, Stage, SynergyType

# how long something has to work before it is called lasting
LASTING_AFTER = timedelta(days=365)
# « au moins deux »: partners that commit, users of what is shared
ENOUGH = 2


class Condition(enum.StrEnum):
    NAMED = "named"
    OFFERS = "offers"
    DESCRIBED = "described"
    PLANNED = "planned"
    CONFIRMED = "confirmed"
    TWO_CONFIRMED = "two_confirmed"
    MILESTONE = "milestone"
    EXCHANGED = "exchanged"
    SHARED = "shared"
    A_YEAR = "a_year"


class Use(NamedTuple):
    """What an organisation receives from another one, or uses of what is shared (no giver).

    From `since` on; `until` is the first day on which it no longer does.
    """

    giver_id: int | None
    user_id: int
    since: date
    until: date | None

    def lasts_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or self.until > day)


class InUse(NamedTuple):
    """How many exchanges last on a day, how many organisations use something, since when."""

    exchanges: int
    users: int
    since: date | None


def in_use(uses: Iterable[Use], day: date) -> InUse:
    """Where two records of organisations became one, a giver may be the user: that counts no
    exchange."""
    lasting = [one for one in uses if one.lasts_on(day)]
    return InUse(
        exchanges=sum(one.giver_id not in (None, one.user_id) for one in lasting),
        users=len({one.user_id for one in lasting}),
        since=min((one.since for one in lasting), default=None),
    )


@dataclass(frozen=True)
class StageFacts:
    """What stands of a project on a day. `exchanges` and `users` count what lasts on that day."""

    today: date
    kind: ProjectKind
    synergy_type: SynergyType | None = None
    is_described: bool = False
    partners: int = 0
    confirmed: int = 0
    flows: int = 0
    planned_steps: int = 0
    dated_milestones: int = 0
    exchanges: int = 0
    users: int = 0
    since: date | None = None


@dataclass(frozen=True)
class Wanted:
    """A condition of a stage, whether it is met, and whether it is a rule rather than advice."""

    condition: Condition
    met: bool
    is_rule: bool


def wanted(stage: Stage, facts: StageFacts) -> list[Wanted]:
    """The conditions of one stage, of its own ones alone, in the order in which they come up."""
    rule = _rule(facts)
    conditions: dict[Stage, tuple[Condition, ...]] = {
        Stage.DISCUSSION: (),
        Stage.QUALIFIED: (
            Condition.NAMED,
            Condition.OFFERS if facts.kind is ProjectKind.SYNERGY else Condition.DESCRIBED,
        ),
        Stage.FEASIBILITY: (Condition.CONFIRMED, Condition.PLANNED),
        Stage.IMPLEMENTATION: (Condition.TWO_CONFIRMED, Condition.MILESTONE),
        Stage.OPERATIONAL: (rule,),
        Stage.LASTING: (rule, Condition.A_YEAR),
    }
    at_work = stage in (Stage.OPERATIONAL, Stage.LASTING)
    return [
        Wanted(one, is_met(one, facts), is_rule=at_work and one is rule)
        for one in conditions[stage]
    ]


def _rule(facts: StageFacts) -> Condition:
    """domain.md §2: one exchange for real, or one service that two use; else two who commit."""
    if facts.kind is not ProjectKind.SYNERGY:
        return Condition.TWO_CONFIRMED
    if facts.synergy_type is SynergyType.SUBSTITUTION:
        return Condition.EXCHANGED
    return Condition.SHARED


def missing_rule(stage: Stage, facts: StageFacts) -> Condition | None:
    """What forbids a stage, None where nothing does."""
    missing = [one.condition for one in wanted(stage, facts) if one.is_rule and not one.met]
    return missing[0] if missing else None


def is_met(condition: Condition, facts: StageFacts) -> bool:
    met = {
        Condition.NAMED: facts.partners >= ENOUGH,
        Condition.OFFERS: facts.flows > 0,
        Condition.DESCRIBED: facts.is_described,
        Condition.PLANNED: facts.planned_steps > 0,
        Condition.CONFIRMED: facts.confirmed > 0,
        Condition.TWO_CONFIRMED: facts.confirmed >= ENOUGH,
        Condition.MILESTONE: facts.dated_milestones > 0,
        Condition.EXCHANGED: facts.exchanges > 0,
        Condition.SHARED: facts.users >= ENOUGH,
        Condition.A_YEAR: facts.since is not None and facts.since + LASTING_AFTER <= facts.today,
    }
    return met[condition]
