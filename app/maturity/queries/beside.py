"""Frameworks that are no ladder of levels: programmes and lists of objectives."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, or_
from sqlalchemy.orm import Session, aliased

from app.frameworks.kinds import FrameworkKind
from app.frameworks.models import Framework, FrameworkVersion
from app.frameworks.queries import is_of_kind, latest_versions
from app.maturity.models import Assessment


@dataclass(frozen=True)
class BesideLine:
    """`is_followed`: the territory has opened it; objectives need no opening."""

    public_id: str
    title: str
    kind: FrameworkKind
    is_followed: bool


def beside_the_levels(session: Session, territory_id: int) -> list[BesideLine]:
    """Every programme, then every list of objectives, in one statement."""
    assessed = aliased(FrameworkVersion)
    followed = (
        exists()
        .where(
            Assessment.territory_id == territory_id,
            Assessment.version_id == assessed.id,
            assessed.framework_id == Framework.id,
        )
        .correlate(Framework)
    )
    programme = is_of_kind(FrameworkKind.PROGRAMME)
    rows = session.execute(
        latest_versions()
        .add_columns(programme, followed)
        .where(or_(programme, is_of_kind(FrameworkKind.OBJECTIVES)))
    )
    found = [
        BesideLine(
            version.framework.public_id,
            version.framework.title,
            FrameworkKind.PROGRAMME if is_programme else FrameworkKind.OBJECTIVES,
            is_followed or not is_programme,
        )
        for version, is_programme, is_followed in rows
    ]
    return sorted(found, key=lambda one: one.kind is not FrameworkKind.PROGRAMME)
