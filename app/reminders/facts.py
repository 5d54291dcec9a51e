"""What the schedule is told: frozen values, no database and no clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from app.accounts.kinds import MailRhythm, OrganisationKind
from app.reminders.kinds import Answer, Audience, OccasionCode, Reason, RelanceState

STEP = "step"

_AGENTS = frozenset({OrganisationKind.COLLECTIVITE, OrganisationKind.CHAMBER})


def audience_of(kind: OrganisationKind) -> Audience:
    """Only those whose trade the follow-up is are spoken to as agents; all others gently."""
    return Audience.AGENT if kind in _AGENTS else Audience.COMPANY


@dataclass(frozen=True)
class Rule:
    """Speak of a step `days` after its due date (before it when negative).

    What announces leaves on the working day before a day off, what chases on the one after.
    `only_unanswered`: not when an earlier occasion of the same date was answered.
    `any_day`: leaves even when the person had a mail less than `Policy.gap` days ago.
    """

    code: OccasionCode
    days: int
    only_unanswered: bool = False
    any_day: bool = False

    @property
    def announces(self) -> bool:
        return self.days <= 0


@dataclass(frozen=True)
class Policy:
    """The rules of one audience, earliest first, and the days between two mails to a person."""

    rules: tuple[Rule, ...]
    gap: int


_RULES = (
    Rule(OccasionCode.WEEK_BEFORE, -7),
    Rule(OccasionCode.DAY_BEFORE, -1, only_unanswered=True, any_day=True),
    Rule(OccasionCode.AFTER, 5),
)
# the weekly line of what is overdue joins the agents' rules when they get a digest
DEFAULT_POLICIES: Mapping[Audience, Policy] = MappingProxyType(
    {Audience.COMPANY: Policy(_RULES, gap=7), Audience.AGENT: Policy(_RULES, gap=1)}
)


@dataclass(frozen=True)
class TerritoryFacts:
    """`started_on` is the local day of « Démarrer »; no mail leaves before `paused_until`."""

    id: int
    holiday_zone: str = "metropole"
    time_zone: str = "Europe/Paris"
    send_hour: int = 8
    started_on: date | None = None
    paused_until: date | None = None
    policies: Mapping[Audience, Policy] = field(
        default_factory=lambda: DEFAULT_POLICIES, compare=False
    )


@dataclass(frozen=True)
class Recipient:
    """The one person to whom a step is spoken of. `time_zone` is theirs, or the territory's."""

    id: int
    public_id: str = ""
    name: str = ""
    email: str | None = None
    time_zone: str = "Europe/Paris"
    rhythm: MailRhythm = MailRhythm.AT_ONCE
    paused_until: date | None = None


@dataclass(frozen=True)
class Away:
    """Days, both included, on which `stand_in` is spoken to in somebody's place."""

    first: date
    last: date
    stand_in: Recipient


@dataclass(frozen=True)
class StepFacts:
    """An open step with a due date. `scheduled_on` is the local day on which that date was set,
    `project_since` the one on which its project was last launched, resumed or reopened. Before
    `quiet_until` no mail speaks of it: somebody called, or put it off to that day.
    """

    id: int
    territory: TerritoryFacts
    due_on: date
    scheduled_on: date
    audience: Audience
    recipient: Recipient | None
    public_id: str = ""
    title: str = ""
    project_active: bool = True
    project_since: date | None = None
    blocked: bool = False
    news_on: date | None = None
    quiet_until: date | None = None
    away: tuple[Away, ...] = ()

    def recipient_on(self, day: date) -> Recipient | None:
        """Who is spoken to on a day: the recipient, or who stands in for them then."""
        for absence in self.away:
            if absence.first <= day <= absence.last:
                return absence.stand_in
        return self.recipient

    def silenced_on(self, day: date) -> Reason | None:
        """What people said of it that keeps the automat silent on a day."""
        if self.blocked:
            return Reason.BLOCKED
        if self.news_on is not None and day <= self.news_on:
            return Reason.NEWS_PROMISED
        if self.quiet_until is not None and day < self.quiet_until:
            return Reason.CALLED
        return None

    @property
    def rules(self) -> tuple[Rule, ...]:
        return self.territory.policies[self.audience].rules

    @property
    def gap(self) -> int:
        return self.territory.policies[self.audience].gap

    def occasion(self, rule: Rule) -> Occasion:
        return Occasion(STEP, self.id, self.due_on, rule.code)


class Occasion(NamedTuple):
    """The key of the ledger: a title edited changes nothing here, a date moved does."""

    subject_kind: str
    subject_id: int
    basis: date
    code: OccasionCode


@dataclass(frozen=True)
class Entry:
    """What became of an occasion."""

    state: RelanceState
    reason: Reason | None = None
    recipient_id: int | None = None
    answer: Answer | None = None


@dataclass(frozen=True)
class Ledger:
    """All that was decided, and the last local day on which each person was mailed."""

    entries: Mapping[Occasion, Entry] = field(default_factory=dict)
    mailed_on: Mapping[int, date] = field(default_factory=dict)

    def with_entries(
        self, entries: Mapping[Occasion, Entry], mailed_on: Mapping[int, date]
    ) -> Ledger:
        return replace(
            self, entries={**self.entries, **entries}, mailed_on={**self.mailed_on, **mailed_on}
        )
