"""Two records to make one, and all that stands anywhere, to compare."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import settings
from sqlalchemy import Table, exists, func, select
from sqlalchemy.orm import Session

from app.accounts.kinds import (
    OrganisationKind,
)
from app.accounts.models import (
    Merge,
    Organisation,
    Person,
)
from app.accounts.services.merging import (
    merge_organisations,
    merge_people,
)
from app.accounts.services.merging.references import references_to
from app.core.database import Base
from app.core.folding import fold
from app.journal.kinds import Via
from app.journal.recorder import acting
from tests.cast import NOW, Cast
from tests.parts.examples import ON_ONE_FIXTURE

DATABASE = settings(
    max_examples=40,
    # each example is rolled back
    suppress_health_check=ON_ONE_FIXTURE,
)
# what tells of the merge itself, and how often a record was written
TOLD = {"merge", "change"}


def everything(session: Session) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table but those that tell of the merge."""
    session.flush()
    found = {}
    for table in _filled(session):
        rows = session.execute(select(table)).mappings()
        found[table.name] = sorted(
            (
                {
                    name: value
                    for name, value in row.items()
                    if not (name == "version" and table.name in ("organisation", "person"))
                }
                for row in rows
            ),
            key=repr,
        )
    return found


def _filled(session: Session) -> list[Table]:
    """The tables that have rows, in one question: most have none."""
    asked = [one for one in Base.metadata.sorted_tables if one.name not in TOLD]
    has_rows = select(*(exists().select_from(table) for table in asked))
    return [table for table, has in zip(asked, session.execute(has_rows).one(), strict=True) if has]


def pointing_at(session: Session, target: str, row_id: int) -> list[str]:
    """Where an id still stands."""
    found = []
    for reference in references_to(target):
        condition = reference.column == row_id
        if reference.by is not None:
            condition &= reference.by == reference.value
        if session.scalar(select(func.count()).select_from(reference.table).where(condition)):
            found.append(f"{reference.table.name}.{reference.column.name}")
    return found


def second(
    session: Session, cast: Cast, name: str = "Le fournil (bis)", **more: Any
) -> Organisation:
    made = Organisation(
        name=name,
        kind=OrganisationKind.COMPANY,
        search_key=fold(name),
        created_at=NOW,
        territories=[cast.territory()],
        **more,
    )
    session.add(made)
    session.flush()
    return made


def join(
    session: Session,
    kept: Organisation,
    gone: Organisation,
    *fields: str,
    by_claim: bool = False,
) -> Merge:
    return merge_organisations(
        session,
        kept=kept,
        gone=gone,
        from_gone=frozenset(fields),
        versions=(kept.version, gone.version),
        person_id=1,
        territory_id=None,
        now=NOW,
        by_claim=by_claim,
    )


def join_people(session: Session, kept: Person, gone: Person, *fields: str) -> Merge:
    return merge_people(
        session,
        kept=kept,
        gone=gone,
        from_gone=frozenset(fields),
        versions=(kept.version, gone.version),
        person_id=1,
        territory_id=None,
        now=NOW,
    )


@pytest.fixture(autouse=True)
def somebody_acts(session: Session) -> None:
    acting(session, None, Via.COMMAND, NOW)
