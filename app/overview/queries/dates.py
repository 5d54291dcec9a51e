"""Dates of programmes in a person's calendar: of the territories that they follow."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.viewer import Viewer
from app.frameworks.models import Node
from app.journal.kinds import Action
from app.journal.models import Change
from app.maturity.models import Assessment, Criterion, Deadline
from app.maturity.queries.deadlines import DatedItem, dated_items
from app.overview.queries.feed import BACK, CANCELLED_FOR, MOST

_ABOUT_ITEMS = (Deadline.__name__, Criterion.__name__, Assessment.__name__)

Heard = Mapping[int | None, tuple[int, datetime]]


class FeedDate(NamedTuple):
    """A date as a calendar tells it; `item` is None where the date was taken away.

    `sequence` and `changed_at` rise with each change of what is said of any item in the
    territory: an answer to a question can call off what nobody touched.
    """

    assessment: str
    ref: str
    title: str
    day: date
    sequence: int
    changed_at: datetime
    is_off: bool
    item: DatedItem | None


def feed_dates(session: Session, viewer: Viewer, now: datetime) -> list[FeedDate]:
    """Those of every year, and those taken away of late: programs keep what merely vanishes.

    What is done stays; what was left undone in a year that another one followed is off.
    """
    items = dated_items(session, viewer.follows, now.date(), (now - BACK).date())
    removed = _removed(session, viewer.follows, now)
    if not items and not removed:
        return []
    heard = _heard(session, viewer.follows)
    present = {(one.assessment, one.ref) for one in items}
    standing = (
        FeedDate(
            one.assessment,
            one.ref,
            one.title,
            one.due_on,
            *heard[one.territory_id],
            is_off=not one.is_current and not one.is_done,
            item=one,
        )
        for one in items
    )
    return [*standing, *_gone(session, removed, present, heard)]


def _heard(session: Session, territory_ids: Collection[int]) -> Heard:
    """By territory: how often the journal heard of its years, items and dates, and when last."""
    rows = session.execute(
        select(Change.territory_id, func.count(), func.max(Change.at))
        .where(Change.entity.in_(_ABOUT_ITEMS), Change.territory_id.in_(territory_ids))
        .group_by(Change.territory_id)
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def _removed(
    session: Session, territory_ids: Collection[int], now: datetime
) -> dict[tuple[int, str], tuple[date, datetime]]:
    """{(territory, ref): (the last day that it had, when it was taken away)}, by the journal."""
    rows = session.execute(
        select(Change.territory_id, Change.fields, Change.at)
        .where(
            Change.entity == Deadline.__name__,
            Change.action == Action.REMOVED,
            Change.at >= now - CANCELLED_FOR,
            Change.territory_id.in_(territory_ids),
        )
        .order_by(Change.id.desc())
        .limit(MOST)
    )
    found: dict[tuple[int, str], tuple[date, datetime]] = {}
    for territory_id, fields, at in rows:
        ref, day = (fields.get(name, [None])[0] for name in ("ref", "due_on"))
        if ref and day:
            found.setdefault((territory_id, ref), (date.fromisoformat(day), at))
    return found


def _gone(
    session: Session,
    removed: Mapping[tuple[int, str], tuple[date, datetime]],
    present: Collection[tuple[str, str]],
    heard: Heard,
) -> Iterator[FeedDate]:
    """The journal does not say of which year: each year whose text has the item is told."""
    if not removed:
        return
    rows = session.execute(
        select(Assessment.territory_id, Assessment.public_id, Node.ref, Node.title)
        .join(Node, Node.version_id == Assessment.version_id)
        .where(
            Assessment.territory_id.in_({territory for territory, _ref in removed}),
            Node.ref.in_({ref for _territory, ref in removed}),
        )
        .order_by(Assessment.id, Node.id)
    )
    for territory_id, assessment, ref, title in rows:
        if (territory_id, ref) in removed and (assessment, ref) not in present:
            day, at = removed[territory_id, ref]
            count, _last = heard[territory_id]
            yield FeedDate(assessment, ref, title, day, count, at, is_off=True, item=None)
