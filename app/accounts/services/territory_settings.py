"""The settings of a territory. Verbs: rights were checked, the caller commits."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Territory
from app.core.refusals import RefusedError, require_version


@dataclass(frozen=True)
class Setting:
    """What a pilot sets, by the name of its column: a further one is one line."""

    name: str
    siren: str | None
    time_zone: str
    holiday_zone: str
    send_hour: int
    second_factor_demanded: bool


def hold_territory(session: Session, territory_id: int) -> Territory:
    """The territory, whose team, settings and texts nobody else changes meanwhile.

    Its plan goes on: rows that refer to it are written without waiting.
    """
    query = select(Territory).where(Territory.id == territory_id)
    return session.scalars(
        query.with_for_update(key_share=True), execution_options={"populate_existing": True}
    ).one()


def set_territory(
    session: Session, territory: Territory, *, setting: Setting, version: int | None
) -> None:
    """Change what a pilot sets. Raises StaleError when the form is out of date, RefusedError."""
    hold_territory(session, territory.id)
    require_version(territory.version, version)
    if taken_by(session, name=setting.name, siren=setting.siren, but=territory.id) is not None:
        # which one stays untold: it may be a stranger's
        raise RefusedError("Ce nom ou ce SIREN est déjà celui d’un autre territoire.")
    for column, value in asdict(setting).items():
        setattr(territory, column, value)
    session.flush()


def taken_by(
    session: Session, *, name: str, siren: str | None, but: int | None = None
) -> Territory | None:
    """The territory that has this name or SIREN already."""
    same = [func.lower(Territory.name) == name.lower()]
    if siren is not None:
        same.append(Territory.siren == siren)
    query = select(Territory).where(or_(*same))
    if but is not None:
        query = query.where(Territory.id != but)
    return session.scalars(query).first()
