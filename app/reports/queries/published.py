"""States as they were published, the latest first, with the names that may be read today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import Organisation, Person
from app.plans.models import Partner, Project
from app.reports.freezing import Consents, Frozen, thaw, veiled
from app.reports.models import Snapshot


@dataclass(frozen=True)
class PublishedLine:
    """One published state, in a list."""

    public_id: str
    as_of: date
    published_at: datetime
    published_by: str


def published_states(session: Session, territory_id: int) -> Sequence[PublishedLine]:
    """Those that stand, the latest day first; the frozen content is not read."""
    query = (
        select(
            Snapshot.public_id, Snapshot.as_of, Snapshot.published_at, Person.name.label("by_name")
        )
        .join(Person, Person.id == Snapshot.published_by_id)
        .where(Snapshot.territory_id == territory_id, Snapshot.withdrawn_at.is_(None))
        .order_by(Snapshot.as_of.desc())
    )
    return [PublishedLine(*row) for row in session.execute(query)]


def last_published(session: Session, territory_id: int) -> Snapshot | None:
    """What a funder and an elected official find first."""
    return session.scalar(
        select(Snapshot)
        .options(joinedload(Snapshot.published_by))
        .where(Snapshot.territory_id == territory_id, Snapshot.withdrawn_at.is_(None))
        .order_by(Snapshot.as_of.desc())
        .limit(1)
    )


def read_snapshot(session: Session, snapshot: Snapshot) -> Frozen:
    """What it says, without the firms that no longer agree to be named."""
    frozen = thaw(snapshot.content)
    sheet = frozen.sheet
    told = {one.public_id for one in sheet.advances} | {one.public_id for one in sheet.successes}
    return replace(frozen, sheet=veiled(sheet, _consents(session, told)))


def _consents(session: Session, projects: set[str]) -> dict[str, Consents]:
    names: dict[str, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    for project, name, is_named in session.execute(
        select(Project.public_id, Organisation.name, Organisation.named_publicly)
        .join(Partner, Partner.project_id == Project.id)
        .join(Organisation, Organisation.id == Partner.organisation_id)
        .where(Project.public_id.in_(projects))
    ):
        named, silent = names[project]
        (named if is_named else silent).add(name)
    return {
        project: Consents(frozenset(named), frozenset(silent))
        for project, (named, silent) in names.items()
    }
