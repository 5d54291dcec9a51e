"""A step goes back by the verbs that people use: its date, its words, how it is going."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.accounts.models import Membership, Person
from app.core.clock import local_day
from app.core.refusals import RefusedError
from app.core.viewer import Viewer
from app.journal.models import Change
from app.logbook.undoing.registry import Back, Undo, When
from app.plans.kinds import BarrierKind, PartnerState, StepStatus
from app.plans.models import Step
from app.plans.rules import may_edit_step, may_report
from app.plans.services.steps import (
    abandon_step,
    block_step,
    complete_step,
    describe_step,
    reopen_step,
    start_step,
)

_REPORTED = frozenset({"status", "barrier", "barrier_note", "lever", "news_on"})
_DESCRIBED = frozenset(
    {
        "title",
        "description",
        "lead_organisation_id",
        "lead_person_id",
        "due_on",
        "due_text",
        "is_milestone",
    }
)


def _may(viewer: Viewer, back: Back) -> bool:
    reports = back.wanted.keys() <= _REPORTED
    if reports and back.wanted.get("status") is not StepStatus.ABANDONED:
        return may_report(viewer, back.row)
    return may_edit_step(viewer, back.row)


def _run(session: Session, backs: list[Back], when: When) -> None:
    for one in backs:
        step, wanted = one.row, one.wanted
        if wanted.keys() & _DESCRIBED:
            _describe(session, step, wanted, when)
        if wanted.keys() & _REPORTED:
            _report(session, one, when)
        if "rank" in wanted:
            step.rank = wanted["rank"]


def _describe(session: Session, step: Step, wanted: Any, when: When) -> None:
    values = {name: wanted.get(name, getattr(step, name)) for name in _DESCRIBED}
    _require_place(session, step, wanted, values)
    describe_step(session, step, seen_version=step.version, now=when.now, taken_back=True, **values)
    session.flush()


def _require_place(session: Session, step: Step, wanted: Any, values: dict[str, Any]) -> None:
    """Who led it before still can."""
    organisation, person = values["lead_organisation_id"], values["lead_person_id"]
    staying = {
        one.organisation_id
        for one in step.project.partners
        if one.state is not PartnerState.RETIRED
    }
    if "lead_organisation_id" in wanted and organisation not in staying:
        raise RefusedError("L’organisation qui en était responsable n’est plus partenaire.")
    if person is None or not wanted.keys() & {"lead_organisation_id", "lead_person_id"}:
        return
    place = exists().where(
        Membership.person_id == person,
        Membership.organisation_id == organisation,
        Membership.ended_on.is_(None),
        Person.id == Membership.person_id,
        Person.anonymised_at.is_(None),
    )
    if not session.scalar(select(place)):
        raise RefusedError("La personne qui en était responsable n’est plus à cette place.")


def _report(session: Session, back: Back, when: When) -> None:
    step: Step = back.row
    before = {name: back.wanted.get(name, getattr(step, name)) for name in _REPORTED}
    if "status" in back.wanted or step.status is StepStatus.BLOCKED:
        _to_status(session, back, before, when)
    if step.news_on != before["news_on"]:
        step.news_on = before["news_on"]
    session.flush()


def _to_status(session: Session, back: Back, before: dict[str, Any], when: When) -> None:
    step: Step = back.row
    match before["status"]:
        case StepStatus.DONE:
            complete_step(session, step, today=_day_of(session, back, when))
        case StepStatus.IN_PROGRESS:
            start_step(session, step, news_on=before["news_on"])
        case StepStatus.BLOCKED:
            barrier = before["barrier"] or BarrierKind.ORGANISATION
            day = _day_of(session, back, when)
            said = {"note": before["barrier_note"], "lever": before["lever"] or ""}
            block_step(session, step, barrier=barrier, today=day, **said)
        case StepStatus.ABANDONED:
            abandon_step(session, step)
        case _:
            reopen_step(session, step)


def _day_of(session: Session, back: Back, when: When) -> date:
    """The day on which the status that comes back was said, as far as the log knows."""
    said = session.scalars(
        select(Change)
        .where(
            Change.entity == "Step",
            Change.entity_id == back.line.entity_id,
            Change.id < back.line.id,
            Change.fields["status"].as_string().is_not(None),
        )
        .order_by(Change.id.desc())
        .limit(1)
    ).first()
    if said is None:
        return when.today
    return local_day(said.at, back.row.project.territory.time_zone)


STEP_UNDO = Undo(model=Step, fields=_REPORTED | _DESCRIBED | {"rank"}, may=_may, run=_run)
