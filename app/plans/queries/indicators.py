"""What the page of a project's indicators shows: three statements whatever their number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.core.viewer import Viewer
from app.plans.kinds import ElipseAxis, MeasureMethod
from app.plans.models import Indicator, Measurement, Project, Target
from app.plans.periods import Span
from app.plans.progress import Figure, YearSum, lowers, towards, year_sums
from app.plans.rules import (
    carried_then,
    may_correct,
    may_retarget,
    may_withdraw,
    reads_value,
)


@dataclass(frozen=True)
class ValueLine:
    """One value as this viewer may read it: None where it is not theirs to read."""

    public_id: str
    span: Span
    value: Decimal | None
    method: MeasureMethod
    how: str | None
    source: str | None
    may_correct: bool
    may_withdraw: bool


@dataclass(frozen=True)
class TargetLine:
    """One target; `sums` is what has come, one for each method; `lowers`: less is better."""

    public_id: str
    year: int
    value: Decimal | None
    baseline_year: int | None
    baseline_value: Decimal | None
    sums: tuple[YearSum, ...]
    lowers: bool
    may_change: bool


@dataclass(frozen=True)
class IndicatorCard:
    """`hides`: there are values or targets that this viewer does not read.

    `opened_at`: when the oldest of them was noted, or all were shown to more partners.
    """

    public_id: str
    label: str
    unit: str
    axis: ElipseAxis | None
    targets: tuple[TargetLine, ...]
    values: tuple[ValueLine, ...]
    hides: bool
    opened_at: datetime | None

    @property
    def years(self) -> frozenset[int]:
        """The years of which every day has a value, of whatever method."""
        return frozenset(one.span.starts_on.year for one in self.values if one.span.is_year)


def indicator_cards(
    session: Session, viewer: Viewer, project: Project, *, reads_texts: bool
) -> list[IndicatorCard]:
    """The indicators of a project whose partners are loaded, the oldest first."""
    targets: dict[int, list[Target]] = defaultdict(list)
    values: dict[int, list[Measurement]] = defaultdict(list)
    own = Indicator.project_id == project.id
    indicators = session.scalars(
        select(Indicator).where(own, Indicator.removed_at.is_(None)).order_by(Indicator.id)
    ).all()
    for target in session.scalars(
        select(Target)
        .where(Target.project_id == project.id, Target.removed_at.is_(None))
        .order_by(Target.year)
    ):
        targets[target.indicator_id].append(target)
    for value in session.scalars(
        select(Measurement)
        .where(Measurement.project_id == project.id, Measurement.removed_at.is_(None))
        .options(joinedload(Measurement.organisation))
        .order_by(Measurement.starts_on.desc(), Measurement.method)
    ):
        values[value.indicator_id].append(value)
    return [
        _card(viewer, project, one, targets[one.id], values[one.id], reads_texts=reads_texts)
        for one in indicators
    ]


def _card(
    viewer: Viewer,
    project: Project,
    indicator: Indicator,
    targets: Sequence[Target],
    values: Sequence[Measurement],
    *,
    reads_texts: bool,
) -> IndicatorCard:
    lines = tuple(_value(viewer, project, one, reads_texts=reads_texts) for one in values)
    read = [Figure(one.span, one.value, one.method) for one in lines if one.value is not None]
    # a sum of a part of the values would say something else than it seems to
    sums = year_sums(read, indicator.unit) if len(read) == len(lines) else []
    aims = tuple(_target(viewer, project, one, sums) for one in targets)
    return IndicatorCard(
        public_id=indicator.public_id,
        label=indicator.label,
        unit=indicator.unit,
        axis=indicator.axis,
        targets=aims,
        values=lines,
        hides=any(one.value is None for one in lines) or any(one.value is None for one in aims),
        opened_at=min(
            [*(one.opened_at for one in values), *(one.opened_at for one in targets)], default=None
        ),
    )


def _value(viewer: Viewer, project: Project, row: Measurement, *, reads_texts: bool) -> ValueLine:
    reads = reads_value(viewer, project, row.opened_at, row.organisation_id)
    return ValueLine(
        public_id=row.public_id,
        span=Span(row.starts_on, row.ends_on),
        value=row.value if reads else None,
        method=row.method,
        how=row.how if reads_texts else None,
        source=row.organisation.name if row.organisation and reads_texts else None,
        may_correct=may_correct(viewer, project, row),
        may_withdraw=may_withdraw(viewer, project, row),
    )


def _target(viewer: Viewer, project: Project, row: Target, sums: Iterable[YearSum]) -> TargetLine:
    reads = carried_then(viewer, project, row.opened_at)
    return TargetLine(
        public_id=row.public_id,
        year=row.year,
        value=row.value if reads else None,
        baseline_year=row.baseline_year,
        baseline_value=row.baseline_value if reads else None,
        sums=tuple(towards(sums, row)) if reads else (),
        lowers=reads and lowers(row),
        may_change=may_retarget(viewer, project, row),
    )
