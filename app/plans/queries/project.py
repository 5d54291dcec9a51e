"""What the project page reads: three statements whatever the number of steps."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from app.accounts.models import Membership, Organisation, Person, organisation_territory
from app.accounts.rules import sees_people_of
from app.core.prepared import Kept, PreparedRow
from app.core.viewer import Viewer
from app.plans.kinds import OPEN_STATUSES, BarrierKind, PartnerState, StepStatus
from app.plans.models import CheckItem, Comment, Dependency, Partner, Project, Step
from app.plans.rules import visible_projects, visible_steps


class StepLine(NamedTuple):
    """One step as a list shows it; `late` is derived, never stored."""

    id: int
    public_id: str
    title: str
    status: StepStatus
    due_on: date | None
    due_text: str | None
    is_milestone: bool
    done_on: date | None
    news_on: date | None
    barrier: BarrierKind | None
    barrier_note: str | None
    version: int
    organisation_id: int
    organisation: str
    person_id: int | None
    person: str | None
    times_moved: int
    # how many things are to tick off, and how many of them are ticked
    checks: int
    ticked: int
    # open steps that it waits for, and open steps that wait for it
    waits_for: int
    awaited_by: int
    late: bool


def editable_projects(viewer: Viewer) -> Select[Project]:
    """The project with the partners that the predicates of `rules` look at."""
    return visible_projects(viewer).options(
        joinedload(Project.territory), joinedload(Project.theme), joinedload(Project.partners)
    )


def editable_steps(viewer: Viewer) -> Select[Step]:
    """The step with its project, and its partners for the predicates again."""
    return visible_steps(viewer).options(
        contains_eager(Step.project).joinedload(Project.territory),
        contains_eager(Step.project).joinedload(Project.theme),
        contains_eager(Step.project).joinedload(Project.partners),
    )


def live_part(session: Session, project_id: int, organisation_id: int) -> Partner | None:
    """The part that an organisation has in a project, while it has one."""
    return session.scalar(
        select(Partner).where(
            Partner.project_id == project_id,
            Partner.organisation_id == organisation_id,
            Partner.state != PartnerState.RETIRED,
        )
    )


PROJECT_TO_CHANGE = PreparedRow(editable_projects)
STEP_TO_CHANGE = PreparedRow(editable_steps)


def _waiting(own: Any, others: Any) -> Any:
    """How many open steps stand at the other end of the Step row's dependencies."""
    other = aliased(Step)
    return (
        select(func.count())
        .select_from(Dependency)
        .join(other, other.id == others)
        .where(own == Step.id, other.status.in_(OPEN_STATUSES))
        .correlate(Step)
        .scalar_subquery()
    )


_CHECKS = select(func.count()).where(CheckItem.step_id == Step.id).correlate(Step).scalar_subquery()
_TICKED = (
    select(func.count(CheckItem.done_at))
    .where(CheckItem.step_id == Step.id)
    .correlate(Step)
    .scalar_subquery()
)
# what is counted around a step; a list and a single row read the same
STEP_COUNTS = (
    _CHECKS,
    _TICKED,
    _waiting(Dependency.step_id, Dependency.awaited_id),
    _waiting(Dependency.awaited_id, Dependency.step_id),
)
STEP_COLUMNS = (
    Step.id,
    Step.public_id,
    Step.title,
    Step.status,
    Step.due_on,
    Step.due_text,
    Step.is_milestone,
    Step.done_on,
    Step.news_on,
    Step.barrier,
    Step.barrier_note,
    Step.version,
    Step.lead_organisation_id,
    Organisation.name,
    Step.lead_person_id,
    Person.name,
    Step.times_moved,
    *STEP_COUNTS,
)


# statements that every request runs are built once: building one takes longer than running it
STEPS_OF_PROJECT = Kept(
    select(*STEP_COLUMNS)
    .join(Organisation, Organisation.id == Step.lead_organisation_id)
    .outerjoin(Person, Person.id == Step.lead_person_id)
    .where(Step.project_id == bindparam("project_id"))
    .order_by(Step.rank, Step.id)
)


def is_late(status: StepStatus, due_on: date | None, today: date) -> bool:
    """Past its date and still open. The due day itself is not late."""
    return due_on is not None and due_on < today and status in OPEN_STATUSES


def step_lines(session: Session, project_id: int, today: date) -> list[StepLine]:
    """The steps of a project in their order."""
    rows = STEPS_OF_PROJECT.rows(session, {"project_id": project_id})
    return [line_of(row, today) for row in rows]


def line_of(row: Any, today: date) -> StepLine:
    """A line from a row that begins with STEP_COLUMNS, in their order."""
    return StepLine._make([*row[: len(STEP_COLUMNS)], is_late(row[3], row[4], today)])


def comments(session: Session, project_id: int, step_id: int | None = None) -> Sequence[Comment]:
    """The latest fifty of a project, or of one of its steps, newest first."""
    about = Comment.project_id == project_id if step_id is None else Comment.step_id == step_id
    return session.scalars(
        select(Comment)
        .where(about)
        .options(joinedload(Comment.author))
        .order_by(Comment.id.desc())
        .limit(50)
    ).all()


def open_steps_led(session: Session, project_id: int, organisation_id: int) -> int:
    """How many open steps of a project an organisation leads."""
    return (
        session.scalar(
            select(func.count()).where(
                Step.project_id == project_id,
                Step.lead_organisation_id == organisation_id,
                Step.status.in_(OPEN_STATUSES),
            )
        )
        or 0
    )


def organisations_of(session: Session, territory_id: int) -> list[tuple[int, str]]:
    """(id, name) of the organisations that can take part, in French order."""
    return [
        (row.id, row.name)
        for row in session.execute(
            select(Organisation.id, Organisation.name)
            .join(
                organisation_territory,
                organisation_territory.c.organisation_id == Organisation.id,
            )
            .where(organisation_territory.c.territory_id == territory_id)
            .order_by(Organisation.search_key)
        )
    ]


def people_of(
    session: Session, viewer: Viewer, territory_id: int, project_ids: Collection[int]
) -> list[tuple[int, int, str, str]]:
    """(organisation id, person id, person, organisation) of the contacts to choose among.

    Those that the viewer reads by name anyway, and those of the organisations that are in these
    projects or lead a step there: who owns a project knows its people, not the whole territory's.
    """
    partners = select(Partner.organisation_id).where(
        Partner.project_id.in_(project_ids), Partner.state != PartnerState.RETIRED
    )
    leading = select(Step.lead_organisation_id).where(Step.project_id.in_(project_ids))
    of = organisation_territory.c
    here = select(of.organisation_id).where(of.territory_id == territory_id)
    return [
        (row[0], row[1], row[2], row[3])
        for row in session.execute(
            select(Organisation.id, Person.id, Person.name, Organisation.name)
            .join(Membership, Membership.organisation_id == Organisation.id)
            .join(Person, Person.id == Membership.person_id)
            .where(
                Organisation.id.in_(here),
                Membership.ended_on.is_(None),
                Person.anonymised_at.is_(None),
                or_(
                    sees_people_of(viewer),
                    Organisation.id.in_(partners),
                    Organisation.id.in_(leading),
                ),
            )
            .order_by(Organisation.search_key, Person.search_key)
        )
    ]
