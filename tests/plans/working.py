"""A project that works for real, as far as the rule of « opérationnelle » looks."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from app.plans.kinds import Stage, SynergyType
from app.plans.models import Project
from app.plans.services.exchanges import note_exchange
from app.plans.services.projects import move_stage


def let_it_work(session: Session, project: Project, since: date) -> None:
    """Its first two partners exchange, or both use what is shared."""
    first, second = [one.organisation_id for one in project.partners][:2]
    exchanged = project.synergy_type is SynergyType.SUBSTITUTION
    pairs = [(first, second)] if exchanged else [(None, first), (None, second)]
    for giver, user in pairs:
        note_exchange(
            session, project, giver_id=giver, user_id=user, label="", since=since, today=since
        )


def reach(session: Session, project: Project, stage: Stage, today: date) -> None:
    """The stage, with what it rests on."""
    if stage in (Stage.OPERATIONAL, Stage.LASTING):
        let_it_work(session, project, today)
    move_stage(session, project, stage, today=today)
