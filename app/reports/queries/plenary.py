"""Where everything stands at the annual meeting: eight statements, whatever the plan's size."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Territory
from app.core import clock
from app.journal.models import Change
from app.plans.kinds import (
    OPEN_STATUSES,
    BarrierKind,
    MeasureMethod,
    PartnerState,
    ProjectState,
    Stage,
    StepStatus,
)
from app.plans.models import Project
from app.reports.decisions import Decision, Standing, decisions
from app.reports.disclosure import Total, totals
from app.reports.figures import (
    Advance,
    Compared,
    Ended,
    Period,
    Plenary,
    Results,
    StageCount,
    Steps,
    Success,
    period_of,
)
from app.reports.naming import names_one_of
from app.reports.queries.adherences import adherences_at
from app.reports.queries.contributions import contributions
from app.reports.queries.past import (
    STANDING,
    ProjectThen,
    Rows,
    StepThen,
    projects_at,
    read_rows,
    steps_at,
)

_STAGES = list(Stage)
_ONE_DAY = timedelta(days=1)
_SHOWN_STATUSES = (
    StepStatus.DONE,
    StepStatus.IN_PROGRESS,
    StepStatus.TODO,
    StepStatus.BLOCKED,
)


def plenary(session: Session, territory: Territory, year: int, today: date) -> Plenary:
    """The annual meeting's figures for a year, compared with the same day a year before.

    `today` is the territory's calendar day. Names no firm as late, blocked or abandoning, and no
    firm at all that did not agree (domain.md §6).
    """
    period = period_of(year, today)
    until = _end_of(period.last, territory)
    since = _end_of(period.before_last, territory)
    rows = read_rows(session, territory.id, since=since, until=until)
    now, before = projects_at(rows, until), projects_at(rows, since)
    steps = steps_at(rows, until, frozenset(p.id for p in now if p.state in STANDING))
    year_before = projects_at(rows, _end_of(period.first - _ONE_DAY, territory))
    results = _results(session, territory.id, {period.year: now, period.year - 1: year_before})
    barriers = _barriers(steps)
    return Plenary(
        period=period,
        charter=adherences_at(session, territory.id, now=until, before=since),
        projects=Compared(*(sum(p.state in STANDING for p in them) for them in (now, before))),
        operational=Compared(*(sum(p.is_working_synergy for p in them) for them in (now, before))),
        companies=Compared(*(len(_companies(them)) for them in (now, before))),
        stages=_stages(now, before),
        paused=_in_state(now, ProjectState.PAUSED),
        closed=_in_state(now, ProjectState.CLOSED),
        abandoned=_abandoned(session, territory.id, now, before, until),
        advances=_advances(now, before),
        successes=tuple(_success(p) for p in now if p.is_working_synergy),
        steps=_steps(rows, steps, now, period),
        barriers=barriers,
        results=results,
        decisions=_decisions(now, dict(barriers), results.now),
    )


def years_to_show(territory: Territory, today: date) -> list[int]:
    """From the territory's first year to this one, the newest first."""
    return list(range(today.year, territory.created_at.year - 1, -1))


def _end_of(day: date, territory: Territory) -> datetime:
    return clock.local_instant(day + _ONE_DAY, 0, territory.time_zone)


def _in_state(projects: Sequence[ProjectThen], state: ProjectState) -> int:
    return sum(project.state is state for project in projects)


def _companies(projects: Sequence[ProjectThen]) -> frozenset[int]:
    standing = (p.engaged_companies for p in projects if p.state in STANDING)
    return frozenset[int]().union(*standing)


def _stages(now: Sequence[ProjectThen], before: Sequence[ProjectThen]) -> tuple[StageCount, ...]:
    today, then = (Counter(p.stage for p in them if p.is_running) for them in (now, before))
    return tuple(StageCount(stage, Compared(today[stage], then[stage])) for stage in Stage)


def _title(project: ProjectThen) -> str | None:
    silent = [partner.name for partner in project.partners if not partner.named_publicly]
    return None if names_one_of(project.title, silent) else project.title


def _advances(now: Sequence[ProjectThen], before: Sequence[ProjectThen]) -> tuple[Advance, ...]:
    """Projects that are further than a year ago, and new ones, the furthest first."""
    then = {project.id: project.stage for project in before}
    further = [
        Advance(_title(p), p.public_id, p.theme, then.get(p.id), p.stage)
        for p in now
        if p.is_running and (p.id not in then or _STAGES.index(p.stage) > _STAGES.index(then[p.id]))
    ]
    return tuple(sorted(further, key=lambda one: -_STAGES.index(one.reached)))


def _success(project: ProjectThen) -> Success:
    confirmed = [p for p in project.partners if p.state is PartnerState.CONFIRMED]
    named = tuple(p.name for p in confirmed if p.named_publicly)
    return Success(
        title=_title(project),
        public_id=project.public_id,
        theme=project.theme,
        stage=project.stage,
        named=named,
        unnamed=len(confirmed) - len(named),
    )


def _abandoned(
    session: Session,
    territory_id: int,
    now: Sequence[ProjectThen],
    before: Sequence[ProjectThen],
    until: datetime,
) -> tuple[Ended, ...]:
    """Projects abandoned since a year ago, with the kinds of barrier that their steps met."""
    already = {p.id for p in before if p.state is ProjectState.ABANDONED}
    met: dict[int, set[BarrierKind]] = {}
    for project_id, fields in session.execute(
        select(Change.project_id, Change.fields)
        .join(Project, Project.id == Change.project_id)
        .where(
            Change.territory_id == territory_id,
            Project.territory_id == territory_id,
            Project.state == ProjectState.ABANDONED,
            Change.entity == "Step",
            Change.at <= until,
        )
    ):
        if kind := fields.get("barrier", (None, None))[1]:
            met.setdefault(project_id, set()).add(BarrierKind(kind))
    return tuple(
        Ended(p.stage, tuple(sorted(met.get(p.id, ()))))
        for p in now
        if p.state is ProjectState.ABANDONED and p.id not in already
    )


def _barriers(steps: Sequence[StepThen]) -> tuple[tuple[BarrierKind, int], ...]:
    counted = Counter(s.barrier for s in steps if s.status is StepStatus.BLOCKED and s.barrier)
    return tuple((kind, counted[kind]) for kind in BarrierKind if counted[kind])


def _steps(
    rows: Rows, steps: Sequence[StepThen], now: Sequence[ProjectThen], period: Period
) -> Steps:
    counted = Counter(step.status for step in steps)
    shown = {project.id for project in now}
    done = [row.done_on for row in rows.steps if row.done_on and row.project_id in shown]
    return Steps(
        by_status=tuple((status, counted[status]) for status in _SHOWN_STATUSES),
        past_due=sum(
            step.status in OPEN_STATUSES and step.due_on is not None and step.due_on < period.last
            for step in steps
        ),
        done=Compared(
            sum(period.first <= day <= period.last for day in done),
            sum(period.before_first <= day <= period.before_last for day in done),
        ),
    )


def _results(
    session: Session, territory_id: int, projects: Mapping[int, Sequence[ProjectThen]]
) -> Results:
    """`projects` by year: this one and the one before."""
    years = contributions(session, territory_id, projects)
    before, now = (totals(one.contribution for one in years[year]) for year in sorted(years))
    return Results(now, before)


def _decisions(
    now: Sequence[ProjectThen], barriers: dict[BarrierKind, int], results: Sequence[Total]
) -> tuple[Decision, ...]:
    running = [p for p in now if p.state is ProjectState.ACTIVE]
    approached = {
        partner.organisation_id
        for p in running
        for partner in p.partners
        if partner.state in (PartnerState.APPROACHED, PartnerState.INVITED)
    }
    measured = any(total.method is MeasureMethod.MEASURED for total in results)
    return decisions(
        Standing(
            regulatory_barriers=barriers.get(BarrierKind.REGULATORY, 0),
            paused=_in_state(now, ProjectState.PAUSED),
            studied=sum(p.stage is Stage.FEASIBILITY for p in running),
            operational_unmeasured=0 if measured else sum(p.is_working_synergy for p in running),
            approached=len(approached),
        )
    )
