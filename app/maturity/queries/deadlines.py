"""The dates of programmes: those of one year, and those that are told beside a programme's page."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Subquery, and_, case, func, select
from sqlalchemy.orm import Session

from app.accounts.models import Territory
from app.frameworks.format import NodeDraft, walk
from app.frameworks.models import Framework, FrameworkVersion
from app.frameworks.scoring import score
from app.maturity.kinds import CriterionStatus
from app.maturity.models import Assessment, Criterion, Deadline
from app.maturity.programmes import SOON, is_deliverable
from app.maturity.queries.years import confirmed_in, trees_of
from app.maturity.reading import statuses_of
from app.maturity.standings import Confirmed


def deadlines_of(session: Session, assessment: str | None) -> dict[str, date]:
    """By ref, of the assessment of this public id; none where nobody opened one."""
    rows = session.execute(
        select(Deadline.ref, Deadline.due_on)
        .join(Assessment, Assessment.id == Deadline.assessment_id)
        .where(Assessment.public_id == assessment)
    )
    return {row.ref: row.due_on for row in rows}


@dataclass(frozen=True)
class DatedItem:
    """An item of a programme with its date, as it is told away from the programme's page.

    `assessment` is the public id of its year; `is_current`: that year is the one which the page
    shows, and the territory is concerned by the item.
    """

    assessment: str
    territory: str
    framework: str
    programme: str
    ref: str
    title: str
    is_deliverable: bool
    due_on: date
    is_done: bool
    is_current: bool
    territory_id: int

    @property
    def page(self) -> str:
        """Where it stands on the programme's page."""
        return f"/territoires/{self.territory}/programmes/{self.framework}#point-{self.ref}"


def awaited_items(session: Session, territory_id: int, today: date) -> list[DatedItem]:
    """Past their date or within the month, not done, of a programme that still runs.

    One statement where there are none, three otherwise.
    """
    followed = _followed([territory_id], today.year)
    found = _dated(
        session,
        followed,
        Deadline.due_on <= today + SOON,
        Assessment.frozen_at.is_(None),
        followed.c.place == 1,
        func.coalesce(Criterion.status, "") != CriterionStatus.DONE,
    )
    return [one for one in found if one.is_current]


def dated_items(
    session: Session, territory_ids: Collection[int], today: date, since: date
) -> list[DatedItem]:
    """Every date from a day on, of every year; one statement where there are none, else three."""
    return _dated(session, _followed(territory_ids, today.year), Deadline.due_on >= since)


def _followed(territory_ids: Collection[int], year: int) -> Subquery:
    """Their assessments by `place`: 1 is the one that a programme's page shows, as `overview`
    picks it: this year's, else the latest there is."""
    place = func.row_number().over(
        partition_by=(Assessment.territory_id, FrameworkVersion.framework_id),
        order_by=(
            case((Assessment.year == year, 0), else_=1),
            Assessment.year.desc(),
            FrameworkVersion.number.desc(),
        ),
    )
    return (
        select(Assessment.id, place.label("place"))
        .join(FrameworkVersion, FrameworkVersion.id == Assessment.version_id)
        .where(Assessment.territory_id.in_(territory_ids))
        .subquery()
    )


def _dated(session: Session, followed: Subquery, *which: ColumnElement[bool]) -> list[DatedItem]:
    rows = session.execute(
        select(
            Deadline,
            Assessment,
            Territory.public_id,
            Framework.public_id,
            Criterion.status,
            followed.c.place,
        )
        .join(Assessment, Assessment.id == Deadline.assessment_id)
        .join(followed, followed.c.id == Assessment.id)
        .join(FrameworkVersion, FrameworkVersion.id == Assessment.version_id)
        .join(Framework, Framework.id == FrameworkVersion.framework_id)
        .join(Territory, Territory.id == Assessment.territory_id)
        .outerjoin(
            Criterion,
            and_(Criterion.assessment_id == Assessment.id, Criterion.ref == Deadline.ref),
        )
        .where(*which)
        .order_by(Deadline.due_on, Deadline.id)
    ).all()
    if not rows:
        return []
    nodes = _nodes(session, {row[1].id: row[1].version_id for row in rows})
    return [
        DatedItem(
            assessment=year.public_id,
            territory=territory,
            framework=framework,
            programme=nodes[year.id].title,
            ref=due.ref,
            title=nodes[year.id].by_ref[due.ref].title,
            is_deliverable=is_deliverable(nodes[year.id].by_ref[due.ref]),
            due_on=due.due_on,
            is_done=status is CriterionStatus.DONE,
            is_current=place == 1 and due.ref in nodes[year.id].concerned,
            territory_id=due.territory_id,
        )
        for due, year, territory, framework, status, place in rows
    ]


@dataclass(frozen=True)
class _Tree:
    """A year's text, and what of it the territory is concerned by."""

    title: str
    by_ref: Mapping[str, NodeDraft]
    concerned: frozenset[str]


def _nodes(session: Session, versions: Mapping[int, int]) -> dict[int, _Tree]:
    """By assessment; `versions` names the version of each."""
    trees = trees_of(session, versions.values())
    said = confirmed_in(session, sorted(versions))
    return {year: _tree(trees[version], said.get(year, {})) for year, version in versions.items()}


def _tree(roots: Iterable[NodeDraft], said: Mapping[str, Confirmed]) -> _Tree:
    roots = tuple(roots)
    scores = score(roots, statuses_of(said))
    return _Tree(
        roots[0].title,
        {node.id: node for node in walk(roots)},
        frozenset(ref for ref, one in scores.items() if one.concerned),
    )
