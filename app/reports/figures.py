"""What the annual meeting shows, as frozen values; page and exports print the same. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.plans.kinds import BarrierKind, MeasureMethod, Stage, StepStatus
from app.reports.decisions import Decision
from app.reports.disclosure import Total

_BY_PROOF = (MeasureMethod.MEASURED, MeasureMethod.DECLARED, MeasureMethod.ESTIMATED)


@dataclass(frozen=True)
class Period:
    """A year up to a day, and the same stretch of the year before."""

    year: int
    first: date
    last: date
    before_first: date
    before_last: date

    @property
    def is_running(self) -> bool:
        """Whether the year is not over yet."""
        return (self.last.month, self.last.day) != (12, 31)


@dataclass(frozen=True)
class Compared:
    """A count on the last day of the period, and on the same day of the year before."""

    now: int
    before: int


@dataclass(frozen=True)
class StageCount:
    stage: Stage
    count: Compared


@dataclass(frozen=True)
class Advance:
    """A project that is further than a year ago; `came_from` is None when it is new.

    `title` is None where it would name a firm that did not agree to be named.
    """

    title: str | None
    public_id: str
    theme: str | None
    came_from: Stage | None
    reached: Stage


@dataclass(frozen=True)
class Success:
    """A synergy that works, with those of its partners that agreed to be named."""

    title: str | None
    public_id: str
    theme: str | None
    stage: Stage
    named: tuple[str, ...]
    unnamed: int


@dataclass(frozen=True)
class Ended:
    """An abandoned project: how far it came and what kinds of barrier it met, nobody's name."""

    stage: Stage
    barriers: tuple[BarrierKind, ...]


@dataclass(frozen=True)
class Steps:
    """Steps of the projects shown, as they stood on the last day of the period."""

    by_status: tuple[tuple[StepStatus, int], ...]
    past_due: int
    done: Compared

    @property
    def total(self) -> int:
        return sum(count for _, count in self.by_status)


@dataclass(frozen=True)
class ResultLine:
    """One unit by one method; None in a year without any value."""

    unit: str
    method: MeasureMethod
    now: Total | None
    before: Total | None


@dataclass(frozen=True)
class Results:
    """Figures of the synergies that work, this year and the year before."""

    now: tuple[Total, ...]
    before: tuple[Total, ...]

    @property
    def lines(self) -> tuple[ResultLine, ...]:
        """Both years side by side, the best proven method of each unit first."""
        now, before = ({(t.unit, t.method): t for t in them} for them in (self.now, self.before))
        keys = sorted({*now, *before}, key=lambda key: (key[0], _BY_PROOF.index(key[1])))
        return tuple(
            ResultLine(unit, method, now.get((unit, method)), before.get((unit, method)))
            for unit, method in keys
        )

    @property
    def is_withholding(self) -> bool:
        return any(total.value is None for total in (*self.now, *self.before))


@dataclass(frozen=True)
class Adherences:
    """How many organisations adhere to the charter, and how many of them to an earlier version."""

    total: int
    earlier: int


@dataclass(frozen=True)
class Plenary:
    """Where everything stands at the annual meeting of one territory.

    `charter`: adherences now and a year before, None where none was published by now.
    """

    period: Period
    charter: tuple[Adherences, Adherences] | None
    projects: Compared
    operational: Compared
    companies: Compared
    stages: tuple[StageCount, ...]
    paused: int
    closed: int
    abandoned: tuple[Ended, ...]
    advances: tuple[Advance, ...]
    successes: tuple[Success, ...]
    steps: Steps
    barriers: tuple[tuple[BarrierKind, int], ...]
    results: Results
    decisions: tuple[Decision, ...]

    @property
    def tells_something(self) -> bool:
        """Whether any project was launched by then."""
        return bool(self.projects.now or self.projects.before or self.abandoned)


@dataclass(frozen=True)
class LevelStep:
    """One level of a référentiel; `percent` is None where nothing in it is concerned."""

    ref: str
    title: str
    percent: int | None
    before: int | None
    is_reached: bool


@dataclass(frozen=True)
class Levels:
    """A référentiel this year, and in the latest year assessed before it (None without one).

    `level` is « lecture Maillage », `percent` the official score; both are indicative.
    """

    title: str
    level: int | None
    percent: int | None
    before_year: int | None
    before_level: int | None
    before_percent: int | None
    steps: tuple[LevelStep, ...]


def period_of(year: int, today: date) -> Period:
    """The year up to today, or the whole of a year gone by; a year to come has not begun."""
    last = min(date(year, 12, 31), max(today, date(year, 1, 1)))
    return Period(
        year=year,
        first=date(year, 1, 1),
        last=last,
        before_first=date(year - 1, 1, 1),
        before_last=_a_year_before(last),
    )


def _a_year_before(day: date) -> date:
    """29 February is compared with the 28th."""
    is_leap_day = (day.month, day.day) == (2, 29)
    return date(day.year - 1, day.month, 28 if is_leap_day else day.day)
