"""What each stage of a project wants before it. Pure; the rule of « opérationnelle » is here."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, timedelta

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
