"""When the organisations that lead steps are shut."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.orm import Session

from app.accounts.models import LONGEST_CLOSURE, Closure
from app.core.prepared import Kept
from app.plans.models import Step

# no rule speaks of a date from farther away, whatever rests lie between
_REACH = timedelta(days=60) + LONGEST_CLOSURE
# beyond this many it is quicker to read all closures than to name the organisations
_FEW = 500
Days = tuple[tuple[date, date], ...]


_OF_ANY = (
    select(Closure.organisation_id, Closure.starts_on, Closure.ends_on)
    .where(
        Closure.removed_at.is_(None),
        Closure.ends_on >= bindparam("first"),
        Closure.starts_on <= bindparam("last"),
    )
    .order_by(Closure.starts_on, Closure.id)
)
_OF_ALL = Kept(_OF_ANY)
_OF_SOME = Kept(_OF_ANY.where(Closure.organisation_id.in_(bindparam("ids", expanding=True))))


def closed_days(session: Session, steps: Collection[Any]) -> dict[int, Days]:
    """By organisation: the closures near the due dates of these steps that it leads."""
    if not steps:
        return {}
    organisation_ids = {step.lead_organisation_id for step in steps}
    dates = {step.due_on for step in steps}
    near = {"first": min(dates) - _REACH, "last": max(dates) + _REACH}
    if len(organisation_ids) <= _FEW:
        rows = _OF_SOME.rows(session, {"ids": [*organisation_ids], **near})
    else:
        rows = _OF_ALL.rows(session, near)
    found: dict[int, list[tuple[date, date]]] = defaultdict(list)
    for organisation_id, starts_on, ends_on in rows:
        found[organisation_id].append((starts_on, ends_on))
    return {id_: tuple(days) for id_, days in found.items()}


def announced_earlier(last: date) -> ColumnElement[bool]:
    """Steps of whom a rest until `last` or later lies ahead: they are spoken of before it."""
    shut = select(Closure.organisation_id).where(
        Closure.removed_at.is_(None), Closure.ends_on >= last
    )
    return Step.lead_organisation_id.in_(shut)
