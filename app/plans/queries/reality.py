"""What a project has come to: what works, and what holds it up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, joinedload

from app.accounts.models import Organisation
from app.core.viewer import Viewer
from app.plans.kinds import BarrierKind, StepStatus
from app.plans.models import Barrier, Exchange, Project, Step
from app.plans.rules import visible_barriers

# what lifted such barriers elsewhere: the latest few say enough
LEVERS = 5


class ExchangeLine(NamedTuple):
    public_id: str
    giver: str | None
    user: str
    label: str
    since: date
    until: date | None


class StuckStep(NamedTuple):
    public_id: str
    title: str
    barrier: BarrierKind | None
    barrier_note: str | None
    lever: str | None
    blocked_on: date | None
    organisation: str


def exchanges_of(session: Session, project_id: int) -> list[ExchangeLine]:
    """Those that last first, each from its beginning; one statement."""
    giver, user = aliased(Organisation), aliased(Organisation)
    rows = session.execute(
        select(
            Exchange.public_id,
            giver.name,
            user.name,
            Exchange.label,
            Exchange.since,
            Exchange.until,
        )
        .outerjoin(giver, giver.id == Exchange.giver_id)
        .join(user, user.id == Exchange.user_id)
        .where(Exchange.project_id == project_id)
        .order_by(Exchange.until.is_not(None), Exchange.since, Exchange.id)
    )
    return [ExchangeLine(*row) for row in rows]


def barriers_of(session: Session, project_id: int) -> Sequence[Barrier]:
    """Those that hold first, the latest first."""
    return session.scalars(
        select(Barrier)
        .where(Barrier.project_id == project_id)
        .options(joinedload(Barrier.helper))
        .order_by(Barrier.lifted_on.is_not(None), Barrier.noted_on.desc(), Barrier.id.desc())
    ).all()


def stuck_steps(session: Session, project_id: int) -> list[StuckStep]:
    rows = session.execute(
        select(
            Step.public_id,
            Step.title,
            Step.barrier,
            Step.barrier_note,
            Step.lever,
            Step.blocked_on,
            Organisation.name,
        )
        .join(Organisation, Organisation.id == Step.lead_organisation_id)
        .where(Step.project_id == project_id, Step.status == StepStatus.BLOCKED)
        .order_by(Step.rank, Step.id)
    )
    return [StuckStep(*row) for row in rows]


def levers_that_worked(
    session: Session, viewer: Viewer, project: Project
) -> list[tuple[BarrierKind, str, str]]:
    """(kind, how, project) of barriers lifted in projects of the territory that this viewer
    carries or drives, the latest first: what helped there may help here."""
    rows = session.execute(
        visible_barriers(viewer)
        .where(
            Barrier.territory_id == project.territory_id,
            Barrier.project_id != project.id,
            Barrier.lifted_how != "",
        )
        .with_only_columns(Barrier.kind, Barrier.lifted_how, Project.title)
        .order_by(Barrier.lifted_on.desc(), Barrier.id.desc())
        .limit(LEVERS)
    )
    return [(row[0], row[1], row[2]) for row in rows]
