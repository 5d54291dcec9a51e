"""What people do to the steps and flows of a project. The caller checked rights and commits."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.rank import between, spread
from app.core.refusals import RefusedError, require_version
from app.journal.row import change_row
from app.plans.kinds import (
    BarrierKind,
    FlowDirection,
    PartnerRole,
    PartnerState,
    ProjectState,
    ResourceKind,
    StepStatus,
)
from app.plans.models import Flow, FlowAccess, Project, Step
from app.plans.services.projects import name_partner


def add_step(
    session: Session,
    project: Project,
    *,
    title: str,
    lead_organisation_id: int,
    now: datetime,
    lead_person_id: int | None = None,
    due_on: date | None = None,
    due_text: str | None = None,
    description: str = "",
    is_milestone: bool = False,
) -> Step:
    """A step at the end of the list. Whoever leads one becomes a partner « pressenti »."""
    _make_partner(session, project, lead_organisation_id)
    last = session.scalar(select(func.max(Step.rank)).where(Step.project_id == project.id))
    step = Step(
        project=project,
        territory_id=project.territory_id,
        title=title.strip(),
        description=description,
        lead_organisation_id=lead_organisation_id,
        lead_person_id=lead_person_id,
        due_on=due_on,
        due_text=None if due_on else due_text,
        scheduled_at=now,
        is_milestone=is_milestone,
        rank=between(last, None),
        created_at=now,
    )
    session.add(step)
    session.flush()
    return step


def _make_partner(session: Session, project: Project, organisation_id: int) -> None:
    known = {
        partner.organisation_id
        for partner in project.partners
        if partner.state is not PartnerState.RETIRED
    }
    if organisation_id not in known:
        name_partner(
            session,
            project,
            organisation_id=organisation_id,
            role=PartnerRole.CONTRIBUTOR,
        )


def describe_step(
    session: Session,
    step: Step,
    *,
    seen_version: int | None,
    title: str,
    description: str,
    lead_organisation_id: int,
    lead_person_id: int | None,
    due_on: date | None,
    due_text: str | None,
    is_milestone: bool,
    now: datetime,
    taken_back: bool = False,
) -> None:
    """Change what a step says. Raises StaleError when the form is out of date.

    `taken_back`: a date that comes back is one move less, not one more.
    """
    require_version(step.version, seen_version)
    if lead_organisation_id != step.lead_organisation_id:
        _make_partner(session, step.project, lead_organisation_id)
    step.title = title.strip()
    step.description = description
    step.lead_organisation_id = lead_organisation_id
    step.lead_person_id = lead_person_id
    step.is_milestone = is_milestone
    step.due_text = None if due_on else due_text
    _set_due(step, due_on, now, move=-1 if taken_back else 1)


def _set_due(step: Step, due_on: date | None, now: datetime, *, move: int = 1) -> None:
    """A date that replaces another counts as a move once the project has been launched."""
    if step.due_on == due_on:
        return
    if step.due_on and due_on and step.project.state is not ProjectState.DRAFT:
        step.times_moved = max(0, step.times_moved + move)
    step.due_on = due_on
    step.scheduled_at = now
    step.news_on = None


def reschedule_step(session: Session, step: Step, *, due_on: date, now: datetime) -> None:
    """A new date, which is a new occasion for reminders; lifts a promise of news."""
    _require_open(step)
    step.due_text = None
    _set_due(step, due_on, now)
    session.flush()


def hand_step(session: Session, step: Step, *, organisation_id: int, person_id: int | None) -> None:
    """Another organisation leads it from now on; its reminders go there."""
    _require_open(step)
    _make_partner(session, step.project, organisation_id)
    step.lead_organisation_id = organisation_id
    step.lead_person_id = person_id
    session.flush()


# what a step that moves again no longer says
_UNBLOCKED = {"blocked_on": None, "barrier": None, "barrier_note": None, "lever": None}


def start_step(session: Session, step: Step, *, news_on: date | None = None) -> None:
    """« En cours », perhaps with the day on which there will be news; silent until then."""
    status = StepStatus.IN_PROGRESS
    change_row(session, step, status=status, done_on=None, news_on=news_on, **_UNBLOCKED)


def complete_step(session: Session, step: Step, *, today: date) -> None:
    """« Fait ». Said twice, it stays done on the first day."""
    if step.status is StepStatus.DONE:
        return
    status = StepStatus.DONE
    change_row(session, step, status=status, done_on=today, news_on=None, **_UNBLOCKED)


def block_step(
    session: Session,
    step: Step,
    *,
    barrier: BarrierKind,
    note: str | None,
    today: date,
    lever: str | None = None,
) -> None:
    """« Ça coince », with the kind of barrier; silent until it is lifted.

    `lever`: what would lift it; None leaves what was said before.
    """
    change_row(
        session,
        step,
        status=StepStatus.BLOCKED,
        blocked_on=step.blocked_on or today,
        barrier=barrier,
        barrier_note=(note or "").strip()[:400] or None,
        lever=step.lever if lever is None else lever.strip()[:400] or None,
        done_on=None,
    )


def reopen_step(session: Session, step: Step) -> None:
    """Back to « à faire »: also lifts a block and takes « fait » back."""
    change_row(session, step, status=StepStatus.TODO, done_on=None, **_UNBLOCKED)


def abandon_step(session: Session, step: Step) -> None:
    change_row(session, step, status=StepStatus.ABANDONED, done_on=None, **_UNBLOCKED)


def _require_open(step: Step) -> None:
    if step.status in (StepStatus.DONE, StepStatus.ABANDONED):
        raise RefusedError("Cette étape est déjà terminée : sa date ne bouge plus.")


def move_step(session: Session, step: Step, *, up: bool) -> None:
    """Change places with a neighbour by writing this one row; refused at the end of the list."""
    steps = list(
        session.scalars(
            select(Step).where(Step.project_id == step.project_id).order_by(Step.rank, Step.id)
        )
    )
    if len({other.rank for other in steps}) < len(steps):
        # two people added one at the same moment: give every step a place of its own first
        for other, rank in zip(steps, spread(len(steps)), strict=True):
            other.rank = rank
    ranks = [other.rank for other in steps]
    at = steps.index(step)
    if up and at == 0:
        raise RefusedError("Cette étape est déjà la première.")
    if not up and at == len(ranks) - 1:
        raise RefusedError("Cette étape est déjà la dernière.")
    if up:
        step.rank = between(ranks[at - 2] if at > 1 else None, ranks[at - 1])
    else:
        step.rank = between(ranks[at + 1], ranks[at + 2] if at + 2 < len(ranks) else None)
    session.flush()


def declare_flow(
    session: Session,
    project: Project,
    *,
    organisation_id: int,
    direction: FlowDirection,
    resource: ResourceKind,
    label: str,
    quantity: Decimal | None,
    unit: str | None,
    now: datetime,
    price: Decimal | None = None,
) -> Flow:
    """What a partner proposes or looks for; its quantity is open to the partners of today.

    `price` in euros for one unit of the quantity, None without one.
    """
    _make_partner(session, project, organisation_id)
    flow = Flow(
        project=project,
        territory_id=project.territory_id,
        organisation_id=organisation_id,
        direction=direction,
        resource=resource,
        label=label.strip(),
        quantity=quantity,
        unit=unit if quantity is not None else None,
        price_cents=int(price * 100) if price is not None and quantity is not None else None,
        opened_at=now,
    )
    session.add(flow)
    session.flush()
    return flow


def open_flow(flow: Flow, *, now: datetime) -> None:
    """Let the partners who have confirmed since then read the quantity, too."""
    flow.opened_at = now


def set_reader(flow: Flow, organisation_id: int, *, is_open: bool, now: datetime) -> None:
    """Open a flow's quantity to one organisation by name, or close it to them, from now on."""
    known = [one for one in flow.accesses if one.organisation_id == organisation_id]
    if known:
        known[0].is_open, known[0].decided_at = is_open, now
        return
    flow.accesses.append(
        FlowAccess(
            project_id=flow.project_id,
            territory_id=flow.territory_id,
            organisation_id=organisation_id,
            is_open=is_open,
            decided_at=now,
        )
    )
