"""Who reads what stands within a project: things to tick off, what works, what holds it up."""

from __future__ import annotations

from sqlalchemy import Select, select

from app.core.viewer import Viewer
from app.plans.models import Barrier, CheckItem, Exchange, Project, Step
from app.plans.rules.projects import carries_project, sees_project, sees_step


def visible_checks(viewer: Viewer) -> Select[CheckItem]:
    """What is to tick off within the steps that the viewer reads."""
    return select(CheckItem).join(CheckItem.step).join(Step.project).where(sees_step(viewer))


def visible_exchanges(viewer: Viewer) -> Select[Exchange]:
    """What a project has come to is read by whoever sees the project."""
    return (
        select(Exchange)
        .join(Project, Project.id == Exchange.project_id)
        .where(sees_project(viewer))
    )


def visible_barriers(viewer: Viewer) -> Select[Barrier]:
    """What holds a project up is read by those who carry it (domain.md §6: nobody is exposed)."""
    return (
        select(Barrier)
        .join(Project, Project.id == Barrier.project_id)
        .where(sees_project(viewer), carries_project(viewer))
    )
