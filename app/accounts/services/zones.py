"""The activity zones of a territory. Verbs: rights were checked, the caller commits."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import ActivityZone
from app.core.refusals import RefusedError, require_version


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


def measure_zone(session: Session, zone: ActivityZone, figures: ZoneFigures) -> None:
    """Set the figures that are said; others stay."""
    for name, value in vars(figures).items():
        if value is not None:
            setattr(zone, name, value)
    session.flush()


def edit_zone(session: Session, zone: ActivityZone, *, text: ZoneText, version: int | None) -> None:
    """Rename it. Raises StaleError when the form is out of date, RefusedError as above."""
    require_version(zone.version, version)
    _require_new(session, zone.territory_id, text.name, zone.id)
    zone.name, zone.dominant_use, zone.cnig_id = text.name, text.dominant_use, text.cnig_id
    session.flush()


def _require_new(session: Session, territory_id: int, name: str, own_id: int | None) -> None:
    known = session.scalar(
        select(ActivityZone.id).where(
            ActivityZone.territory_id == territory_id, ActivityZone.name == name
        )
    )
    if known not in (None, own_id):
        raise RefusedError("Ce territoire a déjà une zone de ce nom.")
