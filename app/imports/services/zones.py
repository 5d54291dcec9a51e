"""A zone of a CNIG file as a zone of the territory."""

from __future__ import annotations

from decimal import Decimal

from app.accounts.models import ActivityZone
from app.accounts.services.zones import (
    ZoneFigures,
    ZoneText,
    add_zone,
    edit_zone,
    measure_zone,
)
from app.imports.kinds import Outcome
from app.imports.services.work import Work
from app.imports.zones import ZoneRow

SOURCE = "Fichier CNIG « Sites économiques »"


def write(work: Work, row: ZoneRow) -> None:
    """Added, or told anew; what the file does not say stays."""
    if row.outcome in (Outcome.REFUSED, Outcome.SAME):
        return
    said = row.said
    if row.target is None:
        text = ZoneText(row.name, said.get("dominant_use"), said.get("cnig_id"))
        zone = add_zone(work.session, territory_id=work.territory.id, text=text)
    else:
        zone = work.session.get_one(ActivityZone, row.target.id)
        text = ZoneText(
            row.name,
            said.get("dominant_use", zone.dominant_use),
            said.get("cnig_id", zone.cnig_id),
        )
        edit_zone(work.session, zone, text=text, version=zone.version)

    def number(name: str) -> Decimal | None:
        return Decimal(said[name]) if name in said else None

    firms = number("establishments")
    figures = ZoneFigures(
        number("gross_area"),
        int(firms) if firms is not None else None,
        number("vacancy_rate"),
        number("latitude"),
        number("longitude"),
    )
    measure_zone(work.session, zone, figures, source=SOURCE, today=work.today)
