"""Many steps at once, past the unit of work: pages are counted on them, not the journal."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.core.rank import spread
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.plans.kinds import PartnerRole, PartnerState, ProjectKind, ProjectState, Stage, StepStatus
from app.plans.models import Partner, Project, Step
from tests.cast import BEGINNING, NOW, TODAY, Cast

STEPS_EACH = 50
STATUSES = (StepStatus.TODO, StepStatus.IN_PROGRESS, StepStatus.DONE, StepStatus.BLOCKED)


def add_steps_in_bulk(session: Session, cast: Cast, count: int) -> list[str]:
    """`count` steps of every status, fifty a project, led by Lucie's bakery and by Anne. Commits.

    Answers the projects' public ids.
    """
    acting(session, None, Via.COMMAND, NOW)
    plan, lead = cast.plan(), cast.organisation("CC du Val d’Aubrive")
    fournil, anne = cast.organisation("Le Fournil"), cast.person("Anne")
    projects = [
        Project(
            plan_id=plan.id,
            territory_id=plan.territory_id,
            title=f"Projet {number:03}",
            kind=ProjectKind.ACTION,
            stage=Stage.DISCUSSION,
            state=ProjectState.ACTIVE,
            rank=rank,
            search_key=f"projet {number:03}",
            created_at=BEGINNING,
        )
        for number, rank in enumerate(spread(max(1, count // STEPS_EACH)))
    ]
    session.add_all(projects)
    session.flush()
    for project in projects:
        for firm, role in ((lead, PartnerRole.LEAD), (fournil, PartnerRole.CONTRIBUTOR)):
            session.add(
                Partner(
                    project_id=project.id,
                    territory_id=project.territory_id,
                    organisation_id=firm.id,
                    role=role,
                    state=PartnerState.CONFIRMED,
                    confirmed_at=BEGINNING,
                )
            )
    session.flush()
    rows = []
    for project in projects:
        for number, rank in enumerate(spread(STEPS_EACH)):
            status = STATUSES[number % len(STATUSES)]
            own = number % 2 == 0
            rows.append(
                {
                    "public_id": f"s{project.id}x{number}",
                    "project_id": project.id,
                    "territory_id": project.territory_id,
                    "title": f"Étape {number}",
                    "description": "",
                    "lead_organisation_id": lead.id if own else fournil.id,
                    "lead_person_id": anne.id if own else None,
                    "due_on": TODAY + timedelta(days=number - 20),
                    "scheduled_at": BEGINNING,
                    "status": status,
                    "is_milestone": False,
                    "blocked_on": TODAY if status is StepStatus.BLOCKED else None,
                    "done_on": TODAY if status is StepStatus.DONE else None,
                    "rank": rank,
                    "created_at": BEGINNING,
                    "version": 1,
                }
            )
    session.execute(insert(Step.__table__), rows)
    session.commit()
    return [project.public_id for project in projects]
