"""What the schedule is told: frozen values, no database and no clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import NamedTuple

from app.accounts.kinds import MailRhythm, OrganisationKind
from app.core.calendar import is_working_day
from app.reminders.kinds import Answer, Audience, Manner, Reason, RelanceState
from app.reminders.schedule.policy import DEFAULT_POLICIES, USUAL_PATIENCE, Patience, Policy, Rule

STEP = "step"
# a step as those who keep an eye on it hear of it, and a project
WATCHED = "watched"
PROJECT = "project"

AGENTS = frozenset({OrganisationKind.COLLECTIVITE, OrganisationKind.CHAMBER})


def audience_of(kind: OrganisationKind) -> Audience:
    """Only those whose trade the follow-up is are spoken to as agents; all others gently."""
    return Audience.AGENT if kind in AGENTS else Audience.COMPANY


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
    patience: Patience = USUAL_PATIENCE

    def is_worked(self, day: date) -> bool:
        """Neither a weekend nor a holiday there."""
        return is_working_day(day, self.holiday_zone)


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


def _standing_in(away: tuple[Away, ...], day: date) -> Recipient | None:
    return next((one.stand_in for one in away if one.first <= day <= one.last), None)


@dataclass(frozen=True)
class StepFacts:
    """An open step with a due date. `scheduled_on` is the local day on which that date was set,
    `project_since` the one on which its project was last launched, resumed or reopened. Before
    `quiet_until` no mail speaks of it: somebody called, or put it off to that day; nor before
    `rests_until`: its project, or whoever is spoken to, is left in peace here. `waits`: for
    another step that is open, `freed_on`: the day on which the last such was done. `began_on`:
    the day on which its own people said « en cours », while it is so; `stuck_on`: last said « ça
    coince », lifted since or not. `asked`: whether its
    organisation was asked for its part in the project, and has not answered. `closed`: first and
    last days on which the organisation is shut.
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
    rests_until: date | None = None
    away: tuple[Away, ...] = ()
    milestone: bool = False
    waits: bool = False
    freed_on: date | None = None
    began_on: date | None = None
    stuck_on: date | None = None
    asked: bool = False
    manner: Manner = Manner.USUAL
    closed: tuple[tuple[date, date], ...] = ()
    organisation_id: int = 0
    project_id: int = 0

    @property
    def addressees(self) -> tuple[Recipient, ...]:
        """All to whom it may be spoken of, on one day or another."""
        known = () if self.recipient is None else (self.recipient,)
        return (*known, *(one.stand_in for one in self.away)) if self.away else known

    def recipient_on(self, day: date) -> Recipient | None:
        """Who is spoken to on a day: the recipient, or who stands in for them then."""
        return _standing_in(self.away, day) or self.recipient

    def silenced_on(self, day: date) -> Reason | None:
        """What people said of it that keeps the automat silent on a day."""
        if self.manner is Manner.NONE:
            return Reason.SWITCHED_OFF
        if self.rests_until is not None and day < self.rests_until:
            return Reason.PAUSED
        if self.asked or self.blocked or self.waits:
            still = Reason.BLOCKED if self.blocked else Reason.WAITS
            return Reason.ASKED if self.asked else still
        if self.news_on is not None and day <= self.news_on:
            return Reason.NEWS_PROMISED
        if self.quiet_until is not None and day < self.quiet_until:
            return Reason.CALLED
        return None

    @property
    def policy(self) -> Policy:
        return self.territory.policies[self.audience].in_manner(self.manner)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Those that every date has, earliest first."""
        return self.policy.rules(milestone=self.milestone)

    @property
    def gap(self) -> int:
        return self.policy.gap

    @property
    def firm_id(self) -> int | None:
        """The organisation whose people share one mail in seven days; agents' do not."""
        return self.organisation_id or None if self.audience is Audience.COMPANY else None

    def is_worked(self, day: date) -> bool:
        """Whether people are at work there: no weekend, no holiday, no closure."""
        is_closed = any(first <= day <= last for first, last in self.closed)
        return not is_closed and self.territory.is_worked(day)

    def occasion(self, rule: Rule) -> Occasion:
        return Occasion(STEP, self.id, self.due_on, rule.key)


@dataclass(frozen=True)
class StuckFacts:
    """A blocked step, with a due date or without. `blocked_on`: the local day since which it is.
    `spoken_to`: the id of the one person to whom it is spoken of."""

    id: int
    territory: TerritoryFacts
    project_id: int
    blocked_on: date
    title: str = ""
    spoken_to: int | None = None


@dataclass(frozen=True)
class ProjectFacts:
    """A running project and those who keep an eye on it: who leads it, and the pilot.

    `heard_on`: the local day of the last news of it, no earlier than the relances began.
    `lead_gap`: days between two mails to the lead's person, and to `lead_firm_id` where a firm
    leads. No line about it leaves before `rests_until`, to the lead before `lead_rests_until`, to
    the pilot before `pilot_rests_until`: it, or they, are left in peace here. `lead_away` and
    `pilot_away`: who keeps that eye on it while they are away.
    """

    id: int
    territory: TerritoryFacts
    public_id: str = ""
    title: str = ""
    is_active: bool = True
    heard_on: date | None = None
    lead_organisation_id: int | None = None
    lead: Recipient | None = None
    lead_gap: int = 7
    lead_firm_id: int | None = None
    lead_rests_until: date | None = None
    pilot: Recipient | None = None
    pilot_rests_until: date | None = None
    rests_until: date | None = None
    lead_away: tuple[Away, ...] = ()
    pilot_away: tuple[Away, ...] = ()

    @property
    def addressees(self) -> tuple[Recipient, ...]:
        """Those who keep an eye on it, on one day or another."""
        known = tuple(one for one in (self.lead, self.pilot) if one is not None)
        away = (*self.lead_away, *self.pilot_away)
        return (*known, *(one.stand_in for one in away)) if away else known

    def on(self, day: date) -> ProjectFacts:
        """As it is kept an eye on that day: who stands in for somebody has their place, and is
        not held back by what they asked for themselves."""
        if not self.lead_away and not self.pilot_away:
            return self
        lead, pilot = _standing_in(self.lead_away, day), _standing_in(self.pilot_away, day)
        return replace(
            self,
            lead=lead or self.lead,
            lead_rests_until=self.rests_until if lead else self.lead_rests_until,
            pilot=pilot or self.pilot,
            pilot_rests_until=self.rests_until if pilot else self.pilot_rests_until,
            lead_away=(),
            pilot_away=(),
        )


class Occasion(NamedTuple):
    """The key of the ledger: a title edited changes nothing here, a date moved does."""

    subject_kind: str
    subject_id: int
    basis: date
    code: str


@dataclass(frozen=True)
class Entry:
    """What became of an occasion; `on` is the local day of its mail, `answered_at` when that mail
    was answered, which may be long after."""

    state: RelanceState
    reason: Reason | None = None
    recipient_id: int | None = None
    answer: Answer | None = None
    on: date | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True)
class Ledger:
    """All that was decided, and the last local days on which each person was mailed of it.

    `mailed_on`: by a mail that fills their week; `eve_on`: by one of eves alone, which does not.
    `written_at`: when somebody's own act last mailed them (`MailKind.fills_the_week`).
    `firm_on` and `firm_written_at`: the same by organisation, of whoever is spoken to for a firm.
    """

    entries: Mapping[Occasion, Entry] = field(default_factory=dict)
    mailed_on: Mapping[int, date] = field(default_factory=dict)
    eve_on: Mapping[int, date] = field(default_factory=dict)
    written_at: Mapping[int, datetime] = field(default_factory=dict)
    firm_on: Mapping[int, date] = field(default_factory=dict)
    firm_written_at: Mapping[int, datetime] = field(default_factory=dict)

    def had_on(self, person_id: int) -> date | None:
        """The last day on which a person had any mail: theirs of a day is one."""
        days = (self.mailed_on.get(person_id), self.eve_on.get(person_id))
        return max((day for day in days if day), default=None)

    def with_entries(self, entries: Mapping[Occasion, Entry]) -> Ledger:
        return replace(self, entries={**self.entries, **entries})

    def with_mails(
        self,
        mailed_on: Mapping[int, date],
        eve_on: Mapping[int, date],
        firm_on: Mapping[int, date],
    ) -> Ledger:
        """With the days of further mails."""
        return replace(
            self,
            mailed_on={**self.mailed_on, **mailed_on},
            eve_on={**self.eve_on, **eve_on},
            firm_on={**self.firm_on, **firm_on},
        )
