"""What else the person behind a link may do about a step: the same predicates as signed in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import AskKind, AskState
from app.accounts.models import Ask, Membership, Person
from app.accounts.sessions import viewer_of
from app.agreements.rules import may_pass_on
from app.agreements.subjects import STEP
from app.plans.kinds import ProjectState
from app.plans.models import Indicator, Step
from app.plans.queries.project import editable_steps
from app.plans.rules import may_comment, may_measure, offers_sources
from app.plans.shelf import ProjectShelf

Choice = tuple[str, str]


@dataclass(frozen=True)
class Beyond:
    """Choices are (public id, words). `passed_to`: who was asked to take the step over, and has
    not said no; `may_admit`: whether a colleague may be named who is not known yet.
    """

    colleagues: list[Choice] = field(default_factory=list)
    may_admit: bool = False
    passed_to: str | None = None
    may_say: bool = False
    indicators: list[Choice] = field(default_factory=list)
    may_give: bool = False

    @property
    def may_pass_on(self) -> bool:
        return bool(self.colleagues) or self.may_admit

    @property
    def may_add(self) -> bool:
        return self.may_say or self.may_give or bool(self.indicators)


NOTHING = Beyond()


def beyond(session: Session, person_id: int, step_ids: Collection[int]) -> dict[int, Beyond]:
    """By step; a constant number of statements."""
    viewer = viewer_of(session, person_id)
    if viewer is None or not step_ids:
        return {}
    steps = session.scalars(editable_steps(viewer).where(Step.id.in_(step_ids))).unique().all()
    indicators = _indicators(session, {step.project_id for step in steps})
    colleagues = _colleagues(session, person_id, {step.lead_organisation_id for step in steps})
    passed = _passed_to(session, step_ids)
    found = {}
    for step in steps:
        project, own = step.project, step.lead_organisation_id
        passes = may_pass_on(viewer, step) and project.state is not ProjectState.DRAFT
        measures = may_measure(viewer, project) and own in offers_sources(viewer, project)
        found[step.id] = Beyond(
            colleagues=colleagues[own] if passes else [],
            may_admit=passes and own in viewer.manages,
            passed_to=passed.get(step.id),
            may_say=may_comment(viewer, project),
            indicators=indicators[project.id] if measures else [],
            may_give=ProjectShelf(viewer, project).may_give,
        )
    return found


def _indicators(session: Session, project_ids: Collection[int]) -> dict[int, list[Choice]]:
    found: dict[int, list[Choice]] = defaultdict(list)
    for one in session.scalars(
        select(Indicator)
        .where(Indicator.project_id.in_(project_ids), Indicator.removed_at.is_(None))
        .order_by(Indicator.id)
    ):
        found[one.project_id].append((one.public_id, f"{one.label} ({one.unit})"))
    return found


def _colleagues(
    session: Session, person_id: int, organisation_ids: Collection[int]
) -> dict[int, list[Choice]]:
    """Others of these organisations whom a mail reaches, in French order."""
    found: dict[int, list[Choice]] = defaultdict(list)
    rows = session.execute(
        select(Membership.organisation_id, Person.public_id, Person.name)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.organisation_id.in_(organisation_ids),
            Membership.ended_on.is_(None),
            Person.id != person_id,
            Person.email.is_not(None),
            Person.anonymised_at.is_(None),
        )
        .order_by(Person.search_key, Person.id)
    )
    for organisation_id, public_id, name in rows:
        found[organisation_id].append((public_id, name))
    return found


def _passed_to(session: Session, step_ids: Collection[int]) -> dict[int, str]:
    """The names of those last asked to take these steps over, who may still say yes or have."""
    rows = session.execute(
        select(Ask.subject_id, Ask.state, Person.name)
        .join(Person, Person.id == Ask.asked_person_id)
        .where(
            Ask.kind == AskKind.HAND_OVER,
            Ask.subject_kind == STEP,
            Ask.subject_id.in_(step_ids),
        )
        .order_by(Ask.id)
    )
    latest = {step_id: (state, name) for step_id, state, name in rows}
    return {
        step_id: name
        for step_id, (state, name) in latest.items()
        if state in (AskState.OPEN, AskState.ACCEPTED)
    }
