"""The activity zones of a territory. Verbs: rights were checked, the caller commits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import ActivityZone
from app.core.refusals import RefusedError, require_version

# the columns of the record beside name, vocation and number
RECORD = (
    "specialisation",
    "created_year",
    "gross_area",
    "establishments",
    "vacancy_rate",
    "figures_on",
    "figures_source",
    "size_none",
    "size_1_9",
    "size_10_49",
    "size_50_249",
    "size_250",
    "age_under_3",
    "age_3_10",
    "age_over_10",
    "latitude",
    "longitude",
    "note",
)
COUNTED = ("establishments", "vacancy_rate")


@dataclass(frozen=True)
class ZoneText:
    """`cnig_id`: its number in the « Sites économiques » standard, where it has one."""

    name: str
    dominant_use: str | None = None
    cnig_id: str | None = None


def add_zone(session: Session, *, territory_id: int, text: ZoneText) -> ActivityZone:
    """A new zone. Raises RefusedError when the territory has one of this name."""
    _require_new(session, territory_id, text.name, None)
    zone = ActivityZone(territory_id=territory_id, name=text.name)
    zone.dominant_use, zone.cnig_id = text.dominant_use, text.cnig_id
    session.add(zone)
    session.flush()
    return zone


@dataclass(frozen=True)
class ZoneFigures:
    """What the standard tells of a zone beyond its name; None says nothing."""

    gross_area: Decimal | None = None
    establishments: int | None = None
    vacancy_rate: Decimal | None = None
    latitude: Decimal | None = None
    longitude: Decimal | None = None


def measure_zone(
    session: Session, zone: ActivityZone, figures: ZoneFigures, *, source: str, today: date
) -> None:
    """Set the figures that are said; others stay. Who counts the companies anew is their source."""
    said = {name: getattr(figures, name) for name in COUNTED}
    counted = any(
        value is not None and value != getattr(zone, name) for name, value in said.items()
    )
    for name, value in vars(figures).items():
        if value is not None:
            setattr(zone, name, value)
    if counted:
        zone.figures_on, zone.figures_source = today, source[:120]
    session.flush()


def edit_zone(session: Session, zone: ActivityZone, *, text: ZoneText, version: int | None) -> None:
    """Rename it. Raises StaleError when the form is out of date, RefusedError as above."""
    require_version(zone.version, version)
    _require_new(session, zone.territory_id, text.name, zone.id)
    zone.name, zone.dominant_use, zone.cnig_id = text.name, text.dominant_use, text.cnig_id
    session.flush()


def describe_zone(
    session: Session,
    zone: ActivityZone,
    *,
    text: ZoneText,
    record: Mapping[str, Any],
    version: int | None,
) -> None:
    """Keep the whole record. Raises StaleError and RefusedError as `edit_zone`."""
    edit_zone(session, zone, text=text, version=version)
    for name in RECORD:
        setattr(zone, name, record[name] if record[name] != "" else None)
    session.flush()


def _require_new(session: Session, territory_id: int, name: str, own_id: int | None) -> None:
    known = session.scalar(
        select(ActivityZone.id).where(
            ActivityZone.territory_id == territory_id, ActivityZone.name == name
        )
    )
    if known not in (None, own_id):
        raise RefusedError("Ce territoire a déjà une zone de ce nom.")
