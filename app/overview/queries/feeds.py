"""The calendar addresses that are open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.viewer import Viewer
from app.overview.models import CalendarFeed
from app.plans.models import Project
from app.plans.rules import visible_projects


def live_feed(session: Session, public_id: str) -> CalendarFeed | None:
    return session.scalar(
        select(CalendarFeed).where(
            CalendarFeed.public_id == public_id, CalendarFeed.revoked_at.is_(None)
        )
    )


def feed_of(session: Session, person_id: int, project_id: int | None) -> CalendarFeed | None:
    """The one that this person has open for all that is theirs, or for a project."""
    return session.scalar(
        select(CalendarFeed).where(
            CalendarFeed.person_id == person_id,
            CalendarFeed.project_id.is_not_distinct_from(project_id),
            CalendarFeed.revoked_at.is_(None),
        )
    )


class ProjectFeed(NamedTuple):
    title: str
    public_id: str


def project_feeds(session: Session, viewer: Viewer) -> Sequence[ProjectFeed]:
    """The projects that the viewer still sees and has an address open for."""
    rows = session.execute(
        visible_projects(viewer)
        .with_only_columns(Project.title, Project.public_id)
        .join(CalendarFeed, CalendarFeed.project_id == Project.id)
        .where(CalendarFeed.person_id == viewer.person_id, CalendarFeed.revoked_at.is_(None))
        .order_by(Project.search_key, Project.id)
    )
    return [ProjectFeed(*row) for row in rows]
