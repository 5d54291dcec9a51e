"""Steps typed as lines: made in one go, each paste once, and taken back as long as it is fresh."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.models import Ask, Membership, Organisation, Person
from app.core.refusals import RefusedError
from app.journal.kinds import Action
from app.journal.models import Change
from app.journal.recorder import in_batch, taking_back
from app.plans.kinds import PartnerState, StepStatus
from app.plans.models import CheckItem, Comment, Dependency, Flow, Partner, Project, Step
from app.plans.services.steps import add_step

UNDONE_WITHIN = timedelta(hours=1)
TOO_LATE = "Cette saisie ne s’annule plus d’ici : changez les étapes une à une."
Holds = Callable[[Session, Collection[int]], set[int]]
_holds: list[Holds] = []


def register_hold(holds: Holds) -> None:
    """Say at composition which of these steps a room above has built on: they stay."""
    if holds not in _holds:
        _holds.append(holds)


@dataclass(frozen=True)
class NewStep:
    """One step to make."""

    project: Project
    title: str
    organisation_id: int
    person_id: int | None = None
    due_on: date | None = None
    due_text: str | None = None
    description: str = ""
    is_milestone: bool = False


@dataclass(frozen=True)
class TakenBack:
    """How many steps went, and how many stay since somebody has worked on them."""

    gone: int
    kept: int


def paste_of(person_id: int, *said: str) -> str:
    """What stands for one sending of one form: sent again, it is the same; with other words, not.

    It is the `batch` of all that the paste writes, so that the change log knows it again.
    """
    words = "\x1f".join((str(person_id), *said))
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def claim(session: Session, projects: Sequence[Project], paste: str) -> bool:
    """Begin a paste in these projects, which are locked; False where it stands already.

    Raises RefusedError where it stood and was taken back: its words are there to be sent anew.
    """
    ids = sorted({project.id for project in projects})
    session.execute(
        select(Project.id).where(Project.id.in_(ids)).order_by(Project.id).with_for_update()
    )
    if _was_taken_back(session, ids, paste):
        raise RefusedError("Cette saisie a été annulée. Ajoutez-la de nouveau si vous y tenez.")
    if session.scalar(select(exists().where(Change.batch == paste))):
        return False
    in_batch(session, paste)
    return True


def _was_taken_back(session: Session, project_ids: Collection[int], paste: str) -> bool:
    back = exists().where(Change.project_id.in_(project_ids), Change.undoes == paste)
    return session.scalar(select(back)) is True


def make_steps(session: Session, steps: Sequence[NewStep], *, now: datetime) -> list[Step]:
    """All of them, at the end of their projects' lists."""
    return [
        add_step(
            session,
            step.project,
            title=step.title,
            description=step.description,
            lead_organisation_id=step.organisation_id,
            lead_person_id=step.person_id,
            due_on=step.due_on,
            due_text=step.due_text,
            is_milestone=step.is_milestone,
            now=now,
        )
        for step in steps
    ]


def take_back(session: Session, paste: str, *, person_id: int, now: datetime) -> TakenBack:
    """Undo one's own paste: what it made goes where nobody has touched it since.

    The caller asked for the right to each project (`projects_of`). Raises RefusedError.
    """
    made = _made(session, paste)
    mine = bool(made) and all(line.actor_id == person_id for line in made)
    fresh = mine and made[0].at > now - UNDONE_WITHIN
    projects = {line.project_id for line in made if line.project_id is not None}
    if not fresh or _was_taken_back(session, projects, paste):
        raise RefusedError(TOO_LATE)
    taking_back(session, paste)
    ids = {name: [line.entity_id for line in made if line.entity == name] for name in _MADE}
    steps = list(session.scalars(select(Step).where(Step.id.in_(ids["Step"])).with_for_update()))
    going = _untouched(session, steps)
    if not going:
        raise RefusedError(TOO_LATE)
    for step in going:
        session.delete(step)
    session.flush()
    drop_idle_partners(session, ids["Partner"])
    _drop_people(session, ids["Person"])
    _drop_organisations(session, ids["Organisation"])
    return TakenBack(len(going), len(ids["Step"]) - len(going))


def projects_of(session: Session, paste: str) -> set[int]:
    """The projects in which a paste made steps."""
    return {line.project_id for line in _made(session, paste) if line.project_id is not None}


_MADE = ("Step", "Partner", "Membership", "Person", "Organisation")


def _made(session: Session, paste: str) -> list[Change]:
    query = select(Change).where(Change.batch == paste, Change.action == Action.CREATED)
    return list(session.scalars(query.order_by(Change.id)))


def _untouched(session: Session, steps: Sequence[Step]) -> list[Step]:
    """Those that are as they were made, and that nothing else speaks of."""
    ids = [step.id for step in steps]
    held = set(session.scalars(select(Comment.step_id).where(Comment.step_id.in_(ids))))
    for column in (CheckItem.step_id, Dependency.step_id, Dependency.awaited_id):
        held |= set(session.scalars(select(column).where(column.in_(ids))))
    asked = select(Ask.subject_id).where(Ask.subject_kind == "step", Ask.subject_id.in_(ids))
    held |= set(session.scalars(asked))
    for holds in _holds:
        held |= holds(session, ids)
    return [
        step
        for step in steps
        if step.version == 1 and step.status is StepStatus.TODO and step.id not in held
    ]


def drop_idle_partners(session: Session, ids: Sequence[int]) -> None:
    """Whoever was named a partner by a step that is gone, and has no other part in it."""
    leads = exists().where(
        Step.project_id == Partner.project_id,
        Step.lead_organisation_id == Partner.organisation_id,
    )
    flows = exists().where(
        Flow.project_id == Partner.project_id, Flow.organisation_id == Partner.organisation_id
    )
    idle = select(Partner).where(
        Partner.id.in_(ids),
        Partner.version == 1,
        Partner.state == PartnerState.APPROACHED,
        ~leads,
        ~flows,
    )
    _delete(session, list(session.scalars(idle)))


def _drop_people(session: Session, ids: Sequence[int]) -> None:
    """Each with their place, or neither: nobody who stays is left without one."""
    for person in session.scalars(
        select(Person).where(Person.id.in_(ids), Person.version == 1)
    ).all():
        places = session.scalars(select(Membership).where(Membership.person_id == person.id)).all()
        if not any(place.function or place.ended_on for place in places):
            _delete(session, [*places, person])


def _drop_organisations(session: Session, ids: Sequence[int]) -> None:
    fresh = select(Organisation).where(Organisation.id.in_(ids), Organisation.version == 1)
    for organisation in session.scalars(fresh).all():
        _delete(session, [organisation])


def _delete(session: Session, rows: Sequence[object]) -> None:
    """Where something else points to one of them by now, they stay."""
    try:
        with session.begin_nested():
            for row in rows:
                session.delete(row)
                session.flush()
    except IntegrityError:
        return
