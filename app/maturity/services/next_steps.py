"""What is missing becomes a step that proves its criterion, and goes again while it is fresh.

Rights were checked, the caller commits.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core.calendar import previous_working_day
from app.core.refusals import RefusedError
from app.maturity.kinds import EvidenceKind
from app.maturity.models import Assessment, Evidence
from app.maturity.services.assessing import require_open
from app.maturity.services.evidence import link_evidence
from app.plans.kinds import PartnerRole, PartnerState, StepStatus
from app.plans.models import Project, Step
from app.plans.services.steps import add_step

# time enough to write a deliberation, not enough to forget it
USUALLY = timedelta(days=60)
SOONEST = timedelta(days=14)
UNDONE_WITHIN = timedelta(hours=1)
TOUCHED = "Cette étape a déjà servi\u202f: retirez-la depuis son projet."


def begin(
    session: Session,
    assessment: Assessment,
    project: Project,
    *,
    ref: str,
    title: str,
    otherwise: int | None,
    today: date,
    now: datetime,
    person_id: int | None,
) -> Evidence:
    """A step of this project, led by its lead, that proves the criterion once it is done.

    `otherwise`: the organisation that leads it in a project without a lead. Raises RefusedError
    where the year is frozen, nobody could lead the step, or one waits already.
    """
    require_open(session, assessment)
    framework_key = assessment.version.framework.key
    leads = [one.organisation_id for one in project.partners if _leads(one.role, one.state)]
    organisation_id = leads[0] if leads else otherwise
    if organisation_id is None:
        raise RefusedError("Donnez d’abord un chef de file à ce projet.")
    if _waits(session, project.territory_id, framework_key, ref):
        raise RefusedError("Une étape attend déjà pour ce critère.")
    step = add_step(
        session,
        project,
        title=title,
        lead_organisation_id=organisation_id,
        due_on=due_day(today, assessment.year, project.territory.holiday_zone),
        now=now,
    )
    session.flush()
    return link_evidence(
        session,
        territory_id=project.territory_id,
        framework_key=framework_key,
        ref=ref,
        subject=step,
        person_id=person_id,
        now=now,
    )


def _leads(role: PartnerRole, state: PartnerState) -> bool:
    return role is PartnerRole.LEAD and state is not PartnerState.RETIRED


def _waits(session: Session, territory_id: int, framework_key: str, ref: str) -> bool:
    """Asked under the lock of the year, so that a second tap finds what the first one made."""
    waiting = (
        select(Step.id)
        .join(Evidence, Evidence.subject_id == Step.id)
        .where(
            Evidence.territory_id == territory_id,
            Evidence.framework_key == framework_key,
            Evidence.ref == ref,
            Evidence.kind == EvidenceKind.STEP,
            Evidence.removed_at.is_(None),
            Step.status.not_in((StepStatus.DONE, StepStatus.ABANDONED)),
        )
    )
    return session.scalar(waiting.limit(1)) is not None


def due_day(today: date, year: int, zone: str) -> date:
    """Two months ahead, before the assessed year is over where that leaves a fortnight."""
    usual, last = today + USUALLY, date(year, 12, 31)
    return previous_working_day(min(usual, last) if last >= today + SOONEST else usual, zone)


def take_back(session: Session, evidence: Evidence, *, now: datetime) -> None:
    """Undo `begin`: the step and its link go, where nobody has touched either since.

    Raises RefusedError with what to do instead.
    """
    step = session.get(Step, evidence.subject_id, with_for_update=True)
    fresh = evidence.added_at > now - UNDONE_WITHIN and evidence.kind is EvidenceKind.STEP
    if step is None or not fresh or step.version != 1 or step.status is not StepStatus.TODO:
        raise RefusedError(TOUCHED)
    if step.created_at != evidence.added_at:
        raise RefusedError(TOUCHED)
    try:
        with session.begin_nested():
            session.delete(evidence)
            session.flush()
            session.delete(step)
            session.flush()
    except IntegrityError:
        raise RefusedError(TOUCHED) from None
