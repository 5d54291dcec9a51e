"""Rows and parts of pages, drawn once: they hold nothing of who asks beyond what they may do.

Their buttons belong to the page's one form « act », which carries the token. So the same line
with the same rights is the same HTML, and a list of fifty is not written anew for each reader.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable

from markupsafe import Markup

from app.core.viewer import Viewer
from app.plans.kinds import PartnerRole, PartnerState, Stage
from app.plans.labels import choices, label
from app.plans.models import Project
from app.plans.queries.cards import PartnerLine, ProjectCard
from app.plans.queries.flows import FlowLine
from app.plans.queries.project import StepLine
from app.plans.rules import (
    CARRYING,
    ENDED,
    acts_for,
    may_edit_project,
    may_report_on,
    may_retire,
)
from app.web.layout import drawn, joined

# some two kilobytes each
ROWS_KEPT = 4096
# of a project, some five kilobytes each
PARTS_KEPT = 512


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


def partners_part(who: Viewer, card: ProjectCard) -> Markup:
    """Who carries the project, those that left aside, each with what this viewer may change."""
    project = card.as_project
    staying = tuple(
        (
            line,
            acts_for(who, line.organisation_id, project),
            may_retire(who, line.organisation_id, project),
        )
        for line in card.partners
        if line.state is not PartnerState.RETIRED
    )
    return _partners(card.public_id, staying, engaged(project), may_edit_project(who, project))


@functools.cache
def track_part(stage: Stage, *, idle: bool) -> Markup:
    """The stages in order, for the track; an idle project stands where it stopped."""
    stages = list(Stage)
    at = stages.index(stage)
    track = [
        {"label": label(one), "past": index < at, "current": index == at}
        for index, one in enumerate(stages)
    ]
    return drawn("plans/_track.html", track, idle)


def engaged(project: Project) -> int:
    """Only confirmed partners that carry the project count as engaged (domain.md §6)."""
    return sum(
        partner.state is PartnerState.CONFIRMED and partner.role in CARRYING
        for partner in project.partners
    )


@functools.lru_cache(PARTS_KEPT)
def _partners(
    project_id: str,
    partners: tuple[tuple[PartnerLine, bool, bool], ...],
    count: int,
    may_edit: bool,
) -> Markup:
    roles = choices(PartnerRole)
    return drawn("plans/_partners.html", project_id, partners, roles, count, may_edit)


@functools.lru_cache(PARTS_KEPT)
def flows_part(project_id: str, flows: tuple[FlowLine, ...], may_declare: bool) -> Markup:
    """What the project moves, as this viewer may see it."""
    return drawn("plans/_flows.html", project_id, flows, may_declare)


@functools.lru_cache(ROWS_KEPT)
def step_row(step: StepLine, *, may_report: bool, may_edit: bool) -> Markup:
    """A step in its project's list."""
    return drawn("plans/_step.html", step, may_report, may_edit)


@functools.lru_cache(ROWS_KEPT)
def my_step_row(step: StepLine, project: str, project_id: str) -> Markup:
    """A step in a list of one's own, with its project's title and public id."""
    return drawn("plans/_my_step.html", step, project, project_id)
