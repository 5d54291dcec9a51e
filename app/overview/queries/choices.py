"""What the filters offer: names that stand in steps which this viewer reads, and nobody else's."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import ActivityZone, Organisation, Person
from app.core.prepared import AnyRows
from app.core.viewer import Viewer
from app.overview.queries.conditions import joined
from app.plans.models import ActionPlan, Theme

Pairs = list[tuple[str, str]]


class Choices(NamedTuple):
    """(public id, name) of each, in French order; themes in the plan's."""

    themes: Pairs
    zones: Pairs
    organisations: Pairs
    people: Pairs


def choices_of(session: Session, viewer: Viewer, plan: ActionPlan) -> Choices:
    themes: AnyRows = select(Theme.public_id, Theme.title).where(Theme.plan_id == plan.id)
    return Choices(
        themes=_pairs(session, themes.order_by(Theme.rank)),
        zones=_pairs(session, _named(viewer, plan, ActivityZone.public_id, ActivityZone.name)),
        organisations=_pairs(
            session,
            _named(
                viewer, plan, Organisation.public_id, Organisation.name, Organisation.search_key
            ),
        ),
        people=_pairs(
            session, _named(viewer, plan, Person.public_id, Person.name, Person.search_key)
        ),
    )


def _named(viewer: Viewer, plan: ActionPlan, public_id: Any, name: Any, *by: Any) -> AnyRows:
    query = joined(select(public_id, name, *by).distinct(), viewer, plan.id)
    return query.where(public_id.is_not(None)).order_by(*(by or (name,)))


def _pairs(session: Session, query: AnyRows) -> Pairs:
    return [(row[0], row[1]) for row in session.execute(query)]
