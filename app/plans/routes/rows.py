"""A step's row, drawn once: it holds nothing of who asks beyond what they may do with it.

The buttons of a row belong to the page's one form « act », which carries the token. So the same
line with the same rights is the same HTML, and a list of fifty is not written anew for each reader.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable

from markupsafe import Markup

from app.core.viewer import Viewer
from app.plans.kinds import PartnerRole, PartnerState
from app.plans.labels import choices
from app.plans.models import Project
from app.plans.queries.cards import PartnerLine, ProjectCard
from app.plans.queries.project import StepLine
from app.plans.rules import ENDED, acts_for, may_edit_project, may_report_on, may_retire
from app.web.layout import drawn, joined

# some two kilobytes each
ROWS_KEPT = 4096


def step_rows(who: Viewer, project: Project, lines: Iterable[StepLine]) -> Markup:
    """These steps of a project, each with what this viewer may do."""
    may_edit = may_edit_project(who, project)
    ended = project.state in ENDED
    return joined(
        step_row(
            line,
            may_report=may_report_on(
                who, line.organisation_id, line.person_id, may_edit=may_edit, ended=ended
            ),
            may_edit=may_edit,
        )
        for line in lines
    )


def partner_rows(who: Viewer, card: ProjectCard) -> Markup:
    """Who carries the project, those that left aside, each with what this viewer may change."""
    project = card.as_project
    may_edit = may_edit_project(who, project)
    return joined(
        partner_row(
            line,
            may_edit=may_edit,
            may_speak=acts_for(who, line.organisation_id, project),
            may_leave=may_retire(who, line.organisation_id, project),
        )
        for line in card.partners
        if line.state is not PartnerState.RETIRED
    )


@functools.lru_cache(ROWS_KEPT)
def partner_row(
    partner: PartnerLine, *, may_edit: bool, may_speak: bool, may_leave: bool
) -> Markup:
    """An organisation of a project."""
    return drawn(
        "plans/_partner.html",
        partner=partner,
        roles=choices(PartnerRole),
        may_edit=may_edit,
        may_speak=may_speak,
        may_leave=may_leave,
    )


@functools.lru_cache(ROWS_KEPT)
def step_row(step: StepLine, *, may_report: bool, may_edit: bool) -> Markup:
    """A step in its project's list."""
    return drawn("plans/_step.html", step=step, may_report=may_report, may_edit=may_edit)


@functools.lru_cache(ROWS_KEPT)
def my_step_row(step: StepLine, project: str, project_id: str) -> Markup:
    """A step in a list of one's own, with its project's title and public id."""
    return drawn("plans/_my_step.html", step=step, project=project, project_id=project_id)


