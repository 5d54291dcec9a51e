"""Texts that a territory published, by version."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, defer, joinedload

from app.accounts.kinds import TerritoryTextKind
from app.accounts.models import TerritoryText


def current_charter(session: Session, territory_id: int) -> TerritoryText | None:
    """The version in force, to which organisations commit themselves; None before the first."""
    return session.scalars(charters(territory_id).limit(1)).one_or_none()


def charters(territory_id: int) -> Select[TerritoryText]:
    """Every version of the charter, the one in force first."""
    return (
        select(TerritoryText)
        .where(
            TerritoryText.territory_id == territory_id,
            TerritoryText.kind == TerritoryTextKind.CHARTER,
        )
        .options(joinedload(TerritoryText.published_by))
        .order_by(TerritoryText.version.desc())
    )


def charter_versions(session: Session, territory_id: int) -> Sequence[TerritoryText]:
    """The same without their texts, for a list."""
    query = charters(territory_id).options(defer(TerritoryText.body, raiseload=True))
    return session.scalars(query).all()


def charter_of_version(session: Session, territory_id: int, version: int) -> TerritoryText | None:
    """One version, whether or not it is in force."""
    return session.scalars(charters(territory_id).where(TerritoryText.version == version)).first()
