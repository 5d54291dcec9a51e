"""How many organisations adhered to the charter of a démarche on a day, of whatever past."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, exists, func, select
from sqlalchemy.orm import Session

from app.accounts.kinds import TerritoryTextKind
from app.accounts.models import Departure, TerritoryText, organisation_territory
from app.agreements import texts
from app.agreements.kinds import CommitmentKind
from app.agreements.models import Commitment
from app.reports.figures import Adherences


def adherences_at(
    session: Session, territory_id: int, *, now: datetime, before: datetime
) -> tuple[Adherences, Adherences] | None:
    """On both days; None where no charter was published by the later one. Two statements."""
    published = session.execute(
        select(TerritoryText.version, TerritoryText.published_at).where(
            TerritoryText.territory_id == territory_id,
            TerritoryText.kind == TerritoryTextKind.CHARTER,
            TerritoryText.published_at < now,
        )
    ).all()
    if not published:
        return None
    given = session.execute(
        select(
            Commitment.text_version,
            Commitment.given_at,
            Commitment.withdrawn_at,
            _is_present(territory_id).label("is_present"),
            _left_at(territory_id).label("left_at"),
        ).where(
            Commitment.kind == CommitmentKind.CHARTER,
            Commitment.territory_id == territory_id,
            Commitment.given_at < now,
        )
    ).all()
    then = {day: max((v for v, at in published if at < day), default=0) for day in (now, before)}
    return _counted(given, now, then[now]), _counted(given, before, then[before])


def _counted(given: Sequence[Any], day: datetime, in_force: int) -> Adherences:
    standing = [one for one in given if _stood(one, day)]
    earlier = [one for one in standing if texts.charter_number(one.text_version) < in_force]
    return Adherences(len(standing), len(earlier))


def _stood(one: Any, day: datetime) -> bool:
    """A yes of an organisation that was of the territory then; who left counts no more."""
    was_there = one.is_present or (one.left_at is not None and one.left_at >= day)
    not_ended = one.withdrawn_at is None or one.withdrawn_at >= day
    return bool(was_there and one.given_at < day and not_ended)


def _is_present(territory_id: int) -> ColumnElement[bool]:
    of = organisation_territory.c
    return exists().where(
        of.organisation_id == Commitment.organisation_id, of.territory_id == territory_id
    )


def _left_at(territory_id: int) -> ScalarSelect[datetime]:
    return (
        select(func.max(Departure.left_at))
        .where(
            Departure.organisation_id == Commitment.organisation_id,
            Departure.territory_id == territory_id,
            Departure.undone_at.is_(None),
        )
        .scalar_subquery()
    )
