"""Indicators, what they are to reach, and the values. Rights were checked, the caller commits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.core.refusals import RefusedError, require_version
from app.plans.kinds import ElipseAxis, MeasureMethod
from app.plans.labels import label
from app.plans.models import Indicator, Measurement, Project, Target
from app.plans.periods import Span


@dataclass(frozen=True)
class TargetText:
    """What is aimed at in a year, and where it started, where that is known."""

    year: int
    value: Decimal
    baseline_year: int | None = None
    baseline_value: Decimal | None = None


@dataclass(frozen=True)
class ValueText:
    """What the form says of one value; `organisation_id`: who said it."""

    span: Span
    value: Decimal
    method: MeasureMethod
    how: str | None = None
    organisation_id: int | None = None


def add_indicator(
    session: Session, project: Project, *, name: str, unit: str, axis: ElipseAxis | None
) -> Indicator:
    session.execute(select(Project.id).where(Project.id == project.id).with_for_update())
    _require_new_name(session, project.id, name)
    indicator = Indicator(
        project_id=project.id,
        territory_id=project.territory_id,
        label=name,
        unit=unit,
        axis=axis,
    )
    session.add(indicator)
    session.flush()
    return indicator


def describe_indicator(
    session: Session,
    indicator: Indicator,
    *,
    seen_version: int | None,
    name: str,
    unit: str,
    axis: ElipseAxis | None,
) -> None:
    """Change its words. Raises StaleError when the form is out of date."""
    _require_there(indicator)
    require_version(indicator.version, seen_version)
    _require_new_name(session, indicator.project_id, name, but=indicator.id)
    indicator.label, indicator.unit, indicator.axis = name, unit, axis


def remove_indicator(indicator: Indicator, *, now: datetime) -> None:
    """Take it off with its targets and values; all of it is kept, so that it can come back."""
    if indicator.removed_at is None:
        indicator.removed_at = now


def restore_indicator(session: Session, indicator: Indicator) -> None:
    if indicator.removed_at is not None:
        _require_new_name(session, indicator.project_id, indicator.label)
        indicator.removed_at = None


def _require_new_name(session: Session, project_id: int, name: str, but: int = 0) -> None:
    taken = exists().where(
        Indicator.project_id == project_id,
        Indicator.label == name,
        Indicator.removed_at.is_(None),
        Indicator.id != but,
    )
    if session.scalar(select(taken)):
        raise RefusedError("Ce projet a déjà un indicateur de ce nom.")


def _require_there(row: Indicator | Target | Measurement) -> None:
    if row.removed_at is not None:
        raise RefusedError("Cela a été retiré entre-temps.")


def aim(session: Session, indicator: Indicator, text: TargetText, *, now: datetime) -> Target:
    """Say what the indicator is to reach in a year that has no target yet."""
    _lock(session, indicator.id)
    _require_there(indicator)
    _require_new_year(session, indicator.id, text.year)
    target = Target(
        indicator_id=indicator.id,
        project_id=indicator.project_id,
        territory_id=indicator.territory_id,
        opened_at=now,
    )
    _say_target(target, text)
    session.add(target)
    session.flush()
    return target


def change_target(
    session: Session, target: Target, *, seen_version: int | None, text: TargetText
) -> None:
    """Aim at something else. Raises StaleError when the form is out of date."""
    _lock(session, target.indicator_id)
    _require_there(target)
    require_version(target.version, seen_version)
    _require_new_year(session, target.indicator_id, text.year, but=target.id)
    _say_target(target, text)


def remove_target(target: Target, *, now: datetime) -> None:
    if target.removed_at is None:
        target.removed_at = now


def restore_target(session: Session, target: Target) -> None:
    if target.removed_at is not None:
        _lock(session, target.indicator_id)
        _require_new_year(session, target.indicator_id, target.year)
        target.removed_at = None


def _say_target(target: Target, text: TargetText) -> None:
    if text.baseline_year is not None and text.baseline_year >= text.year:
        raise RefusedError("Le point de départ vient avant l’année de l’objectif.")
    target.year, target.value = text.year, text.value
    target.baseline_year, target.baseline_value = text.baseline_year, text.baseline_value


def _require_new_year(session: Session, indicator_id: int, year: int, but: int = 0) -> None:
    taken = exists().where(
        Target.indicator_id == indicator_id,
        Target.year == year,
        Target.removed_at.is_(None),
        Target.id != but,
    )
    if session.scalar(select(taken)):
        raise RefusedError(f"Un objectif est déjà noté pour {year} : modifiez-le.")


def measure(
    session: Session, indicator: Indicator, text: ValueText, *, now: datetime, today: date
) -> Measurement:
    """Note a value for a period of which no value of the same method holds a day."""
    _lock(session, indicator.id)
    _require_there(indicator)
    _require_possible(text, today)
    _require_free(session, indicator.id, text.span, text.method)
    measurement = Measurement(
        indicator_id=indicator.id,
        project_id=indicator.project_id,
        territory_id=indicator.territory_id,
        opened_at=now,
    )
    _say_value(measurement, text)
    session.add(measurement)
    session.flush()
    return measurement


def correct(
    session: Session,
    measurement: Measurement,
    *,
    seen_version: int | None,
    text: ValueText,
    today: date,
) -> None:
    """Another value, period or method. Raises StaleError when the form is out of date."""
    _lock(session, measurement.indicator_id)
    _require_there(measurement)
    require_version(measurement.version, seen_version)
    _require_possible(text, today)
    _require_free(session, measurement.indicator_id, text.span, text.method, but=measurement.id)
    _say_value(measurement, text)


def withdraw(measurement: Measurement, *, now: datetime) -> None:
    """Take a value back; it is kept, so that it can come back."""
    if measurement.removed_at is None:
        measurement.removed_at = now


def put_back(session: Session, measurement: Measurement) -> None:
    if measurement.removed_at is not None:
        _lock(session, measurement.indicator_id)
        span = Span(measurement.starts_on, measurement.ends_on)
        _require_free(session, measurement.indicator_id, span, measurement.method)
        measurement.removed_at = None


def show_values(session: Session, project: Project, *, now: datetime) -> None:
    """Let the partners that confirmed since read this project's values and targets as well."""
    rows = [
        *session.scalars(select(Measurement).where(Measurement.project_id == project.id)),
        *session.scalars(select(Target).where(Target.project_id == project.id)),
    ]
    for row in rows:
        row.opened_at = now


def _say_value(measurement: Measurement, text: ValueText) -> None:
    measurement.starts_on, measurement.ends_on = text.span
    measurement.value, measurement.method = text.value, text.method
    measurement.how, measurement.organisation_id = text.how, text.organisation_id


def _require_possible(text: ValueText, today: date) -> None:
    if text.span.ends_on < text.span.starts_on:
        raise RefusedError("La fin de la période vient avant son début.")
    if text.span.starts_on > today and text.method is not MeasureMethod.ESTIMATED:
        raise RefusedError(
            "Cette période n’a pas commencé : notez une valeur estimée, ou un objectif."
        )


def _require_free(
    session: Session, indicator_id: int, span: Span, method: MeasureMethod, but: int = 0
) -> None:
    """No two values of one method share a day: nothing is counted twice."""
    other = session.execute(
        select(Measurement.starts_on, Measurement.ends_on)
        .where(
            Measurement.indicator_id == indicator_id,
            Measurement.method == method,
            Measurement.removed_at.is_(None),
            Measurement.id != but,
            Measurement.starts_on <= span.ends_on,
            Measurement.ends_on >= span.starts_on,
        )
        .order_by(Measurement.starts_on)
        .limit(1)
    ).first()
    if other is not None:
        words = Span(*other).words
        what = "Cette période a" if words == span.words else "Une partie de cette période a"
        raise RefusedError(
            f"{what} déjà une valeur de même nature ({label(method)}) : {words}. "
            "Corrigez-la, ou choisissez une autre période."
        )


def _lock(session: Session, indicator_id: int) -> None:
    """Whoever else notes a value of this indicator waits."""
    session.execute(select(Indicator.id).where(Indicator.id == indicator_id).with_for_update())
